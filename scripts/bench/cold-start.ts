import { join } from "node:path";
import { segmentName } from "../../src/media/object-name.ts";
import type { EncodedPlan } from "../../src/rendition/build-plan.ts";
import type { EncodedVideo } from "../../src/rendition/encode/encoded-rendition.ts";
import { segmentAt, segmentSpan } from "../../src/media/timeline.ts";
import { videoTimeline } from "../../src/rendition/encode/frame-timeline.ts";
import { firstRung } from "../../src/playback/first-rendition.ts";
import { encodeBare } from "./bare-encode.ts";
import type { BenchContext, Benchmark } from "./benchmark.ts";
import type { Figure } from "./figure.ts";
import { films, type Film } from "./films.ts";
import { createPlayer, idOf, type Player, type Wishes } from "./player.ts";
import { median } from "./statistics.ts";
import { dataFolder, startViewra } from "./viewra-server.ts";

export const coldStart: Benchmark = {
  name: "cold-start",
  title: "Cold start and seek",
  about:
    "POST /api/playback/start → manifest → init segment → last byte of the first video segment, recipes " +
    "described before and no object of the title stored (the content is deleted before each round), ÷ FFmpeg alone encoding the same frames with the same encoder " +
    "options to a file. The rung is the source's own size, and the only one, so the first scheduled; " +
    "*default ladder* is the rung that the server prepares for a DASH player. Segments of four seconds from the first on " +
    "(SEGMENT_BEGINNING=none), so that there is something to encode; what a short beginning gains *First picture* tells. *Seek* is a start at 90 %; " +
    "*seek while playing* asks for the segment at 90 % just after the first one came, with its work going on.",
  rounds: { full: 5, quick: 2 },
  measure,
};

/** A film through one rung, with what was measured of it. */
interface Case {
  readonly label: string;
  readonly film: Film;
  readonly id: string;
  readonly wishes: Wishes;
  readonly plan: EncodedPlan;
  readonly rung: EncodedVideo;
  readonly rounds: Round[];
}

/** Seconds. */
interface Round {
  readonly bareStart: number;
  readonly start: number;
  readonly bareSeek: number;
  readonly seek: number;
  readonly seekPlaying: number;
}

async function measure(context: BenchContext): Promise<Figure[]> {
  const { viewra, filmsDir, workDir, rounds } = context;
  const dataDir = dataFolder(workDir, "cold-start");
  const env = { SEGMENT_BEGINNING: "none" };
  await using server = await startViewra({ viewra, dataDir, library: filmsDir, env });
  const player = createPlayer(server.url);
  const ids = await player.awaitFilms(Object.values(films).map(({ fileName }) => fileName));
  const cases: Case[] = [];
  for (const [label, film, wishes] of wanted) {
    const id = idOf(ids, film.fileName);
    const { plan } = await player.decide(id, wishes);
    cases.push({ label, film, id, wishes, plan, rung: firstScheduled(plan), rounds: [] });
  }
  // Describes the recipes, and brings the films' first and last parts into memory for both sides.
  for (const each of cases) await measureRound(player, each, { ...context, say: () => {} });
  for (let round = 0; round < rounds; round++) {
    for (const each of cases) each.rounds.push(await measureRound(player, each, context));
  }
  return figures(cases);
}

const alone = { container: "dash", enable_abr: false };
const wanted: readonly (readonly [string, Film, Wishes])[] = [
  ["720p, 1 minute", films.hd1, alone],
  ["720p, 10 minutes", films.hd10, alone],
  ["1080p, 1 minute", films.fhd1, alone],
  ["1080p, 10 minutes", films.fhd10, alone],
  ["1080p, 10 minutes, default ladder", films.fhd10, { container: "dash" }],
];

/** The rung that the server sets going at a start. */
function firstScheduled(plan: EncodedPlan): EncodedVideo {
  const rung = firstRung(plan, "dash");
  if (rung?.method !== "encode") throw new Error("expected a rung in the plan");
  return rung;
}

async function measureRound(player: Player, each: Case, context: BenchContext): Promise<Round> {
  const { label, film, plan, rung } = each;
  const timeline = videoTimeline(plan.boundaries, rung.recipe);
  const far = segmentAt(timeline, film.seconds * 0.9);
  const farSeconds = segmentSpan(timeline, far).start / timeline.timescale;
  const path = join(context.filmsDir, film.fileName);
  const { seconds: bareStart } = await encodeBare(path, plan, rung, 1, context.workDir);
  const { first: start, after: seekPlaying } = await watchFresh(player, each, 1, 0, far);
  const { seconds: bareSeek } = await encodeBare(path, plan, rung, far, context.workDir);
  const { first: seek } = await watchFresh(player, each, far, farSeconds);
  context.say(
    `${label}: start ${text(start)} ÷ ${text(bareStart)}, seek ${text(seek)} and ${text(seekPlaying)} ÷ ${text(bareSeek)}`,
  );
  return { bareStart, start, bareSeek, seek, seekPlaying };
}

/**
 * Starts where nothing is stored and loads segment n of the rung, as a player would; then, where one is
 * named, another segment. Leaves nothing stored and nothing running. Seconds for each.
 */
async function watchFresh(
  player: Player,
  { id, wishes, rung }: Case,
  n: number,
  position: number,
  then?: number,
): Promise<{ first: number; after: number }> {
  const startedAt = performance.now();
  const playback = await player.start(id, { ...wishes, seek_position: position });
  await player.load(playback.manifestUrl);
  await player.load(`${playback.contentUrl}${rung.id}/init.mp4`);
  await player.load(`${playback.contentUrl}${segmentName(rung.id, n)}`);
  const first = (performance.now() - startedAt) / 1000;
  if (then !== undefined) await player.load(`${playback.contentUrl}${segmentName(rung.id, then)}`);
  const after = (performance.now() - startedAt) / 1000 - first;
  await player.stop(playback.sessionId);
  await player.settled();
  await player.forget(playback.contentHash);
  if (playback.cached) throw new Error("expected a content that nobody had asked for");
  return { first, after };
}

function figures(cases: readonly Case[]): Figure[] {
  const target = { atMost: 1.35 };
  const lines = cases.flatMap(({ label, rounds }) => {
    const line = (what: string, ours: keyof Round, bare: keyof Round): Figure => ({
      what: `${what}, ${label}`,
      unit: "×",
      values: rounds.map((round) => round[ours] / round[bare]),
      target,
      ours: text(median(rounds.map((round) => round[ours]))),
      bare: text(median(rounds.map((round) => round[bare]))),
    });
    return [
      line("start", "start", "bareStart"),
      line("seek", "seek", "bareSeek"),
      line("seek while playing", "seekPlaying", "bareSeek"),
    ];
  });
  return [...lines, ...[720, 1080].map((height) => lengthFigure(cases, height))];
}

/** The same first pictures in a long film and a short one. */
function lengthFigure(cases: readonly Case[], height: number): Figure {
  const [short, long] = cases.filter(({ film }) => film.height === height);
  const starts = (each: Case | undefined): number[] => each?.rounds.map(({ start }) => start) ?? [];
  const shortStarts = starts(short);
  return {
    what: `start of 10 minutes ÷ start of 1 minute, ${height}p`,
    unit: "×",
    values: starts(long).map((seconds, i) => seconds / (shortStarts[i] ?? Number.NaN)),
    target: { atMost: 1.15 },
    ours: text(median(starts(long))),
    bare: text(median(shortStarts)),
  };
}

const text = (seconds: number): string => `${seconds.toFixed(2)} s`;
