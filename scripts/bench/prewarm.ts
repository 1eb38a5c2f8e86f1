import * as v from "valibot";
import { segmentName } from "../../src/media/object-name.ts";
import type { BenchContext, Benchmark } from "./benchmark.ts";
import type { Figure } from "./figure.ts";
import { films } from "./films.ts";
import { createPlayer, idOf, type Player, type Wishes } from "./player.ts";
import { median } from "./statistics.ts";
import { dataFolder, startViewra } from "./viewra-server.ts";

export const prewarm: Benchmark = {
  name: "prewarm",
  title: "Prewarming",
  about:
    "*Start*: a cold start of a 1-minute 720p film (as in *Cold start*, to the last byte of the first video segment) while a prewarm of the " +
    "10-minute 1080p film with its whole ladder fills all cores ÷ the same start on the idle machine. *Whole ladder*: prewarming all rungs of " +
    "the 1-minute 1080p film, which one decode serves ÷ prewarming each rung by itself, one after the other.",
  rounds: { full: 7, quick: 2 },
  measure,
};

/** Until a film's work is under way, not only begun. */
const warmSegments = 2;
const alone = { container: "dash", enable_abr: false };
const ladder = { container: "dash" };

async function measure(context: BenchContext): Promise<Figure[]> {
  const { viewra, filmsDir, workDir, say } = context;
  const env = { SEGMENT_BEGINNING: "none", TRANSCODE_FILL: "none" };
  const dataDir = dataFolder(workDir, "prewarm");
  await using server = await startViewra({ viewra, dataDir, library: filmsDir, env });
  const player = createPlayer(server.url);
  const warmer = createWarmer(server.url);
  const names = [films.hd1, films.fhd1, films.fhd10].map(({ fileName }) => fileName);
  const ids = await player.awaitFilms(names);
  const watched = idOf(ids, films.hd1.fileName);
  const warmed = idOf(ids, films.fhd10.fileName);
  // Describes the recipes.
  await startCold(player, watched);
  await (await warmer.begin(player, warmed)).cancel();
  const rounds: { readonly idle: number; readonly beside: number }[] = [];
  for (let round = 0; round < context.rounds; round++) {
    const idle = await startCold(player, watched);
    const job = await warmer.begin(player, warmed);
    const beside = await startCold(player, watched);
    await job.cancel();
    rounds.push({ idle, beside });
    say(`start beside a prewarm ${text(beside)} ÷ ${text(idle)}`);
  }
  const short = idOf(ids, films.fhd1.fileName);
  const { plan } = await player.decide(short, ladder);
  const heights = plan.renditions.flatMap((each) =>
    each.kind === "video" ? [each.recipe.height] : [],
  );
  const shared: number[] = [];
  const apart: number[] = [];
  for (let round = 0; round < Math.ceil(context.rounds / 3); round++) {
    shared.push(await warmer.whole(player, short, ladder));
    let sum = 0;
    for (const height of heights) {
      sum += await warmer.whole(player, short, { ...alone, quality: `${height}p` });
    }
    apart.push(sum);
    say(`${heights.length} rungs together ${text(shared.at(-1) ?? 0)} ÷ ${text(sum)}`);
  }
  return [
    {
      what: "start beside a prewarm ÷ start on an idle machine",
      unit: "×",
      values: rounds.map(({ beside, idle }) => beside / idle),
      target: { atMost: 1.25 },
      ours: text(median(rounds.map(({ beside }) => beside))),
      bare: text(median(rounds.map(({ idle }) => idle))),
    },
    {
      what: `whole ladder of ${heights.length} rungs ÷ its rungs one by one`,
      unit: "×",
      values: shared.map((seconds, i) => seconds / (apart[i] ?? Number.NaN)),
      target: { atMost: 1 },
      ours: text(median(shared)),
      bare: text(median(apart)),
    },
  ];
}

/** Seconds to the last byte of the first video segment of a title that nothing is stored of; leaves nothing behind. */
async function startCold(player: Player, id: string): Promise<number> {
  const { plan } = await player.decide(id, alone);
  const rung = plan.renditions.find(({ kind }) => kind === "video");
  if (rung === undefined) throw new Error("expected pictures");
  const startedAt = performance.now();
  const { cached, ...playback } = await player.start(id, alone);
  await player.load(playback.manifestUrl);
  await player.load(`${playback.contentUrl}${rung.id}/init.mp4`);
  await player.load(`${playback.contentUrl}${segmentName(rung.id, 1)}`);
  const seconds = (performance.now() - startedAt) / 1000;
  await player.stop(playback.sessionId);
  await player.forget(playback.contentHash);
  if (cached) throw new Error("expected a content that nobody had asked for");
  return seconds;
}

const queuedSchema = v.object({ job_id: v.string() });
const jobSchema = v.object({
  status: v.string(),
  content_hash: v.nullable(v.string()),
});

function createWarmer(base: string) {
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(new URL(path, base), {
      method,
      ...(body === undefined
        ? {}
        : { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }),
    });
    const said = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${said}`);
    return said === "" ? null : JSON.parse(said);
  };
  const ask = async (id: string, wishes: Wishes): Promise<string> => {
    const body = { media_file_id: id, delivery: "transcode", ...wishes };
    return v.parse(queuedSchema, await call("POST", "/api/v1/prewarm", body)).job_id;
  };
  const look = async (job: string) => v.parse(jobSchema, await call("GET", `/api/v1/jobs/${job}`));
  const forget = async (player: Player, job: string): Promise<void> => {
    const { content_hash: hash } = await look(job);
    await player.settled();
    if (hash !== null) await player.forget(hash);
  };
  return {
    /** A film's whole ladder; resolves when its encoder works. */
    begin: async (player: Player, id: string) => {
      const made = await player.metric("viewra_segments_made_total");
      const job = await ask(id, ladder);
      while ((await player.metric("viewra_segments_made_total")) < made + warmSegments) {
        await Bun.sleep(50);
      }
      return {
        cancel: async () => {
          const { status } = await look(job);
          if (status !== "running") throw new Error(`expected the prewarm to run, it is ${status}`);
          await call("DELETE", `/api/v1/jobs/${job}`);
          await forget(player, job);
        },
      };
    },
    /** Seconds until all of it is stored. */
    whole: async (player: Player, id: string, wishes: Wishes): Promise<number> => {
      const startedAt = performance.now();
      const job = await ask(id, wishes);
      for (let status = ""; status !== "done"; await Bun.sleep(20)) {
        ({ status } = await look(job));
        if (status === "failed" || status === "cancelled") throw new Error(`The job is ${status}`);
      }
      const seconds = (performance.now() - startedAt) / 1000;
      await forget(player, job);
      return seconds;
    },
  };
}

const text = (seconds: number): string => `${seconds.toFixed(2)} s`;
