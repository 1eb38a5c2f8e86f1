import { afterEach, beforeEach, expect, test } from "bun:test";
import type { DemuxedTrack } from "../../../src/demux/demuxer.ts";
import type { CopiedAudio } from "../../../src/rendition/copy/copied-rendition.ts";
import { createCopyMaker } from "../../../src/rendition/copy/copy-maker.ts";
import type { CutTrack, FilmPackets } from "../../../src/rendition/copy/film-packets.ts";
import type { ActiveRun } from "../../../src/rendition/segment-run.ts";
import { createTempFolder, type TempFolder } from "../../support/temp-folder.ts";

const segments = 6;
const timescale = 48_000;

const track: DemuxedTrack = {
  ...{ streamIndex: 0, kind: "audio", codec: "aac", timescale, sampleEntryType: "mp4a" },
  ...{ sampleEntry: null, configuration: null, width: 0, height: 0, channels: 2 },
  ...{
    sampleRateHz: timescale,
    defaultDurationNanoseconds: null,
    colour: null,
    primingTicks: 0,
    obstacles: [],
  },
};

/** Sound of which each second is a packet, and a segment. */
const cut: CutTrack = {
  ...{ track, timescale, startTicks: 0, endTicks: segments * timescale, points: [] },
  cutTicks: Array.from({ length: segments }, (_, i) => i * timescale),
  ...{ configuration: null, isClean: true, obstacles: [], ticksOf: (ticks) => ticks },
};

const film: FilmPackets = {
  tracks: [track],
  cut: async () => cut,
  segment: async (_cut, n) => [
    { ptsTicks: (n - 1) * timescale, isSync: true, data: new Uint8Array([n]) },
  ],
};

const rendition: CopiedAudio = {
  ...{ kind: "audio", method: "copy", id: "a1", track: 0 },
  ...{ language: "und", label: "Audio 1", isDefault: true, role: "main" },
  recipe: {
    ...{ kind: "audio", revision: 1, codec: "aac", configurationSha256: "0".repeat(64), timescale },
    ...{ zeroTicks: 0, delayTicks: 0, startTicks: 0, bitrateBps: 1, channels: 2 },
    ...{ sampleRateHz: timescale, steps: [{ durationTicks: timescale, count: segments }] },
  },
};

let folder: TempFolder;

beforeEach(async () => {
  folder = await createTempFolder("copy-run");
});

afterEach(() => folder[Symbol.asyncDispose]());

function startRun(onFile: (n: number, run: ActiveRun) => void): ActiveRun {
  const maker = createCopyMaker({
    films: { use: (_source, _fingerprint, work) => work(film), close: async () => undefined },
  });
  const run = maker.start(
    {
      frame: {
        source: { fingerprint: "film", originMicroseconds: 0 },
        boundaries: { timescale, steps: rendition.recipe.steps },
      },
      ...{ renditions: [rendition], from: 1, to: segments, attempt: 0, holdForEver: false },
      source: {
        path: "film.mp4",
        container: "mp4",
        reorderFrames: 0,
        firstPictureSeconds: 0,
        textTracks: [],
        subRipTracks: [],
        sideTexts: [],
      },
    },
    folder.path,
    ({ n }) => onFile(n, run),
  );
  return run;
}

/** A run that waits behind its second segment, held there, and held once more. */
async function startHeldTwice(): Promise<{ run: ActiveRun; made: number[] }> {
  const made: number[] = [];
  const run = startRun((n, self) => {
    made.push(n);
    if (n === 2) self.suspend();
  });
  while (made.length < 2) await Bun.sleep(1);
  // It waits by now.
  await Bun.sleep(20);
  run.suspend();
  return { run, made };
}

test("a copy that is held twice, by a slow disk and for another viewer, goes on when it is let go", async () => {
  const { run, made } = await startHeldTwice();
  await Bun.sleep(20);
  expect(made).toEqual([1, 2]);
  run.resume();
  expect(await run.ended).toMatchObject({ failure: null, cancelled: false });
  expect(made).toEqual([1, 2, 3, 4, 5, 6]);
}, 5000);

test("a copy that was told to stop ends, also when it is held before and after", async () => {
  const { run, made } = await startHeldTwice();
  run.kill();
  run.suspend();
  expect(await run.ended).toMatchObject({ failure: null, cancelled: true });
  expect(made).toEqual([1, 2]);
}, 5000);
