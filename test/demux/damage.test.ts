import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Demuxer } from "../../src/demux/demuxer.ts";
import { openMatroska } from "../../src/demux/matroska/open-matroska.ts";
import { openMp4 } from "../../src/demux/mp4/open-mp4.ts";
import { readExactly, type ReadableFile } from "../../src/demux/readable-file.ts";
import { ViewraError } from "../../src/errors/viewra-error.ts";
import {
  codings,
  encodeFilm,
  evenClock,
  matroskaContainers,
  mp4Containers,
  muxFilm,
} from "./film-shapes.ts";
import { memoryFile } from "./memory-file.ts";

const folder = await mkdtemp(join(tmpdir(), "viewra-demux-"));
afterAll(async () => await rm(folder, { recursive: true }));

const open = (file: ReadableFile, isMatroska: boolean): Promise<Demuxer> =>
  isMatroska ? openMatroska(file) : openMp4(file);

interface Film {
  readonly name: string;
  readonly isMatroska: boolean;
  readonly bytes: Uint8Array;
}

const films: Film[] = [];

beforeAll(async () => {
  const [, coding] = codings;
  if (coding === undefined) throw new Error("expected a coding");
  const base = await encodeFilm(folder, coding, evenClock);
  const suited = [...mp4Containers, ...matroskaContainers].filter(({ suits }) => suits(coding));
  const chosen = suited.filter(({ name }) =>
    /^(mp4|mp4 with its index first|mov|dash|mkv|mkv as it is written live|mkv with its cues first)$/.test(
      name,
    ),
  );
  const paths = await muxFilm(base, evenClock, chosen);
  for (const [i, { name, extension }] of chosen.entries()) {
    const bytes = await Bun.file(paths[i] ?? "").bytes();
    films.push({ name, isMatroska: extension === "mkv", bytes });
  }
}, 30_000);

describe("a damaged file", () => {
  test("is told from a whole one, or is read as far as it goes: no crash, no hang, nothing large", async () => {
    const random = randomNumbers(20_261_125);
    let [refused, read] = [0, 0];
    for (let round = 0; round < 2000; round++) {
      const film = films[round % films.length];
      if (film === undefined) throw new Error("expected a film");
      const bytes = damaged(film, random);
      const file = memoryFile(bytes);
      const { outcome, tookMs } = await timed(file, film.isMatroska);
      const said = { film: film.name, round, outcome };
      expect({ ...said, isSlow: tookMs > 200 }).toEqual({ ...said, isSlow: false });
      expect(file.reads.largest).toBeLessThanOrEqual(bytes.length);
      if (outcome === "read") read += 1;
      else refused += 1;
      expect(["read", "MEDIA_UNREADABLE", "MEDIA_UNSUPPORTED", "MEDIA_CHANGED"]).toContain(outcome);
    }
    // Both happen, or the damage is none.
    expect(Math.min(refused, read)).toBeGreaterThan(200);
  }, 120_000);

  test("cut off anywhere has the packets that lie in it whole", async () => {
    for (const film of films) {
      const whole = await packetCounts(film.bytes, film.isMatroska);
      for (let part = 1; part < 12; part++) {
        const bytes = film.bytes.subarray(0, Math.floor((film.bytes.length * part) / 12));
        const counts = await packetCounts(bytes, film.isMatroska).catch((thrown: unknown) => {
          if (thrown instanceof ViewraError) return null;
          throw thrown;
        });
        for (const [i, count] of (counts ?? []).entries()) {
          expect(count).toBeGreaterThan(0);
          expect(count).toBeLessThanOrEqual(whole[i] ?? 0);
        }
      }
    }
  });

  test("cut off behind its index has the packets before", async () => {
    const film = films.find(({ name }) => name === "mp4 with its index first");
    if (film === undefined) throw new Error("expected a film");
    const whole = await packetCounts(film.bytes, false);
    const counts = await packetCounts(film.bytes.subarray(0, film.bytes.length * 0.8), false);
    expect(counts.every((count, i) => count > 10 && count < (whole[i] ?? 0))).toBe(true);
  });

  test("is not asked for bytes behind its end", async () => {
    const file = memoryFile(new Uint8Array(100));
    for (const [position, length] of [
      [0, 101],
      [-1, 5],
      [90, 11],
      [0, Infinity],
      [NaN, 1],
    ] as const) {
      const error = await readExactly(file, position, length).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: "MEDIA_UNREADABLE" });
    }
    expect(file.reads.count).toBe(0);
    expect(await readExactly(file, 40, 60)).toHaveLength(60);
  });

  test("reads that give less than was asked make no difference", async () => {
    for (const film of films) {
      const counts = await packetCounts(film.bytes, film.isMatroska, 1000);
      expect(counts).toEqual(await packetCounts(film.bytes, film.isMatroska));
    }
  });
});

async function packetCounts(
  bytes: Uint8Array,
  isMatroska: boolean,
  mostAtOnce?: number,
): Promise<number[]> {
  const demuxer = await open(memoryFile(bytes, mostAtOnce), isMatroska);
  const counts: number[] = [];
  for (const track of demuxer.tracks) {
    const { points } = await demuxer.index(track, { spacingSeconds: 0 });
    const [from] = points;
    if (from === undefined) throw new Error("expected a point");
    let count = 0;
    for await (const _ of demuxer.packets(track, from, null)) count += 1;
    counts.push(count);
  }
  return counts;
}

/** On a machine that was busy with something else, the second time counts. */
async function timed(
  file: ReadableFile,
  isMatroska: boolean,
): Promise<{ readonly outcome: string; readonly tookMs: number }> {
  let tookMs = Infinity;
  let outcome = "";
  for (let tries = 0; tries < 2 && tookMs > 200; tries++) {
    const start = performance.now();
    outcome = await readAll(file, isMatroska);
    tookMs = performance.now() - start;
  }
  return { outcome, tookMs };
}

/** The code of the first error, or `read`. */
async function readAll(file: ReadableFile, isMatroska: boolean): Promise<string> {
  try {
    const demuxer = await open(file, isMatroska);
    for (const track of demuxer.tracks) {
      if (track.obstacles.length > 0) continue;
      const { points } = await demuxer.index(track, { spacingSeconds: 0.5 });
      for (const [i, point] of points.slice(0, 8).entries()) {
        let bytes = 0;
        for await (const packet of demuxer.packets(track, point, points[i + 1] ?? null)) {
          bytes += packet.data.length;
        }
        expect(bytes).toBeLessThanOrEqual(2 * file.sizeBytes);
      }
    }
    return "read";
  } catch (thrown) {
    if (thrown instanceof ViewraError) return thrown.code;
    throw thrown;
  }
}

/** Half of it where the file describes itself, as most bytes are pictures. */
function damaged({ bytes }: Film, random: () => number): Uint8Array {
  const copy = new Uint8Array(bytes);
  const below = (limit: number): number => Math.floor(random() * limit);
  const isMoov = random() < 0.7;
  const index = Buffer.from(copy.buffer).indexOf("moov");
  const start = isMoov && index > 0 ? index : 0;
  const length = isMoov ? Math.min(4000, copy.length - start) : copy.length;
  for (let count = 1 + below(4); count > 0; count--) {
    const at = start + below(length - 8);
    const kind = below(5);
    if (kind === 0) copy[at] = below(256);
    else if (kind === 1) copy.fill(0xff, at, at + 1 + below(8));
    else if (kind === 2) copy.fill(0, at, at + 1 + below(8));
    else if (kind === 3) copy.copyWithin(at, start + below(length - 64), start + below(length));
    else copy[at] = (copy[at] ?? 0) ^ (1 << below(8));
  }
  return random() < 0.15 ? copy.subarray(0, below(copy.length)) : copy;
}

function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
