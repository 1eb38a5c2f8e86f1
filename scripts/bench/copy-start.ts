import { Database } from "bun:sqlite";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { BenchContext, Benchmark } from "./benchmark.ts";
import type { Figure } from "./figure.ts";
import { films } from "./films.ts";
import { createPlayer, idOf, type Player } from "./player.ts";
import { median } from "./statistics.ts";
import { runTool } from "./timed-command.ts";
import { dataFolder, startViewra } from "./viewra-server.ts";

export const copyStart: Benchmark = {
  name: "copy-start",
  title: "Start and seek of a copied film",
  about:
    "POST /api/playback/start → manifest → init segment → last byte of the first copied video segment, of a film that " +
    "the device can play, looked at after the scan as all are, nothing of it stored, described or open, ÷ FFmpeg alone copying the same span of the same " +
    "track to an MP4. The films are the first minute of 1080p over and over.",
  rounds: { full: 7, quick: 3 },
  measure,
};

const shortSeconds = 120;
const longSeconds = 7200;
const shapes = [
  { fileName: "short.mp4", seconds: shortSeconds },
  { fileName: "short.mkv", seconds: shortSeconds },
  { fileName: "long.mp4", seconds: longSeconds },
  { fileName: "long.mkv", seconds: longSeconds },
] as const;

/** Seconds. */
interface Round {
  readonly start: number;
  readonly bareStart: number;
  readonly seek: number;
  readonly bareSeek: number;
}

async function measure({
  viewra,
  filmsDir,
  workDir,
  rounds,
  say,
}: BenchContext): Promise<Figure[]> {
  const library = join(workDir, "films");
  await mkdir(library);
  for (const { fileName, seconds } of shapes) {
    const repeats = String(Math.ceil(seconds / films.fhd1.seconds) - 1);
    const minute = join(filmsDir, films.fhd1.fileName);
    await ffmpeg(["-stream_loop", repeats, "-i", minute, "-c", "copy", join(library, fileName)]);
  }
  const found = new Map<string, Round[]>(shapes.map(({ fileName }) => [fileName, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const { fileName, seconds } of shapes) {
      const measured = await measureRound({ viewra, library, workDir, fileName, seconds, round });
      say(`${fileName}: start ${text(measured.start)}, seek ${text(measured.seek)}`);
      // The first one brings what both sides read into memory.
      if (round > 0) found.get(fileName)?.push(measured);
    }
  }
  return figures(found);
}

interface RoundContext {
  readonly viewra: string;
  readonly library: string;
  readonly workDir: string;
  readonly fileName: string;
  readonly seconds: number;
  readonly round: number;
}

/** A server of its own each time: it knows nothing of the film but what its scan and the look after it found. */
async function measureRound(context: RoundContext): Promise<Round> {
  const { viewra, library, workDir, fileName, seconds, round } = context;
  const path = join(library, fileName);
  const far = Math.round(seconds * 0.9);
  const results: number[] = [];
  for (const position of [0, far]) {
    const dataDir = dataFolder(workDir, `copy-${round}-${fileName}-${position}`);
    await using server = await startViewra({ viewra, dataDir, library });
    const player = createPlayer(server.url);
    const id = idOf(await player.awaitFilms([fileName]), fileName);
    await awaitLooks(join(dataDir, "viewra.db"));
    results.push(await watch(player, id, position));
    const out = join(workDir, "bare.mp4");
    const seek = position === 0 ? [] : ["-ss", String(position)];
    const bare = await runTool([
      ...["ffmpeg", "-nostdin", "-v", "error", "-y", ...seek, "-i", path],
      ...["-map", "0:v:0", "-t", "10", "-c", "copy", out],
    ]);
    results.push(bare.seconds);
  }
  const [start = 0, bareStart = 0, seek = 0, bareSeek = 0] = results;
  return { start, bareStart, seek, bareSeek };
}

const longestLookMs = 120_000;

/** Until the server looked at all films; it does so in the background, one after the other. */
async function awaitLooks(databasePath: string): Promise<void> {
  using db = new Database(databasePath, { readonly: true });
  const looks = db.query<{ readonly films: number }, []>(
    "SELECT count(*) AS films FROM film_cuts WHERE key = ''",
  );
  const since = performance.now();
  while ((looks.get()?.films ?? 0) < shapes.length) {
    if (performance.now() - since > longestLookMs) throw new Error("expected films looked at");
    await Bun.sleep(100);
  }
}

async function watch(player: Player, id: string, position: number): Promise<number> {
  const startedAt = performance.now();
  const wishes = { container: "dash", delivery: "remux", enable_abr: false };
  const playback = await player.start(id, { ...wishes, seek_position: position });
  await player.load(playback.manifestUrl);
  await player.load(`${playback.contentUrl}v0/init.mp4`);
  const manifest = await (await fetch(playback.manifestUrl)).text();
  await player.load(`${playback.contentUrl}v0/${segmentAt(manifest, position)}.m4s`);
  const seconds = (performance.now() - startedAt) / 1000;
  await player.stop(playback.sessionId);
  return seconds;
}

/** The number of the segment of the first Representation that holds a moment. */
function segmentAt(manifest: string, position: number): number {
  const timescale = Number(/timescale="(\d+)"/.exec(manifest)?.[1]);
  const [timeline = ""] = /<SegmentTimeline>[^]*?<\/SegmentTimeline>/.exec(manifest) ?? [];
  let [n, at] = [0, 0];
  for (const [, duration, repeats] of timeline.matchAll(/d="(\d+)"(?: r="(\d+)")?/g)) {
    for (let i = 0; i <= Number(repeats ?? 0); i++) {
      n++;
      at += Number(duration);
      if (at > position * timescale) return n;
    }
  }
  return n;
}

function figures(found: ReadonlyMap<string, readonly Round[]>): Figure[] {
  const lines = [...found].flatMap(([fileName, rounds]) => {
    const line = (what: string, ours: keyof Round, bare: keyof Round): Figure => ({
      what: `${what}, ${fileName}`,
      unit: "×",
      values: rounds.map((round) => round[ours] / round[bare]),
      target: { atMost: 1.5 },
      ours: text(median(rounds.map((round) => round[ours]))),
      bare: text(median(rounds.map((round) => round[bare]))),
    });
    return [line("start", "start", "bareStart"), line("seek", "seek", "bareSeek")];
  });
  const lengths = ["mp4", "mkv"].map((ending): Figure => {
    const starts = (name: string): number[] =>
      (found.get(`${name}.${ending}`) ?? []).map(({ start }) => start);
    const short = starts("short");
    return {
      what: `start of 2 hours ÷ start of 2 minutes, ${ending}`,
      unit: "×",
      values: starts("long").map((seconds, i) => seconds / (short[i] ?? Number.NaN)),
      target: { atMost: 1.15 },
      ours: text(median(starts("long"))),
      bare: text(median(short)),
    };
  });
  return [...lines, ...lengths];
}

async function ffmpeg(args: readonly string[]): Promise<void> {
  await runTool(["ffmpeg", "-nostdin", "-v", "error", "-y", ...args]);
}

const text = (seconds: number): string => `${(seconds * 1000).toFixed(0)} ms`;
