import { join } from "node:path";
import type { BenchContext, Benchmark } from "./benchmark.ts";
import type { Figure } from "./figure.ts";
import { films } from "./films.ts";
import { runLoad, type Load, type Round } from "./origin-load.ts";
import { startNginx } from "./origin-servers.ts";
import { createPlayer, idOf } from "./player.ts";
import { median } from "./statistics.ts";
import { dataFolder, startViewra } from "./viewra-server.ts";

export const directPlay: Benchmark = {
  name: "direct-play",
  title: "Files as they are",
  about:
    "A film's file of 490 MB, whole and in ranges of 16 MiB and 1 MiB, ÷ nginx (one worker, sendfile) with the very same file: " +
    "bytes a second, and bytes for each second of processor time; wrk with 8 connections. Both servers have the same one " +
    "core, wrk another.",
  rounds: { full: 7, quick: 3 },
  measure,
};

const connections = 8;
const [serverCore, loadCore] = [0, 1];
const mebibyte = 1024 * 1024;

/** So long that each of the connections gets whole answers: one that has none tells nothing. */
const requests: readonly {
  readonly what: string;
  readonly headers: readonly string[];
  readonly seconds: number;
}[] = [
  { what: "the whole file", seconds: 12, headers: [] },
  {
    what: "16 MiB of it",
    seconds: 4,
    headers: [`Range: bytes=${100 * mebibyte}-${116 * mebibyte - 1}`],
  },
  {
    what: "1 MiB of it",
    seconds: 4,
    headers: [`Range: bytes=${100 * mebibyte}-${101 * mebibyte - 1}`],
  },
];

async function measure(context: BenchContext): Promise<Figure[]> {
  const { viewra, filmsDir, workDir, rounds, say } = context;
  const dataDir = dataFolder(workDir, "direct-play");
  await using server = await startViewra({ viewra, dataDir, library: filmsDir, core: serverCore });
  await using nginx = await startNginx(join(workDir, "nginx"), filmsDir, serverCore);
  const player = createPlayer(server.url);
  const { fileName } = films.fhd10;
  const id = idOf(await player.awaitFilms([fileName]), fileName);
  const { manifestUrl } = await player.start(id, { delivery: "direct_play" });
  const ours = { url: new URL(manifestUrl, server.url).href, pid: server.pid };
  const theirs = { url: `${nginx.base}/${encodeURIComponent(fileName)}`, pid: nginx.pid };
  const figures: Figure[] = [];
  for (const { what, headers, seconds } of requests) {
    const load = { seconds, connections, core: loadCore, headers };
    const pairs = await measurePairs({ ...load, ...ours }, { ...load, ...theirs }, rounds);
    const rate = (of: "ours" | "theirs"): string =>
      `${(median(pairs.map((pair) => pair[of].bytesPerSecond)) / 1e9).toFixed(2)} GB/s`;
    say(`${what}: ${rate("ours")}, nginx ${rate("theirs")}`);
    figures.push({
      what: `${what}, bytes a second`,
      unit: "×",
      values: pairs.map((pair) => pair.ours.bytesPerSecond / pair.theirs.bytesPerSecond),
      target: { atLeast: 0.9 },
      ours: rate("ours"),
      bare: rate("theirs"),
    });
    figures.push({
      what: `${what}, bytes a second of processor`,
      unit: "×",
      values: pairs.map((pair) => pair.theirs.cpuPerByte / pair.ours.cpuPerByte),
      target: { atLeast: 0.9 },
    });
  }
  return figures;
}

async function measurePairs(
  ours: Load,
  theirs: Load,
  rounds: number,
): Promise<{ readonly ours: Round; readonly theirs: Round }[]> {
  const pairs: { readonly ours: Round; readonly theirs: Round }[] = [];
  // The first load of each brings the file into memory.
  for (const load of [ours, theirs]) await runLoad(load);
  for (let round = 0; round < rounds; round++) {
    pairs.push({ ours: await runLoad(ours), theirs: await runLoad(theirs) });
  }
  return pairs;
}
