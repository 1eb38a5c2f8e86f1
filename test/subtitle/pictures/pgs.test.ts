import { expect, test } from "bun:test";
import fc from "fast-check";
import { readPictureEvents } from "../../../src/subtitle/pictures/picture-events.ts";
import { createTempFolder } from "../../support/temp-folder.ts";
import { drawnByFfmpeg, emptyMd5, md5Of, readTrack } from "./ffmpeg-track.ts";
import { displaySetsOf, trackWishes } from "./random-pictures.ts";
import { runTool } from "../../support/run-tool.ts";
import { pgsSegments, supFile, supPacket } from "./write-pgs.ts";

const film = { width: 64, height: 36 };
const codec = "hdmv_pgs_subtitle";

test("what a track shows, from when to when, is what FFmpeg draws, with the headers of .sup or without", async () => {
  await using folder = await createTempFolder("pgs");
  await fc.assert(
    fc.asyncProperty(trackWishes(256, 2), async (wish) => {
      const sets = displaySetsOf(wish);
      await Bun.write(folder.file("a.sup"), supFile(sets));
      await runTool([
        ...["ffmpeg", "-v", "error", "-y", "-copyts", "-i", folder.file("a.sup")],
        ...["-map", "0", "-c", "copy", folder.file("a.mkv")],
      ]);
      const { canvas } = wish;
      const { packets } = await readTrack(folder.file("a.mkv"));
      const drawn = await drawnByFfmpeg(folder.file("a.mkv"), canvas);
      const events = readPictureEvents(codec, packets, null, film);
      const shown = sets.filter(({ objects }) => objects.length > 0);
      expect(events.map(({ startSeconds }) => startSeconds)).toEqual(
        shown.map(({ timeMs }) => timeMs / 1000),
      );
      for (const [i, event] of events.entries()) {
        expect(event.canvas).toEqual(canvas);
        expect(event.isForced).toBe(shown[i]?.objects.some(({ isForced }) => isForced) ?? false);
        expect(md5Of(event.draw())).toBe(drawn.get(event.startSeconds) ?? "nothing drawn");
        expect(drawn.has(event.endSeconds)).toBe(true);
        if (events[i + 1]?.startSeconds !== event.endSeconds)
          expect(drawn.get(event.endSeconds)).toBe(emptyMd5(canvas));
      }
      const headed = sets.map((set) => ({
        timeSeconds: set.timeMs / 1000,
        durationSeconds: null,
        data: supPacket(pgsSegments(set), set.timeMs),
      }));
      const again = readPictureEvents(codec, headed, null, film);
      expect(again.map(({ draw }) => md5Of(draw()))).toEqual(
        events.map(({ draw }) => md5Of(draw())),
      );
    }),
    { numRuns: 12, endOnFailure: true },
  );
}, 60_000);
