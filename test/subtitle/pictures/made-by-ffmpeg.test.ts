import { expect, test } from "bun:test";
import fc from "fast-check";
import {
  readPictureEvents,
  type PictureCodec,
} from "../../../src/subtitle/pictures/picture-events.ts";
import { runTool } from "../../support/run-tool.ts";
import { createTempFolder } from "../../support/temp-folder.ts";
import { drawnByFfmpeg, emptyMd5, md5Of, readTrack } from "./ffmpeg-track.ts";
import { displaySetsOf, trackWishes } from "./random-pictures.ts";
import { supFile, type DisplaySet } from "./write-pgs.ts";

interface Encoding {
  readonly codec: PictureCodec;
  readonly encoder: string;
  readonly file: string;
  readonly colours: number;
  readonly mostObjects: 1 | 2;
}

const encodings: readonly Encoding[] = [
  { codec: "dvd_subtitle", encoder: "dvdsub", file: "a.mkv", colours: 256, mostObjects: 2 },
  { codec: "dvb_subtitle", encoder: "dvbsub", file: "a.mkv", colours: 256, mostObjects: 2 },
  { codec: "xsub", encoder: "xsub", file: "a.avi", colours: 4, mostObjects: 1 },
];

test.each(encodings)(
  "what FFmpeg's $encoder makes of pictures is drawn as FFmpeg draws it",
  async ({ codec, encoder, file, colours, mostObjects }) => {
    await using folder = await createTempFolder(encoder);
    const [source, track] = [folder.file("a.sup"), folder.file(file)];
    await fc.assert(
      fc.asyncProperty(trackWishes(colours, mostObjects), async (wish) => {
        const sets = displaySetsOf(wish);
        const { canvas } = wish;
        await Bun.write(source, supFile(sets));
        await runTool([
          ...["ffmpeg", "-v", "error", "-y", "-copyts", "-fix_sub_duration", "-i", source],
          ...["-map", "0", "-c:s", encoder, track],
        ]);
        const { packets, privateData } = await readTrack(track);
        const drawn = await drawnByFfmpeg(track, canvas);
        const events = readPictureEvents(codec, packets, privateData, canvas);
        const wished = timesOf(sets);
        expect(events).toHaveLength(wished.length);
        for (const [i, { startSeconds, endSeconds, ...event }] of events.entries()) {
          expect(startSeconds).toBeCloseTo(wished[i]?.startSeconds ?? Number.NaN, 6);
          // Dates of DVDs are in steps of 11 ms.
          expect(Math.abs(endSeconds - (wished[i]?.endSeconds ?? 0))).toBeLessThan(0.012);
          expect(event.canvas).toEqual(canvas);
          // FFmpeg 5.1 adds the packet's time to that of XSUB's text, which counts from the beginning already.
          const late = codec === "xsub" ? (packets[i]?.timeSeconds ?? 0) : 0;
          // A picture all of whose pixels are transparent is none to it.
          const moment = Math.round(25 * (startSeconds + late)) / 25;
          expect(md5Of(event.draw())).toBe(drawn.get(moment) ?? emptyMd5(canvas));
        }
      }),
      { numRuns: 6, endOnFailure: true },
    );
  },
  60_000,
);

function timesOf(sets: readonly DisplaySet[]): { startSeconds: number; endSeconds: number }[] {
  return sets.flatMap(({ timeMs, objects }, i) => {
    const endMs = sets[i + 1]?.timeMs ?? Infinity;
    return objects.length === 0 ? [] : [{ startSeconds: timeMs / 1000, endSeconds: endMs / 1000 }];
  });
}
