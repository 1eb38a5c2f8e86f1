import { join } from "node:path";
import { segmentName } from "../../src/media/object-name.ts";
import { segmentCount } from "../../src/media/timeline.ts";
import { runLimits } from "../../src/pipeline/run-limits.ts";
import type { EncodedVideo } from "../../src/rendition/encode/encoded-rendition.ts";
import { renditionTimeline, type Plan } from "../../src/rendition/plan.ts";
import { createAddressedClient } from "./addressed-client.ts";
import { encodeBare } from "./bare-encode.ts";
import type { BenchContext, Benchmark } from "./benchmark.ts";
import type { Figure } from "./figure.ts";
import { films } from "./films.ts";
import { createPlayer, idOf } from "./player.ts";
import { runsOf } from "./run-states.ts";
import { median } from "./statistics.ts";
import { dataFolder, startViewra } from "./viewra-server.ts";

const transcodes = 1;
const limit = runLimits(transcodes).maxTasks;
const places = 12;
const heldSeconds = 5;
const mostTries = 5;

export const heldRun: Benchmark = {
  name: "held-run",
  title: "Held runs",
  about:
    `One viewer asks for a segment at ${places} places of a 10-minute 720p film, each as soon as the one before came, at a ` +
    "server with TRANSCODE_MAX_CONCURRENT=1, so that each run is held for the next. *Processor time* and *memory* are of runs that are " +
    `held (stopped) for ${heldSeconds} s on end; beside the memory the most that FFmpeg alone has for a segment with the same encoder options. ` +
    "*Alive*: runs, working or held, at once: what is held beyond the bound ends.",
  rounds: { full: 3, quick: 1 },
  measure,
};

interface Round {
  readonly cpuMs: number;
  readonly residentMiB: number;
  readonly bareMiB: number;
  readonly mostAlive: number;
  readonly begun: number;
}

const wishes = { container: "dash", enable_abr: false };

async function measure(context: BenchContext): Promise<Figure[]> {
  const { viewra, filmsDir, workDir, say } = context;
  const env = {
    ...{ TRANSCODE_MAX_CONCURRENT: String(transcodes), TRANSCODE_FILL: "none" },
    SEGMENT_BEGINNING: "none",
  };
  const dataDir = dataFolder(workDir, "held-run");
  await using server = await startViewra({ viewra, dataDir, library: filmsDir, env });
  const player = createPlayer(server.url);
  const { fileName } = films.hd10;
  const id = idOf(await player.awaitFilms([fileName]), fileName);
  const { plan } = await player.decide(id, wishes);
  const rung = rungOf(plan);
  const client = createAddressedClient(0);
  const rounds: Round[] = [];
  for (let round = 0; round < context.rounds; round++) {
    const film = join(filmsDir, fileName);
    const { mostMemoryMiB: bareMiB } = await encodeBare(film, plan, rung, 2, workDir);
    const { contentUrl, contentHash, sessionId } = await player.start(id, wishes);
    const begun = new Set<number>();
    let mostAlive = 0;
    const look = setInterval(() => {
      const runs = runsOf(server.pid);
      for (const { pid } of runs) begun.add(pid);
      mostAlive = Math.max(mostAlive, runs.length);
    }, 20);
    const count = segmentCount(renditionTimeline(plan, rung));
    for (let i = 0; i < places; i++) {
      const n = 1 + Math.floor((i * count) / places);
      const url = contentUrl + segmentName(rung.id, n);
      // On a busy machine it takes longer than a request may wait.
      let tries = 1;
      while ((await client.load(url)).status !== 200) {
        if (++tries > mostTries) throw new Error(`expected ${url} to be made`);
      }
    }
    const held = await watchHeld(server.pid);
    clearInterval(look);
    rounds.push({ ...held, bareMiB, mostAlive, begun: begun.size });
    say(`${begun.size} runs begun, ${mostAlive} alive at most, ${held.residentMiB.toFixed(0)} MiB`);
    await player.stop(sessionId);
    await player.settled();
    await player.forget(contentHash);
  }
  client.close();
  const each = (value: (round: Round) => number): number[] => rounds.map(value);
  const mebibytes = (value: (round: Round) => number): string =>
    `${median(each(value)).toFixed(0)} MiB`;
  return [
    {
      ...{ what: `processor time in ${heldSeconds} s, each`, unit: "ms" },
      ...{ values: each(({ cpuMs }) => cpuMs), target: { atMost: 0 } },
    },
    {
      ...{ what: "memory of each ÷ FFmpeg alone, at its most", unit: "×" },
      values: each(({ residentMiB, bareMiB }) => residentMiB / bareMiB),
      target: { atMost: 1.25 },
      ...{ ours: mebibytes((r) => r.residentMiB), bare: mebibytes((r) => r.bareMiB) },
    },
    {
      ...{ what: "alive at once", unit: "programs", values: each(({ mostAlive }) => mostAlive) },
      target: { atMost: limit },
      ours: `${median(each(({ begun }) => begun))} begun`,
    },
  ];
}

function rungOf(plan: Plan): EncodedVideo {
  for (const rendition of plan.renditions) {
    if (rendition.method === "encode" && rendition.kind === "video") return rendition;
  }
  throw new Error("expected a rung in the plan");
}

/** Means of the runs that were seen stopped at each of many looks. Throws where there is none. */
async function watchHeld(server: number): Promise<{ cpuMs: number; residentMiB: number }> {
  const before = runsOf(server);
  let held = before.filter(({ isStopped }) => isStopped);
  for (let looks = 0; looks < heldSeconds * 10; looks++) {
    await Bun.sleep(100);
    const stopped = new Map(
      runsOf(server).flatMap((run) => (run.isStopped ? [[run.pid, run] as const] : [])),
    );
    held = held.flatMap(({ pid }) => stopped.get(pid) ?? []);
  }
  if (held.length === 0) throw new Error("expected runs that are held all the time");
  const cpuBefore = new Map(before.map(({ pid, cpuMs }) => [pid, cpuMs]));
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    cpuMs: mean(held.map(({ pid, cpuMs }) => cpuMs - (cpuBefore.get(pid) ?? 0))),
    residentMiB: mean(held.map((run) => run.residentMiB)),
  };
}
