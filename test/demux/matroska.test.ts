import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDemuxer } from "../../src/demux/open-demuxer.ts";
import { readSegment } from "../../src/demux/matroska/segment.ts";
import { scanTracks } from "../../src/demux/matroska/track-scan.ts";
import { agreeWithFfprobe } from "./agree-with-ffprobe.ts";
import {
  clocks,
  codings,
  encodeFilm,
  evenClock,
  matroskaContainers,
  muxFilm,
} from "./film-shapes.ts";
import { runTool } from "../support/run-tool.ts";
import { memoryFile } from "./memory-file.ts";
import {
  writeMatroska,
  type WrittenFilm,
  type WrittenFrame,
  type WrittenTrack,
} from "./write-matroska.ts";

const folder = await mkdtemp(join(tmpdir(), "viewra-demux-"));
afterAll(async () => await rm(folder, { recursive: true }));

const [first, withBFrames, , withOpenGroups] = codings;
if (first === undefined || withBFrames === undefined || withOpenGroups === undefined) {
  throw new Error("expected codings with B-frames");
}

describe("every packet and every point of a Matroska file is what ffprobe says", () => {
  const shapes = [
    ...codings.map((coding) => ({ coding, clock: evenClock })),
    ...clocks
      .filter(({ options }) => options === undefined)
      .map((clock) => ({ coding: withOpenGroups, clock })),
  ].map((shape) => [`${shape.coding.name}, ${shape.clock.name}`, shape] as const);

  test.each(shapes)(
    "%s",
    async (_name, { coding, clock }) => {
      const containers = matroskaContainers.filter(({ suits }) => suits(coding));
      const base = await encodeFilm(folder, coding, clock);
      for (const path of await muxFilm(base, clock, containers)) {
        expect(await agreeWithFfprobe(path)).toEqual([]);
      }
    },
    60_000,
  );
});

test("bytes of no meaning behind a film are none of it", async () => {
  const base = await encodeFilm(folder, { ...withBFrames, name: "junk" }, evenClock);
  const [path = ""] = await muxFilm(base, evenClock, matroskaContainers.slice(0, 1));
  const whole = await indexOf(path);
  for (const junk of [8, 100, 5000]) {
    // The head of an unknown element that claims more than there is.
    const bytes = new Uint8Array(junk).fill(0xb7);
    bytes.set([0xf1, 0x08, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff]);
    const longer = join(folder, `junk-${junk}.mkv`);
    await Bun.write(longer, Buffer.concat([await Bun.file(path).bytes(), bytes]));
    expect(await indexOf(longer)).toEqual(whole);
  }
});

async function indexOf(path: string) {
  const demuxer = await openDemuxer(path, "matroska,webm");
  const indices = demuxer.tracks.map((track) => demuxer.index(track, { spacingSeconds: 1 }));
  const found = await Promise.all(indices);
  await demuxer.close();
  return found;
}

describe("sound that changes its rate in mid-film", () => {
  const rates = [
    [48_000, 44_100],
    [44_100, 48_000],
    [48_000, 32_000],
  ] as const;
  const cases = rates.flatMap(([before, after]) =>
    [1.3, 2.2, 2.7, 3.6].flatMap((seconds) =>
      [1000, 5000].map((limit) => ({ before, after, seconds, limit })),
    ),
  );

  test.each(cases)(
    "from $before to $after Hz after $seconds s, clusters of $limit ms",
    async (each) => {
      const { before, after, seconds, limit } = each;
      const name = (kind: string): string => join(folder, `${before}-${after}-${seconds}.${kind}`);
      const ffmpeg = async (...args: string[]): Promise<void> => {
        await runTool(["ffmpeg", "-nostdin", "-v", "error", "-y", ...args]);
      };
      const tone = (rate: number, length: number): string[] => [
        ...["-f", "lavfi", "-i", `sine=440:r=${rate}:d=${length}`, "-c:a", "mp2"],
      ];
      await ffmpeg(...tone(before, seconds), name("first.mp2"));
      await ffmpeg(...tone(after, 5 - seconds), name("second.mp2"));
      const parts = ["first.mp2", "second.mp2"].map((part) => Bun.file(name(part)).bytes());
      await Bun.write(name("mp2"), Buffer.concat(await Promise.all(parts)));
      const pictures = ["-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=5"];
      await ffmpeg(
        ...[...pictures, "-i", name("mp2"), "-c:v", "libx264", "-preset", "ultrafast"],
        ...["-c:a", "copy", "-cluster_time_limit", String(limit), name("mkv")],
      );
      expect(await agreeWithFfprobe(name("mkv"))).toEqual([]);
    },
  );
});

describe("what no muxer at hand writes is read as ffprobe reads it", () => {
  let film: { readonly tracks: WrittenTrack[]; readonly frames: WrittenFrame[] };

  beforeAll(async () => {
    const base = await encodeFilm(folder, { ...withOpenGroups, name: "written" }, evenClock);
    const [path = ""] = await muxFilm(base, evenClock, matroskaContainers.slice(0, 1));
    film = await takeApart(path);
  }, 30_000);

  const cues = ["none", "end", "front", "absolute", "wrong"] as const;
  const bools = [false, true];
  const laced = [
    undefined,
    ...(["xiph", "fixed", "ebml"] as const).map((kind) => ({ kind, frames: 5 })),
  ];
  const early = [0, 3];
  const shapes = cues.flatMap((cues) =>
    bools.flatMap((isGrouped) =>
      bools.flatMap((isLive) =>
        laced.flatMap((laced) =>
          early.map((soundClustersEarly) => ({
            cues,
            isGrouped,
            isLive,
            laced,
            soundClustersEarly,
          })),
        ),
      ),
    ),
  );

  test("the same packets put into a file in many ways, every other time with stripped headers", async () => {
    let written = 0;
    for (const [i, shape] of shapes.entries()) {
      // Every pair of properties comes; not every combination is judged by ffprobe.
      if (i % 5 !== 0) continue;
      const tracks = film.tracks.map((track) => ({
        ...track,
        ...(i % 2 === 0 ? stripped(film, track) : {}),
      }));
      const path = join(folder, "written.mkv");
      await Bun.write(path, writeMatroska(definedBy(shape, tracks, film.frames)));
      expect({ shape, obstacles: await agreeWithFfprobe(path) }).toEqual({ shape, obstacles: [] });
      written += 1;
    }
    expect(written).toBeGreaterThan(30);
  }, 60_000);

  test.each(["zlib", "encryption"] as const)("%s is refused with the reason", async (encoding) => {
    const [video, ...others] = film.tracks;
    if (video === undefined) throw new Error("expected a track");
    const path = join(folder, "refused.mkv");
    await Bun.write(
      path,
      writeMatroska({ tracks: [{ ...video, encoding }, ...others], frames: film.frames }),
    );
    const demuxer = await openDemuxer(path, "matroska,webm");
    const codes = demuxer.tracks.map(({ obstacles }) => obstacles.map(({ code }) => code));
    expect(codes).toEqual([[encoding === "zlib" ? "compression" : "encryption"], []]);
    await demuxer.close();
  });

  test("sound that does not lie on its grid has points by its own times, and none is taken for even", async () => {
    // A gap in mid-film, and one before the last few packets.
    for (const [cues, gapTicks] of [
      ["end", 1000],
      ["none", 1000],
      ["end", 2930],
    ] as const) {
      const frames = film.frames.map((frame) =>
        frame.track === 2 && frame.ticks > gapTicks
          ? { ...frame, ticks: frame.ticks + 130 }
          : frame,
      );
      const path = join(folder, `uneven-${cues}-${gapTicks}.mkv`);
      await Bun.write(path, writeMatroska({ tracks: film.tracks, frames, cues }));
      expect(await agreeWithFfprobe(path)).toEqual([]);
      const demuxer = await openDemuxer(path, "matroska,webm");
      const [, sound] = demuxer.tracks;
      if (sound === undefined) throw new Error("expected sound");
      expect((await demuxer.index(sound, { spacingSeconds: 1 })).frame).toBeNull();
      await demuxer.close();
    }
  });
});

test("pictures that are shown before a point and stand behind it are found when they are read", async () => {
  const track: WrittenTrack = {
    ...{ number: 1, type: 1, codecId: "V_VP8", configuration: null, width: 16, height: 16 },
  };
  const ticks = Array.from({ length: 50 }, (_, i) => 40 * i);
  // The last picture before the second key frame is shown far behind it.
  ticks[24] = 1300;
  const data = new Uint8Array(100);
  const frames = ticks.map((ticks, i) => ({ track: 1, ticks, isKey: i % 25 === 0, data }));
  const path = join(folder, "disorder.mkv");
  await Bun.write(path, writeMatroska({ tracks: [track], frames, cues: "end" }));
  const demuxer = await openDemuxer(path, "matroska,webm");
  const [pictures] = demuxer.tracks;
  if (pictures === undefined) throw new Error("expected pictures");
  const { points } = await demuxer.index(pictures, { spacingSeconds: 0 });
  const [from, to] = points;
  if (from === undefined || to === undefined) throw new Error("expected two points");
  const read = Array.fromAsync(demuxer.packets(pictures, from, to)).catch(
    (thrown: unknown) => thrown,
  );
  expect(await read).toMatchObject({ code: "MEDIA_UNREADABLE" });
  // A point of another film, or of this one before it was changed.
  const elsewhere = { ...to, ptsTicks: to.ptsTicks + 1 };
  const moved = Array.fromAsync(demuxer.packets(pictures, elsewhere, null)).catch(
    (thrown: unknown) => thrown,
  );
  expect(await moved).toMatchObject({ code: "MEDIA_CHANGED" });
  await demuxer.close();
});

test("leading pictures that reach back over a point are seen, and the point is none", async () => {
  const track: WrittenTrack = {
    ...{ number: 1, type: 1, codecId: "V_VP8", configuration: null, width: 16, height: 16 },
  };
  const ticks = Array.from({ length: 75 }, (_, i) => (i === 61 ? 2130 : 40 * i));
  // The first bit of VP8 says whether a frame is a key frame.
  const frames = ticks.map((ticks, i) => {
    const isKey = i % 6 === 0;
    return { track: 1, ticks, isKey, data: new Uint8Array(100).fill(isKey ? 0 : 1) };
  });
  const path = join(folder, "reaching.mkv");
  await Bun.write(path, writeMatroska({ tracks: [track], frames, cues: "end" }));
  expect(await agreeWithFfprobe(path)).toEqual([]);
});

describe("going over a file in sections", () => {
  const frame = (ticks: number, data: Uint8Array): WrittenFrame => ({
    ...{ track: 1, ticks, isKey: ticks % 480 === 0, data },
  });
  const track: WrittenTrack = {
    ...{ number: 1, type: 1, codecId: "V_VP8", configuration: null, width: 16, height: 16 },
  };
  const media = ["plain", "beginnings of clusters", "whole clusters"] as const;

  test.each([false, true].flatMap((isLive) => media.map((kind) => [isLive, kind] as const)))(
    "finds what one walk finds, sizes unknown: %p, media: %p",
    async (isLive, kind) => {
      const plain = new Uint8Array(900).fill(7);
      const trap = Uint8Array.from([
        ...plain.subarray(400),
        0x1f,
        0x43,
        0xb6,
        0x75,
        0x84,
        0xe7,
        0x81,
        5,
      ]);
      // A whole cluster, and padding up to the end of the block that it stands in.
      const inner = writeCluster([frame(5, new Uint8Array(20))], track);
      const padded = 400 - inner.length - 3;
      const whole = Uint8Array.from([
        ...inner,
        0xec,
        0x40 | (padded >> 8),
        padded & 255,
        ...plain.subarray(0, padded),
      ]);
      const data = { plain, "beginnings of clusters": trap, "whole clusters": whole };
      const frames = Array.from({ length: 400 }, (_, i) => frame(i * 40, data[kind]));
      const file = memoryFile(writeMatroska({ tracks: [track], frames, isLive, cues: "none" }));
      const segment = await readSegment(file);
      const wholeScan = await scanTracks(segment, () => 0);
      expect(wholeScan.get(1)?.ticks).toEqual(frames.map(({ ticks }) => ticks));
      for (const sectionBytes of [7000, 23_000, 60_000]) {
        expect(await scanTracks(segment, () => 0, undefined, sectionBytes)).toEqual(wholeScan);
      }
    },
  );
});

/** The only cluster of a film of these frames. */
function writeCluster(frames: WrittenFrame[], track: WrittenTrack): Uint8Array {
  const film = Buffer.from(writeMatroska({ tracks: [track], frames, cues: "none" }));
  return new Uint8Array(film.subarray(film.indexOf(Buffer.from([0x1f, 0x43, 0xb6, 0x75]))));
}

function definedBy(
  shape: Omit<WrittenFilm, "tracks" | "frames" | "laced"> & {
    laced: WrittenFilm["laced"] | undefined;
  },
  tracks: readonly WrittenTrack[],
  frames: readonly WrittenFrame[],
): WrittenFilm {
  const { laced, ...rest } = shape;
  return { ...rest, tracks, frames, ...(laced === undefined ? {} : { laced }) };
}

/** As many first bytes as all frames of a track have in common, three at most. */
function stripped(film: { readonly frames: readonly WrittenFrame[] }, track: WrittenTrack) {
  const own = film.frames.filter((frame) => frame.track === track.number);
  const [model] = own;
  if (model === undefined) return {};
  let length = 0;
  while (length < 3 && own.every(({ data }) => data[length] === model.data[length])) length += 1;
  return length === 0 ? {} : { stripped: model.data.slice(0, length) };
}

/** The packets of a file, by our own reader: what is made of them is compared with ffprobe. */
async function takeApart(
  path: string,
): Promise<{ tracks: WrittenTrack[]; frames: WrittenFrame[] }> {
  const demuxer = await openDemuxer(path, "matroska,webm");
  const frames: WrittenFrame[] = [];
  const tracks: WrittenTrack[] = [];
  for (const track of demuxer.tracks) {
    const number = track.streamIndex + 1;
    const isVideo = track.kind === "video";
    tracks.push({
      ...{ number, type: isVideo ? 1 : 2, codecId: isVideo ? "V_MPEG4/ISO/AVC" : "A_MPEG/L3" },
      configuration: track.configuration?.bytes ?? null,
      defaultDurationNanoseconds: isVideo ? 40_000_000 : 24_000_000,
      ...{ width: 160, height: 90, channels: 2, sampleRateHz: track.sampleRateHz },
    });
    const { points } = await demuxer.index(track, { spacingSeconds: 0 });
    const [start] = points;
    if (start === undefined) throw new Error("expected a point");
    for await (const packet of demuxer.packets(track, start, null)) {
      frames.push({
        ...{ track: number, ticks: packet.ptsTicks, isKey: packet.isSync, data: packet.data },
      });
    }
  }
  await demuxer.close();
  return { tracks, frames: interleaved(frames) };
}

/** In decode order of the pictures, sound where its time comes. */
function interleaved(frames: readonly WrittenFrame[]): WrittenFrame[] {
  const pictures = frames.filter(({ track }) => track === 1);
  const sound = frames.filter(({ track }) => track === 2);
  let shown = 0;
  const all: WrittenFrame[] = [];
  for (const picture of pictures) {
    shown = Math.max(shown, picture.ticks);
    while ((sound[0]?.ticks ?? Infinity) <= shown) all.push(...sound.splice(0, 1));
    all.push(picture);
  }
  return [...all, ...sound];
}
