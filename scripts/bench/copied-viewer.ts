import type { BenchContext, Benchmark } from "./benchmark.ts";
import type { Figure } from "./figure.ts";
import { films, type Film } from "./films.ts";
import { createPlayer, idOf } from "./player.ts";
import { cpuSeconds, totalSeconds } from "./process-figures.ts";
import { median } from "./statistics.ts";
import { dataFolder, startViewra } from "./viewra-server.ts";
import { watchWhole } from "./whole-viewer.ts";

export const copiedViewer: Benchmark = {
  name: "copied-viewer",
  title: "Viewer of a copied film",
  about:
    "Processor seconds (the server and all its children) a minute of film of one viewer who is given a 1080p film as it is, " +
    "repackaged, ÷ those of one for whom it is encoded at its size: start, manifest, init segments, every segment of " +
    "picture and sound, stop. Nothing is stored before. Ten minutes are copied, one is encoded.",
  rounds: { full: 3, quick: 1 },
  measure,
};

async function measure(context: BenchContext): Promise<Figure[]> {
  const { viewra, filmsDir, workDir, rounds, say } = context;
  const dataDir = dataFolder(workDir, "copied-viewer");
  const env = { TRANSCODE_FILL: "none" };
  await using server = await startViewra({ viewra, dataDir, library: filmsDir, env });
  const player = createPlayer(server.url);
  const ids = await player.awaitFilms([films.fhd10.fileName, films.fhd1.fileName]);
  const watched = async (film: Film, delivery: string): Promise<number> => {
    const wishes = { container: "dash", enable_abr: false, delivery };
    const id = idOf(ids, film.fileName);
    const before = totalSeconds(await cpuSeconds(server.pid));
    const { plan } = await player.plan(id, wishes);
    const hash = await watchWhole(player, id, plan, wishes);
    await player.settled();
    await player.forget(hash);
    const used = totalSeconds(await cpuSeconds(server.pid)) - before;
    return (used / film.seconds) * 60;
  };
  const pairs: { readonly copied: number; readonly encoded: number }[] = [];
  // The first round describes the recipes and brings the films into memory.
  for (let round = 0; round <= rounds; round++) {
    const copied = await watched(films.fhd10, "remux");
    const encoded = await watched(films.fhd1, "transcode");
    if (round > 0) pairs.push({ copied, encoded });
    say(`copied ${text(copied)}, encoded ${text(encoded)} a minute of film`);
  }
  return [
    {
      what: "copied ÷ encoded, 1080p",
      unit: "×",
      values: pairs.map(({ copied, encoded }) => copied / encoded),
      target: { atMost: 0.02 },
      ours: text(median(pairs.map(({ copied }) => copied))),
      bare: text(median(pairs.map(({ encoded }) => encoded))),
    },
  ];
}

const text = (seconds: number): string => `${seconds.toFixed(2)} s`;
