import { rm } from "node:fs/promises";
import type { BenchContext, Benchmark } from "./benchmark.ts";
import type { Figure } from "./figure.ts";
import { films } from "./films.ts";
import { createPlayer } from "./player.ts";
import { residentMiB } from "./process-figures.ts";
import { dataFolder, startViewra } from "./viewra-server.ts";

export const processStart: Benchmark = {
  name: "process-start",
  title: "The process",
  about:
    "Time from spawning the executable to the URL on its standard output, with an empty data folder (Shaka " +
    "Packager is unpacked, the database made, the library scanned afterwards) and with one that exists. " +
    "Idle memory is the resident size of the server 5 s after it listens, its library of four films scanned.",
  rounds: { full: 9, quick: 2 },
  measure,
};

const idleMs = 5000;

async function measure(context: BenchContext): Promise<Figure[]> {
  const { viewra, filmsDir, workDir, rounds, say } = context;
  const names = Object.values(films).map(({ fileName }) => fileName);
  const [first, again, memory]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < rounds; round++) {
    const dataDir = dataFolder(workDir, "process-start");
    {
      await using server = await startViewra({ viewra, dataDir, library: filmsDir });
      first.push(server.startMs);
      const player = createPlayer(server.url);
      await player.awaitFilms(names);
      await player.settled();
    }
    {
      await using server = await startViewra({ viewra, dataDir, library: filmsDir });
      again.push(server.startMs);
      await Bun.sleep(idleMs);
      memory.push(await residentMiB(server.pid));
    }
    await rm(dataDir, { recursive: true, force: true });
    say(`first start ${first.at(-1)?.toFixed(0)} ms, then ${again.at(-1)?.toFixed(0)} ms`);
  }
  return [
    { what: "process start to listening", unit: "ms", values: again },
    { what: "the very first start, empty data folder", unit: "ms", values: first },
    { what: "idle memory", unit: "MiB", values: memory },
  ];
}
