/**
 * Measures Viewra against bare tools on this machine and writes BENCHMARKS.md.
 *
 *   bun run bench                 everything, an hour or more; the report goes into BENCHMARKS.md
 *   bun run bench --only NAME     one benchmark (again for more), printed only; its pictures go into docs/
 *   bun run bench --quick         few rounds, printed only; pictures go nowhere
 *   --viewra FILE                 an executable that is there; else one is built from this checkout
 *
 * `scripts/setup --bench` installs what it needs. Exit code 1 when a target is missed.
 */
import { mkdir, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Benchmark } from "./benchmark.ts";
import { coldStart } from "./cold-start.ts";
import { copiedViewer } from "./copied-viewer.ts";
import { copyStart } from "./copy-start.ts";
import { crowdSimulation } from "./crowd-simulation.ts";
import { decisions } from "./decisions.ts";
import { directPlay } from "./direct-play.ts";
import { dyingCard } from "./dying-card.ts";
import { eightViewers } from "./eight-viewers.ts";
import { isMet, valueText, type Figure } from "./figure.ts";
import { makeFilms } from "./films.ts";
import { firstPicture } from "./first-picture/first-picture.ts";
import { heldRun } from "./held-run.ts";
import { hostileViewer } from "./hostile-viewer.ts";
import { knownStart } from "./known-start.ts";
import { libraryScan } from "./library-scan.ts";
import { describeMachine } from "./machine.ts";
import { prewarm } from "./prewarm.ts";
import { processStart } from "./process-start.ts";
import { printReport, writeBetweenMarkers, type MeasuredBenchmark } from "./report.ts";
import { randomSeeks } from "./random-seeks.ts";
import { secondViewer } from "./second-viewer.ts";
import { storyboard } from "./storyboard.ts";
import { storedObjects } from "./stored-objects.ts";
import { runTool } from "./timed-command.ts";
import { wholeFilm } from "./whole-film.ts";
import { makeWorkFolder, sweepWorkFolders } from "./work-folder.ts";

const benchmarks: readonly Benchmark[] = [
  coldStart,
  copyStart,
  copiedViewer,
  firstPicture,
  secondViewer,
  storyboard,
  wholeFilm,
  storedObjects,
  directPlay,
  decisions,
  knownStart,
  processStart,
  libraryScan,
  hostileViewer,
  prewarm,
  eightViewers,
  heldRun,
  dyingCard,
  randomSeeks,
  crowdSimulation,
];

const root = resolve(import.meta.dir, "../..");
const cacheDir = join(root, ".cache/bench");
const picturesDir = join(root, "docs");

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: "string", multiple: true, default: [] },
      quick: { type: "boolean", default: false },
      viewra: { type: "string" },
    },
  });
  const chosen = values.only.length === 0 ? benchmarks : values.only.map(find);
  await mkdir(cacheDir, { recursive: true });
  await sweepWorkFolders(cacheDir);
  const viewra = values.viewra === undefined ? await build() : resolve(values.viewra);
  const filmsDir = await makeFilms(cacheDir, say);
  const machine = await describeMachine(viewra);
  const measured: MeasuredBenchmark[] = [];
  for (const benchmark of chosen) {
    const { title, about, rounds } = benchmark;
    say(`${benchmark.name}: ${values.quick ? rounds.quick : rounds.full} rounds`);
    const workDir = await makeWorkFolder(cacheDir);
    const pictures: string[] = [];
    const draw = async (fileName: string, svg: string): Promise<void> => {
      await Bun.write(join(values.quick ? workDir : picturesDir, fileName), svg);
      pictures.push(`docs/${fileName}`);
    };
    try {
      const figures = await benchmark.measure({
        ...{ viewra, filmsDir, workDir, draw, say: (line) => say(`  ${line}`) },
        rounds: values.quick ? rounds.quick : rounds.full,
      });
      for (const figure of figures) say(verdict(figure));
      measured.push({ title, about, figures, pictures });
    } finally {
      await rm(workDir, { recursive: true, force: true });
    }
  }
  const report = printReport(machine, measured);
  console.log(report);
  const isWhole = !values.quick && chosen === benchmarks;
  if (isWhole) {
    const path = join(root, "BENCHMARKS.md");
    await writeBetweenMarkers(path, report);
    await runTool([process.execPath, "fmt", path], { cwd: root });
    say(`written to ${path}`);
  }
  return measured.every(({ figures }) => figures.every(isMet)) ? 0 : 1;
}

/** Its own copy of the executable: one that somebody builds anew meanwhile would be another. */
async function build(): Promise<string> {
  const outfile = join(cacheDir, "viewra");
  say("building the executable");
  await runTool([process.execPath, "scripts/build.ts", "--outfile", outfile], { cwd: root });
  return outfile;
}

function find(name: string): Benchmark {
  const found = benchmarks.find((benchmark) => benchmark.name === name);
  if (found !== undefined) return found;
  const names = benchmarks.map((benchmark) => benchmark.name).join(", ");
  throw new Error(`--only: expected one of ${names}; got ${name}`);
}

function verdict(figure: Figure): string {
  return `  ${isMet(figure) ? "ok    " : "MISSED"} ${figure.what}: ${valueText(figure)}`;
}

function say(line: string): void {
  console.error(line);
}

process.exitCode = await main();
