import { readdir } from "node:fs/promises";
import { segmentCount } from "../../src/media/timeline.ts";
import { segmentName } from "../../src/media/object-name.ts";
import { runLimits } from "../../src/pipeline/run-limits.ts";
import { renditionTimeline } from "../../src/rendition/plan.ts";
import { markedProcesses } from "../../test/support/marked-processes.ts";
import { createAddressedClient } from "./addressed-client.ts";
import type { BenchContext, Benchmark } from "./benchmark.ts";
import { createRandom, type Random } from "./crowd/random.ts";
import type { Figure } from "./figure.ts";
import { hostileFilms, makeHostileFilms } from "./hostile-films.ts";
import { createPlayer, idOf, type Player, type Playback } from "./player.ts";
import { watchServer, type Seen } from "./server-watch.ts";
import { dataFolder, startViewra } from "./viewra-server.ts";

export const randomSeeks: Benchmark = {
  name: "random-seeks",
  title: "Random seeks",
  about:
    "1,000 seeks to places drawn at random of a two-hour film, by 10 clients with addresses of their own: each asks for the " +
    "segment there, has patience for it between nothing and a second, one time in ten as long as it takes, and seeks again. *Runs*: FFmpegs that make segments, " +
    "working or held, at once; the limit is what TRANSCODE_MAX_CONCURRENT=2 allows. *Left*: when all programs have ended, or a " +
    "minute after the last seek. *Second half ÷ first*: the most in the second half of the seeks ÷ the most in the first.",
  rounds: { full: 1, quick: 1 },
  measure,
};

const clients = 10;
const seeksOfEach = 100;
const longestPatienceMs = 1000;
/** Of the seeks. */
const waitedFor = 0.1;
const transcodes = 2;
const limit = runLimits(transcodes).maxTasks;
const markName = "VIEWRA_BENCH_MARK";
const lookEveryMs = 100;
const patienceMs = 60_000;

interface Round {
  readonly seen: Seen;
  readonly mostRuns: number;
  /** Seeks that were waited for and never answered well. */
  readonly inVain: number;
  /** From the last seek until its last program has ended; a minute at most. */
  readonly endedMs: number;
  /** Programs, waits, and open files beyond those before. */
  readonly left: { readonly programs: number; readonly waits: number; readonly files: number };
}

async function measure(context: BenchContext): Promise<Figure[]> {
  const library = await makeHostileFilms(context.filmsDir, context.workDir);
  const rounds: Round[] = [];
  for (let i = 0; i < context.rounds; i++) rounds.push(await seekAbout(i, library, context));
  const each = (value: (round: Round) => number): number[] => rounds.map(value);
  return [
    {
      ...{ what: "runs at once", unit: "programs", values: each(({ mostRuns }) => mostRuns) },
      target: { atMost: limit },
    },
    {
      ...{ what: "waited for in vain", unit: "waits", values: each(({ inVain }) => inVain) },
      target: { atMost: 0 },
    },
    {
      ...{ what: "until its last program has ended", unit: "ms" },
      values: each(({ endedMs }) => endedMs),
    },
    {
      ...{ what: "programs left", unit: "programs", values: each(({ left }) => left.programs) },
      target: { atMost: 0 },
    },
    {
      ...{ what: "waits left", unit: "waits", values: each(({ left }) => left.waits) },
      target: { atMost: 0 },
    },
    {
      ...{ what: "open files left", unit: "files", values: each(({ left }) => left.files) },
      target: { atMost: 8 },
    },
    {
      ...{ what: "memory, second half ÷ first", unit: "×" },
      values: each(({ seen }) => growth(seen.memoryMiB)),
      target: { atMost: 1.25 },
    },
    {
      ...{ what: "open files, second half ÷ first", unit: "×" },
      values: each(({ seen }) => growth(seen.openFiles)),
      target: { atMost: 1.25 },
    },
  ];
}

async function seekAbout(
  i: number,
  library: string,
  { viewra, workDir, say }: BenchContext,
): Promise<Round> {
  const dataDir = dataFolder(workDir, `random-seeks-${i}`);
  const mark = crypto.randomUUID();
  const env = {
    ...{ TRANSCODE_FILL: "none", TRANSCODE_MAX_CONCURRENT: String(transcodes) },
    [markName]: mark,
  };
  await using server = await startViewra({ viewra, dataDir, library, env });
  const player = createPlayer(server.url);
  const id = idOf(await player.awaitFilms([hostileFilms.long]), hostileFilms.long);
  const playback = await player.start(id, { container: "dash" });
  const names = await segmentsOf(player, id);
  // What is opened once.
  await player.load(playback.contentUrl + names[0]);
  const filesBefore = await openFiles(server.pid);
  const watching = watchServer(server.url, server.pid);
  let mostRuns = 0;
  const look = setInterval(() => {
    void runsOf(mark).then((runs) => (mostRuns = Math.max(mostRuns, runs)));
  }, lookEveryMs);
  const answered = await Promise.all(
    Array.from({ length: clients }, (_, k) => seek(k, playback, names, createRandom(i * 100 + k))),
  );
  clearInterval(look);
  const seen = await watching.stop();
  await player.stop(playback.sessionId);
  const stopped = performance.now();
  while ((await programsOf(mark, server.pid)) > 0 && performance.now() - stopped < patienceMs) {
    await Bun.sleep(lookEveryMs);
  }
  const endedMs = performance.now() - stopped;
  const left = {
    programs: await programsOf(mark, server.pid),
    waits: await player.metric("viewra_queue_depth"),
    files: (await openFiles(server.pid)) - filesBefore,
  };
  const waited = answered.flat();
  const inVain = waited.filter((status) => status !== 200).length;
  say(`${waited.length} seeks were waited for, ${mostRuns} runs at most`);
  return { seen, mostRuns, endedMs, left, inVain };
}

/** Of all pictures. */
async function segmentsOf(player: Player, id: string): Promise<string[]> {
  const { plan } = await player.decide(id, { container: "dash" });
  return plan.renditions
    .filter(({ kind }) => kind === "video")
    .flatMap((rendition) =>
      Array.from({ length: segmentCount(renditionTimeline(plan, rendition)) }, (_, n) =>
        segmentName(rendition.id, n + 1),
      ),
    );
}

/** Of the seeks that were waited for: the statuses of their answers. */
async function seek(
  k: number,
  { contentUrl }: Playback,
  names: readonly string[],
  random: Random,
): Promise<number[]> {
  const client = createAddressedClient(k);
  const statuses: number[] = [];
  for (let i = 0; i < seeksOfEach; i++) {
    const url = contentUrl + names[Math.floor(random() * names.length)];
    if (random() < waitedFor) statuses.push((await client.load(url)).status);
    else await client.load(url, AbortSignal.timeout(Math.ceil(random() * longestPatienceMs)));
  }
  client.close();
  return statuses;
}

async function runsOf(mark: string): Promise<number> {
  const marked = await markedProcesses(markName, mark);
  return marked.filter(({ commandLine }) => /ffmpeg\S* .*-segment_list/.test(commandLine)).length;
}

/** Of the server's, whoever their parent is. */
async function programsOf(mark: string, pid: number): Promise<number> {
  return (await markedProcesses(markName, mark)).filter((each) => each.pid !== pid).length;
}

async function openFiles(pid: number): Promise<number> {
  return (await readdir(`/proc/${pid}/fd`)).length;
}

function growth(samples: readonly number[]): number {
  const half = Math.ceil(samples.length / 2);
  return Math.max(...samples.slice(half - 1)) / Math.max(...samples.slice(0, half));
}
