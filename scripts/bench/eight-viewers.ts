import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { segmentName } from "../../src/media/object-name.ts";
import { segmentCount } from "../../src/media/timeline.ts";
import { firstAudio } from "../../src/playback/first-rendition.ts";
import type { Rendition } from "../../src/rendition/methods.ts";
import { renditionTimeline, type Plan } from "../../src/rendition/plan.ts";
import { createAddressedClient, type Answer } from "./addressed-client.ts";
import type { BenchContext, Benchmark } from "./benchmark.ts";
import type { Figure } from "./figure.ts";
import { films } from "./films.ts";
import { createPlayer, idOf, type Player } from "./player.ts";
import { median, quantile } from "./statistics.ts";
import { watchSteadily, type Watched } from "./steady-viewer.ts";
import { runTool } from "./timed-command.ts";
import { dataFolder, startViewra } from "./viewra-server.ts";

const viewers = 8;
const cores = 2;
const leastSpeed = 8;
const segmentSeconds = 4;
const probes = 5;
const minuteMs = 60_000;

export const eightViewers: Benchmark = {
  name: "eight-viewers",
  title: "Eight viewers on two cores",
  about:
    `${viewers} viewers with addresses of their own at different places of ${viewers} films of ten minutes (480p), at the tallest rung that is made at ${leastSpeed} × real ` +
    "time or more when one viewer asks for it, for a minute a round, round after round; pictures and sound in segments of 4 s, fetched ahead up to 30 s. The server and all " +
    `its children have ${cores} cores, TRANSCODE_MAX_CONCURRENT=${cores}. *Wait*: from the request of a segment to its last byte ÷ (that of a segment ` +
    "nothing is made for yet, by one viewer alone × the most viewers that waited meanwhile ÷ cores, where they are more than the cores). " +
    "*Stalled*: all viewers together, from their first pictures on.",
  rounds: { full: 10, quick: 1 },
  measure,
};

/** What one viewer watches. */
interface Seat {
  readonly contentUrl: string;
  readonly sessionId: string;
  readonly plan: Plan;
  readonly pictures: Rendition;
  readonly sound: Rendition;
  /** The segment to begin with. */
  readonly from: number;
}

/** A segment that was waited for. */
interface Waited {
  readonly kind: "video" | "audio";
  readonly milliseconds: number;
  /** Viewers that waited at once, at most. */
  readonly waiting: number;
}

const wishes = { container: "dash" };

async function measure(context: BenchContext): Promise<Figure[]> {
  const { viewra, workDir, rounds, say } = context;
  const library = await makeFilmsApart(context);
  const env = {
    ...{ TRANSCODE_MAX_CONCURRENT: String(cores), TRANSCODE_FILL: "none" },
    SEGMENT_BEGINNING: "none",
  };
  const dataDir = dataFolder(workDir, "eight-viewers");
  await using server = await startViewra({ viewra, dataDir, library, env });
  const player = createPlayer(server.url);
  const names = Array.from({ length: viewers + 1 }, (_, k) => fileName(k));
  const ids = await player.awaitFilms(names);
  const probed = idOf(ids, fileName(viewers));
  const { rungId, speed, aloneMs } = await measureAlone(player, probed);
  say(`${rungId}: ${speed.toFixed(1)} × real time, alone ${(aloneMs.video / 1000).toFixed(2)} s`);
  const seats: Seat[] = [];
  for (let k = 0; k < viewers; k++) {
    seats.push(await takeSeat(player, idOf(ids, fileName(k)), rungId, k));
  }
  const { waited, watched } = await watchTogether(seats, rounds * minuteMs);
  for (const { sessionId } of seats) await player.stop(sessionId);
  const ratios = (kind: Waited["kind"]): number[] =>
    waited
      .filter((each) => each.kind === kind)
      .map((each) => each.milliseconds / (aloneMs[kind] * Math.max(1, each.waiting / cores)));
  const wait = (kind: Waited["kind"], what: string): Figure => ({
    what: `longest wait for ${what}`,
    unit: "×",
    values: [Math.max(...ratios(kind))],
    target: { atMost: 2 },
    ours: `median ${median(ratios(kind)).toFixed(2)}, 99th ${quantile(ratios(kind), 0.99).toFixed(2)}, of ${ratios(kind).length}`,
    bare: `${(aloneMs[kind] / 1000).toFixed(2)} s alone`,
  });
  const sum = (value: (each: Watched) => number): number =>
    watched.reduce((total, each) => total + value(each), 0);
  const minutes = rounds === 1 ? "a minute" : `${rounds} minutes`;
  return [
    wait("video", `pictures (${rungId}, made at ${speed.toFixed(1)} × real time)`),
    wait("audio", "sound"),
    {
      ...{ what: `stalled in ${minutes}`, unit: "s" },
      ...{ values: [sum(({ stalledMs }) => stalledMs) / 1000], target: { atMost: 0 } },
      ours: `first pictures after ${(Math.max(...watched.map(({ startMs }) => startMs)) / 1000).toFixed(1)} s at the latest`,
    },
    {
      ...{ what: "segments refused", unit: "waits" },
      ...{ values: [sum(({ refused }) => refused)], target: { atMost: 0 } },
    },
  ];
}

const fileName = (k: number): string => `apart ${k}.mp4`;

/** The minute of 720p at 480 lines, ten times over; each with another title, so that each is another film. */
async function makeFilmsApart({ filmsDir, workDir, say }: BenchContext): Promise<string> {
  const folder = join(workDir, "films");
  await mkdir(folder);
  say("making nine films");
  const ffmpeg = ["ffmpeg", "-nostdin", "-v", "error", "-y"];
  const minute = join(workDir, "480p.mp4");
  await runTool([
    ...[...ffmpeg, "-i", join(filmsDir, films.hd1.fileName), "-vf", "scale=-2:480"],
    ...["-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-c:a", "copy", minute],
  ]);
  for (let k = 0; k <= viewers; k++) {
    await runTool([
      ...[...ffmpeg, "-stream_loop", "9", "-i", minute, "-c", "copy"],
      ...["-metadata", `title=${k}`, "-movflags", "+faststart", join(folder, fileName(k))],
    ]);
  }
  return folder;
}

async function takeSeat(player: Player, id: string, rungId: string, k: number): Promise<Seat> {
  const { contentUrl, sessionId } = await player.start(id, wishes);
  const { plan } = await player.decide(id, wishes);
  const pictures = plan.renditions.find((rendition) => rendition.id === rungId);
  const sound = firstAudio(plan, null);
  if (pictures === undefined || !sound) throw new Error(`expected ${rungId} and sound in the plan`);
  const count = segmentCount(renditionTimeline(plan, pictures));
  return { contentUrl, sessionId, plan, pictures, sound, from: Math.floor((k * count) / viewers) };
}

/** The tallest rung that is made fast enough, how fast, and how long a viewer waits for what nobody has asked for yet. */
async function measureAlone(player: Player, id: string) {
  const { plan } = await player.decide(id, wishes);
  const rungs = plan.renditions
    .filter((rendition) => rendition.kind === "video")
    .toSorted((a, b) => linesOf(b) - linesOf(a));
  const client = createAddressedClient(viewers);
  // The sound is the same beside each rung: it is made once.
  const audio: number[] = [];
  for (const { id: rungId } of rungs) {
    const seat = await takeSeat(player, id, rungId, 0);
    const count = segmentCount(renditionTimeline(plan, seat.pictures));
    const timed = async (rendition: string, n: number): Promise<number> => {
      const answer = await client.load(seat.contentUrl + segmentName(rendition, n));
      if (answer.status !== 200) throw new Error(`${rendition}/${n}: ${answer.status}`);
      return answer.milliseconds;
    };
    // The first says how fast it begins, those behind it how fast it goes on.
    const video: number[] = [];
    const next: number[] = [];
    for (let i = 0; i < probes; i++) {
      const n = 2 + Math.floor((i * (count - 8)) / probes);
      if (audio.length < probes) audio.push(await timed(seat.sound.id, n));
      video.push(await timed(rungId, n));
      for (let k = 1; k <= 3; k++) next.push(await timed(rungId, n + k));
    }
    await player.stop(seat.sessionId);
    await player.settled();
    const speed = segmentSeconds / (median(next) / 1000);
    if (speed < leastSpeed && rungId !== rungs.at(-1)?.id) continue;
    client.close();
    return { rungId, speed, aloneMs: { video: median(video), audio: median(audio) } };
  }
  throw new Error("expected a plan with pictures");
}

const linesOf = (rendition: Rendition): number =>
  rendition.method === "encode" && rendition.kind === "video" ? rendition.recipe.height : 0;

async function watchTogether(
  seats: readonly Seat[],
  forMs: number,
): Promise<{ readonly waited: readonly Waited[]; readonly watched: readonly Watched[] }> {
  const waited: Waited[] = [];
  /** By viewer: how many requests it waits for. */
  const open = seats.map(() => 0);
  /** Of those under way: the most viewers that waited at once. */
  const peaks = new Set<{ most: number }>();
  const waiting = (): number => open.filter((count) => count > 0).length;
  const watch = async (seat: Seat, k: number): Promise<Watched> => {
    const client = createAddressedClient(k);
    const load = async (rendition: Rendition, i: number): Promise<Answer> => {
      const count = segmentCount(renditionTimeline(seat.plan, rendition));
      const name = segmentName(rendition.id, 1 + ((seat.from + i) % count));
      const peak = { most: 0 };
      peaks.add(peak);
      open[k] = (open[k] ?? 0) + 1;
      for (const each of peaks) each.most = Math.max(each.most, waiting());
      const answer = await client.load(seat.contentUrl + name);
      open[k] = (open[k] ?? 0) - 1;
      peaks.delete(peak);
      const kind = rendition.kind === "video" ? "video" : "audio";
      waited.push({ kind, milliseconds: answer.milliseconds, waiting: peak.most });
      return answer;
    };
    const lanes = [seat.pictures, seat.sound].map((rendition) => ({
      segmentSeconds,
      load: (i: number) => load(rendition, i),
    }));
    const watched = await watchSteadily(lanes, forMs);
    client.close();
    return watched;
  };
  const watched = await Promise.all(seats.map(watch));
  return { waited, watched };
}
