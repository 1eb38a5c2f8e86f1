/**
 * Makes a folder of films to try Viewra with: `bun scripts/demo-library.ts FOLDER`. A film that is there
 * already is left alone; each appears whole or not at all.
 */
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { debianFilm, extractDebianFilm } from "./demo/debian-film.ts";
import { demoFilms, type DemoFilm } from "./demo/films.ts";

async function main(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  // Beside the library, in the same file system, where no scan looks.
  const temporary = await mkdtemp(join(dirname(folder), `.${basename(folder)}-`));
  try {
    const makers = [
      ...demoFilms.map((film) => ({ fileName: film.fileName, make: madeByFfmpeg(film) })),
      { fileName: debianFilm.fileName, make: extractDebianFilm },
    ];
    for (const [index, { fileName, make }] of makers.entries()) {
      const final = join(folder, fileName);
      if (await Bun.file(final).exists()) continue;
      const startedAt = performance.now();
      process.stdout.write(`demo: ${index + 1} of ${makers.length}, ${fileName} … `);
      const made = join(temporary, fileName);
      const whyNot = await make(made);
      if (whyNot === null) await rename(made, final);
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      console.log(whyNot === null ? `${seconds} s` : `left out: ${whyNot}`);
    }
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

function madeByFfmpeg(film: DemoFilm): (destination: string) => Promise<null> {
  return async (destination) => {
    const command = [
      "ffmpeg",
      "-nostdin",
      "-v",
      "error",
      "-y",
      ...film.args,
      `file:${destination}`,
    ];
    const child = Bun.spawn(command, { stdin: "ignore", stdout: "inherit", stderr: "inherit" });
    if ((await child.exited) !== 0) throw new Error(`FFmpeg could not make ${film.fileName}`);
    return null;
  };
}

const [folder, ...others] = process.argv.slice(2);
if (folder === undefined || others.length > 0) {
  console.error("expected one folder: bun scripts/demo-library.ts FOLDER");
  process.exitCode = 2;
} else {
  await main(resolve(folder));
}
