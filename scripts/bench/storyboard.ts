import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { BenchContext, Benchmark } from "./benchmark.ts";
import type { Figure } from "./figure.ts";
import { films } from "./films.ts";
import { createPlayer, idOf } from "./player.ts";
import { median } from "./statistics.ts";
import { runTool } from "./timed-command.ts";
import { dataFolder, startViewra } from "./viewra-server.ts";

export const storyboard: Benchmark = {
  name: "storyboard",
  title: "First sheet of a storyboard",
  about:
    "A film of two hours (the first minute of 1080p over and over): the first sheet of its storyboard, a hundred small " +
    "pictures of the first 1000 seconds, from the request to its last byte ÷ FFmpeg alone decoding the film's key frames " +
    "(`-skip_frame nokey`), of the whole film and of those 1000 seconds.",
  // The key frames of two films of two hours take minutes by themselves, and the figure is far from its target.
  rounds: { full: 1, quick: 1 },
  measure,
};

const filmSeconds = 7200;
const sheetSeconds = 1000;
const fileNames = ["film.mkv", "film.mp4"] as const;

interface Round {
  readonly sheet: number;
  readonly wholeFilm: number;
  readonly span: number;
}

async function measure({
  viewra,
  filmsDir,
  workDir,
  rounds,
  say,
}: BenchContext): Promise<Figure[]> {
  const library = join(workDir, "films");
  await mkdir(library);
  const repeats = String(filmSeconds / films.fhd1.seconds - 1);
  const minute = join(filmsDir, films.fhd1.fileName);
  for (const fileName of fileNames) {
    await runTool([
      ...["ffmpeg", "-nostdin", "-v", "error", "-y", "-stream_loop", repeats, "-i", minute],
      ...["-c", "copy", join(library, fileName)],
    ]);
  }
  const dataDir = dataFolder(workDir, "storyboard");
  await using server = await startViewra({ viewra, dataDir, library });
  const player = createPlayer(server.url);
  const ids = await player.awaitFilms(fileNames);
  const found = new Map<string, Round[]>(fileNames.map((name) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const fileName of fileNames) {
      const playback = await player.start(idOf(ids, fileName), { container: "dash" });
      await player.stop(playback.sessionId);
      await player.settled();
      const startedAt = performance.now();
      await player.load(`${playback.contentUrl}s1/1.jpg`);
      const sheet = (performance.now() - startedAt) / 1000;
      await player.forget(playback.contentHash);
      const path = join(library, fileName);
      const wholeFilm = await keyFrames(path, []);
      const span = await keyFrames(path, ["-t", String(sheetSeconds)]);
      say(`${fileName}: ${text(sheet)}, bare ${text(wholeFilm)} and ${text(span)}`);
      // The first one brings what both sides read into memory.
      if (round > 0) found.get(fileName)?.push({ sheet, wholeFilm, span });
    }
  }
  return [...found].flatMap(([fileName, measured]) => [
    figure(`÷ key frames of the film, ${fileName}`, measured, "wholeFilm", { atMost: 3 }),
    figure(`÷ key frames of 1000 s, ${fileName}`, measured, "span"),
  ]);
}

async function keyFrames(path: string, part: readonly string[]): Promise<number> {
  const { seconds } = await runTool([
    ...["nice", "-n", "10", "ffmpeg", "-nostdin", "-v", "error"],
    ...["-skip_frame", "nokey", ...part, "-i", path],
    ...["-map", "0:v:0", "-fps_mode", "passthrough", "-f", "null", "-"],
  ]);
  return seconds;
}

function figure(
  what: string,
  rounds: readonly Round[],
  bare: "wholeFilm" | "span",
  target?: { readonly atMost: number },
): Figure {
  return {
    ...{ what, unit: "×", values: rounds.map((round) => round.sheet / round[bare]) },
    ...(target && { target }),
    ours: text(median(rounds.map(({ sheet }) => sheet))),
    bare: text(median(rounds.map((round) => round[bare]))),
  };
}

const text = (seconds: number): string => `${seconds.toFixed(2)} s`;
