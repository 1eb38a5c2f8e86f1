import { renditionTimeline, type Plan } from "../../src/rendition/plan.ts";
import type { Rendition } from "../../src/rendition/methods.ts";
import { segmentCount } from "../../src/media/timeline.ts";
import type { BenchContext, Benchmark } from "./benchmark.ts";
import type { Figure } from "./figure.ts";
import { films } from "./films.ts";
import { createPlayer, idOf, type Player } from "./player.ts";
import { cpuSeconds, totalSeconds, type CpuSeconds } from "./process-figures.ts";
import { median } from "./statistics.ts";
import { dataFolder, startViewra } from "./viewra-server.ts";
import { watchWhole } from "./whole-viewer.ts";

export const secondViewer: Benchmark = {
  name: "second-viewer",
  title: "Second viewer",
  about:
    "Processor seconds (the server and all its children) of 20 viewers who watch a 1-minute 720p film at " +
    "the same time ÷ those of one viewer. Each asks for what a player asks for: start, manifest, init " +
    "segments, every segment of the picture and the sound, stop. Nothing is stored before.",
  rounds: { full: 3, quick: 1 },
  measure,
};

const crowd = 20;
const wishes = { container: "dash", enable_abr: false };
const fills = ["none", "watched"] as const;

async function measure(context: BenchContext): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const fill of fills) figures.push(await measureFill(fill, context));
  return figures;
}

async function measureFill(fill: (typeof fills)[number], context: BenchContext): Promise<Figure> {
  const { viewra, filmsDir, workDir, rounds, say } = context;
  const dataDir = dataFolder(workDir, `second-viewer-${fill}`);
  const env = { TRANSCODE_FILL: fill };
  await using server = await startViewra({ viewra, dataDir, library: filmsDir, env });
  const player = createPlayer(server.url);
  const { fileName } = films.hd1;
  const id = idOf(await player.awaitFilms([fileName]), fileName);
  const { plan } = await player.decide(id, wishes);
  // Once for nothing: describes the recipes and brings the film into memory.
  await watchTogether(player, server.pid, id, plan, 1);
  const pairs: { readonly one: CpuSeconds; readonly many: CpuSeconds }[] = [];
  for (let round = 0; round < rounds; round++) {
    const one = await watchTogether(player, server.pid, id, plan, 1);
    const many = await watchTogether(player, server.pid, id, plan, crowd);
    pairs.push({ one, many });
    say(`fill ${fill}: ${crowd} viewers ${text([many])}, one ${text([one])}`);
  }
  return {
    what: `${crowd} viewers ÷ one, TRANSCODE_FILL=${fill}`,
    unit: "×",
    values: pairs.map(({ one, many }) => totalSeconds(many) / totalSeconds(one)),
    target: { atMost: 1.05 },
    ours: text(pairs.map(({ many }) => many)),
    bare: text(pairs.map(({ one }) => one)),
  };
}

/** So many viewers from start to end of a content that is not there. Processor seconds. */
async function watchTogether(
  player: Player,
  pid: number,
  id: string,
  plan: Plan,
  viewers: number,
): Promise<CpuSeconds> {
  const before = await cpuSeconds(pid);
  const madeBefore = await player.metric(madeMetric);
  const hashes = await Promise.all(
    Array.from({ length: viewers }, () => watchWhole(player, id, plan, wishes)),
  );
  await player.settled();
  const made = (await player.metric(madeMetric)) - madeBefore;
  const after = await cpuSeconds(pid);
  const expected = plan.renditions.reduce((sum, rendition) => sum + count(plan, rendition), 0);
  if (made !== expected) throw new Error(`expected ${expected} segments to be made, got ${made}`);
  const [hash] = hashes;
  if (hash !== undefined) await player.forget(hash);
  return { own: after.own - before.own, children: after.children - before.children };
}

const madeMetric = "viewra_segments_made_total";

const count = (plan: Plan, rendition: Rendition): number =>
  segmentCount(renditionTimeline(plan, rendition));

function text(used: readonly CpuSeconds[]): string {
  const own = median(used.map((each) => each.own));
  return `${median(used.map(totalSeconds)).toFixed(1)} s (server itself ${own.toFixed(1)} s)`;
}
