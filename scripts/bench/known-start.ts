import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { renditionTimeline } from "../../src/rendition/plan.ts";
import { segmentName } from "../../src/media/object-name.ts";
import { segmentCount } from "../../src/media/timeline.ts";
import { firstAudio, firstRung } from "../../src/playback/first-rendition.ts";
import type { BenchContext, Benchmark } from "./benchmark.ts";
import type { Figure } from "./figure.ts";
import { films } from "./films.ts";
import { createPlayer, idOf, type Player } from "./player.ts";
import { residentMiB } from "./process-figures.ts";
import { median } from "./statistics.ts";
import { runTool } from "./timed-command.ts";
import { dataFolder, startViewra } from "./viewra-server.ts";

export const knownStart: Benchmark = {
  name: "known-start",
  title: "Start of known content",
  about:
    "Requests per second of POST /api/playback/start for a title whose manifests and first segments are " +
    "stored ÷ GET /api/health, both by wrk with 16 connections. The server has one core, wrk another. Each " +
    "start is a session that is kept and saved (VIEWRA_MAX_SESSIONS is raised for it).",
  rounds: { full: 5, quick: 2 },
  measure,
};

const seconds = 2;
const connections = 16;
const wishes = { container: "dash" };

async function measure(context: BenchContext): Promise<Figure[]> {
  const { viewra, filmsDir, workDir, rounds, say } = context;
  const dataDir = dataFolder(workDir, "known-start");
  const env = { VIEWRA_MAX_SESSIONS: "1000000", TRANSCODE_FILL: "none" };
  await using server = await startViewra({ viewra, dataDir, library: filmsDir, env, core: 0 });
  const player = createPlayer(server.url);
  const { fileName } = films.hd1;
  const id = idOf(await player.awaitFilms([fileName]), fileName);
  const script = join(workDir, "start.lua");
  const body = JSON.stringify({ media_file_id: id, ...wishes });
  await writeFile(script, postScript(body));
  await makeKnown(player, id);
  const startUrl = `${server.url}/api/playback/start`;
  const healthUrl = `${server.url}/api/health`;
  await requestsPerSecond(startUrl, script);
  await requestsPerSecond(healthUrl);
  const pairs: { readonly start: number; readonly health: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    const health = await requestsPerSecond(healthUrl);
    const start = await requestsPerSecond(startUrl, script);
    pairs.push({ start, health });
    say(`start ${start.toFixed(0)}/s, health ${health.toFixed(0)}/s`);
  }
  const memory = await residentMiB(server.pid);
  return [
    {
      what: "starts a second ÷ health checks a second",
      unit: "×",
      values: pairs.map(({ start, health }) => start / health),
      target: { atLeast: 0.5 },
      ours: `${median(pairs.map(({ start }) => start)).toFixed(0)}/s`,
      bare: `${median(pairs.map(({ health }) => health)).toFixed(0)}/s`,
    },
    { what: "memory after that, all sessions open", unit: "MiB", values: [memory] },
  ];
}

/** The renditions that a start prepares, made to their end, so that no start sets work going. */
async function makeKnown(player: Player, id: string): Promise<void> {
  const { contentUrl, sessionId } = await player.start(id, wishes);
  const { plan } = await player.decide(id, wishes);
  for (const rendition of [firstRung(plan, "dash"), firstAudio(plan, null)]) {
    if (rendition === undefined) continue;
    const count = segmentCount(renditionTimeline(plan, rendition));
    for (let n = 1; n <= count; n++) await player.load(contentUrl + segmentName(rendition.id, n));
  }
  await player.stop(sessionId);
  await player.settled();
}

function postScript(body: string): string {
  return [
    'wrk.method = "POST"',
    'wrk.headers["Content-Type"] = "application/json"',
    `wrk.body = '${body}'`,
    "",
  ].join("\n");
}

/** Throws when any answer was not 2xx. */
async function requestsPerSecond(url: string, script?: string): Promise<number> {
  const { stdout } = await runTool([
    ...["taskset", "-c", "1", "wrk", "-t1", `-c${connections}`, `-d${seconds}s`],
    ...(script === undefined ? [] : ["-s", script]),
    url,
  ]);
  const rate = Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]);
  if (!(rate > 0) || /Non-2xx/.test(stdout)) {
    throw new Error(`wrk did not measure what it should:\n${stdout}`);
  }
  return rate;
}
