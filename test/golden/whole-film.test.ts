import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdir, readFile } from "node:fs/promises";
import { createLogger } from "../../src/log/logger.ts";
import { stretchDash } from "../../src/manifest/stretch-dash.ts";
import { stretchHlsMaster } from "../../src/manifest/stretch-hls-master.ts";
import { stretchHlsMedia } from "../../src/manifest/stretch-hls-media.ts";
import { renditionTimeline } from "../../src/rendition/plan.ts";
import type { EncodedPlan } from "../../src/rendition/build-plan.ts";
import type { EncodedRendition } from "../../src/rendition/encode/encoded-rendition.ts";
import { rational, toNumber } from "../../src/media/rational.ts";
import { durationSeconds, segmentCount, type Timeline } from "../../src/media/timeline.ts";
import { initDifferences, withDuration } from "../../src/iso/init-segment.ts";
import { createPackager, type Description, type Packager } from "../../src/packager/packager.ts";
import { encodeMethod } from "../../src/rendition/encode/encode-method.ts";
import { createProcessRunner } from "../../src/process/process-runner.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";
import { filmPlan, type FilmShape } from "./film-plan.ts";
import {
  encodeRendition,
  encodeSegments,
  frameCount,
  packagerPath,
  packageWhole,
} from "./whole-film.ts";

const seconds = 9;
const films: readonly (FilmShape & { readonly title: string })[] = [
  { title: "23.976 frames a second", frameRate: rational(24000, 1001), seconds, segmentSeconds: 4 },
  { title: "29.97 frames a second", frameRate: rational(30000, 1001), seconds, segmentSeconds: 4 },
  { title: "25 frames a second", frameRate: rational(25), seconds, segmentSeconds: 4 },
  {
    title: "59.94 frames a second",
    frameRate: rational(60000, 1001),
    seconds: 5,
    segmentSeconds: 2,
  },
  { title: "no sound", frameRate: rational(25), seconds, segmentSeconds: 3, sound: false },
  { title: "no pictures", frameRate: rational(25), seconds, segmentSeconds: 4, pictures: false },
];

/**
 * Without the version comment, the measured bit rates and the duration: all that may differ. Label goes where the
 * schema has it.
 */
function comparable(manifest: string): string {
  return manifest
    .replaceAll(/^(<!--|##).*\n+/gm, "")
    .replace(/(mediaPresentationDuration="PT)[\d.]+/, "$1")
    .replaceAll(/\b(bandwidth=)"\d+"/g, '$1""')
    .replaceAll(/\b((AVERAGE-)?BANDWIDTH=)\d+/g, "$1")
    .replaceAll(/( *<Role .*\n)( *<Label>.*\n)/g, "$2$1");
}

/** Seconds. */
function presentationDuration(mpd: string): number {
  return Number(/mediaPresentationDuration="PT([\d.]+)S"/.exec(mpd)?.[1]);
}

/** As Shaka rounds. */
function inMilliseconds(playlist: string): string {
  return playlist.replaceAll(/(#EXTINF:)([\d.]+)/g, (_, tag: string, value: string) => {
    return `${tag}${Number(value).toFixed(3)}`;
  });
}

/** Segment boundaries of each representation, by the init segment it names. */
function boundariesOf(mpd: string): Map<string, number[]> {
  const found = new Map<string, number[]>();
  const template = /initialization="([^"]+)"[^]*?<SegmentTimeline>([^]*?)<\/SegmentTimeline>/g;
  for (const [, init, runs] of mpd.matchAll(template)) {
    const boundaries = [0];
    for (const [, t, d, r] of (runs ?? "").matchAll(/<S t="(\d+)" d="(\d+)"(?: r="(\d+)")?/g)) {
      expect(Number(t)).toBe(boundaries.at(-1) ?? -1);
      for (let i = 0; i <= Number(r ?? 0); i++) {
        boundaries.push((boundaries.at(-1) ?? 0) + Number(d));
      }
    }
    found.set(init ?? "", boundaries);
  }
  return found;
}

describe.each(films)("a film of $title", (shape) => {
  const plan: EncodedPlan = filmPlan(shape);
  const { frameRate } = shape;
  const framesPerSegment = Math.round(shape.segmentSeconds * toNumber(frameRate));
  let folder: TempFolder;
  let packager: Packager;
  let described: Description;

  const whole = (name: string): Promise<string> => Bun.file(folder.file(`whole/${name}`)).text();
  const wholeBytes = async (name: string): Promise<Uint8Array> =>
    new Uint8Array(await readFile(folder.file(`whole/${name}`)));
  const eachTrack = async (
    check: (
      rendition: EncodedRendition,
      timeline: Timeline,
      init: Uint8Array,
    ) => Promise<void> | void,
  ): Promise<void> => {
    for (const rendition of plan.renditions) {
      const init = described.inits[rendition.id] ?? new Uint8Array();
      await check(rendition, renditionTimeline(plan, rendition), init);
    }
  };

  beforeAll(async () => {
    folder = await createTempFolder("golden");
    await mkdir(folder.file("scratch"));
    const log = createLogger({ level: "error", format: "text", write: () => {} });
    packager = createPackager({
      processes: createProcessRunner({ log, setprivPath: null }),
      command: packagerPath,
      scratchDir: folder.file("scratch"),
      timeoutMs: 20_000,
    });
    const pathOf = ({ id }: EncodedRendition): string => folder.file(`${id}.mp4`);
    for (const rendition of plan.renditions) {
      await encodeRendition(rendition, frameCount(plan, rendition), pathOf(rendition));
      await encodeRendition(rendition, 12, folder.file(`${rendition.id}.synthetic.mp4`));
    }
    const segmentSeconds = framesPerSegment / toNumber(frameRate);
    await packageWhole(plan, pathOf, folder.file("whole"), segmentSeconds);
    described = await packager.describe(
      plan.renditions.map((rendition) => ({
        rendition,
        path: folder.file(`${rendition.id}.synthetic.mp4`),
      })),
    );
  }, 60_000);

  afterAll(() => folder[Symbol.asyncDispose]());

  test("is cut by Shaka where the plan's timelines say", async () => {
    const cuts = boundariesOf(await whole("manifest.mpd"));
    await eachTrack(({ id }, { boundaries }) => {
      expect(cuts.get(`${id}/init.mp4`)).toEqual([...boundaries]);
    });
  });

  test("has the MPD that Shaka writes of the whole, but for the bit rates", async () => {
    const stretched = stretchDash(described.mpd, plan);
    const packaged = await whole("manifest.mpd");
    expect(comparable(stretched)).toBe(comparable(packaged));
    // Shaka stops with the pictures, in single precision; the last codec frame of the sound lies beyond.
    const beyond = presentationDuration(stretched) - presentationDuration(packaged);
    expect(beyond).toBeGreaterThan(-0.001);
    expect(beyond).toBeLessThan(1024 / 48_000);
  });

  test("has the HLS playlists that Shaka writes of the whole, but for the bit rates", async () => {
    const stretched = comparable(stretchHlsMaster(described.master, plan));
    const reference = comparable(await whole("master.m3u8"));
    const lines = (text: string): string[] => text.split("\n").filter(Boolean).toSorted();
    if (shape.pictures === false) {
      // The one difference meant: alternatives of one group are not qualities to choose from.
      const variants = lines(reference).filter((line) => line !== "a1.m3u8");
      expect(lines(stretched)).toEqual([...new Set(variants)]);
    } else {
      expect(lines(stretched)).toEqual(lines(reference));
    }
    await eachTrack(async (rendition) => {
      const text = described.playlists[rendition.id] ?? "";
      const media = inMilliseconds(stretchHlsMedia(text, plan, rendition));
      expect(media).toBe(comparable(await whole(`${rendition.id}.m3u8`)));
    });
  });

  test("has the init segments of the whole before it is encoded", async () => {
    await eachTrack(async ({ id, kind }, timeline, init) => {
      const real = await wholeBytes(`${id}/init.mp4`);
      expect(initDifferences(init, real)).toEqual([]);
      // AAC's average bit rate is in the header, and differs.
      if (kind === "video") expect(withDuration(init, durationSeconds(timeline))).toEqual(real);
    });
  });

  test("comes out of its segments alone byte for byte as out of the whole", async () => {
    await eachTrack(async (rendition, timeline, init) => {
      const { id, kind } = rendition;
      await encodeSegments(plan, rendition, folder.path);
      const numbers = Array.from({ length: segmentCount(timeline) }, (_, i) => i + 1);
      const packaged = await packager.packageSegments(
        numbers.map((n) => ({ kind, n, path: folder.file(`${id}.${n}.mp4`) })),
      );
      for (const [i, { init: real, segment }] of packaged.entries()) {
        const n = i + 1;
        expect(initDifferences(init, real ?? init)).toEqual([]);
        const expected = { frame: plan, rendition, n, described: init };
        expect(encodeMethod.verify(segment, expected)).toEqual([]);
        expect(Buffer.compare(segment, await wholeBytes(`${id}/${n}.m4s`))).toBe(0);
      }
    });
  }, 60_000);
});
