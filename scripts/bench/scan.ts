import { randomBytes } from "node:crypto";
import { appendFile, copyFile, mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { openDatabase } from "../../src/db/database.ts";
import { createLibrary } from "../../src/library/create-library.ts";
import { createReach } from "../../src/library/reach.ts";
import { createLogger } from "../../src/log/logger.ts";
import { createProber } from "../../src/probe/prober.ts";
import { createProcessRunner } from "../../src/process/process-runner.ts";

export interface ScanResult {
  readonly files: number;
  /** A first scan into an empty database ÷ ffprobe under xargs with as many at once: median of the pairs. */
  readonly ratio: number;
  /** Of each pair; `ratio` is their median. */
  readonly ratios: readonly number[];
  readonly scanSeconds: number;
  readonly ffprobeSeconds: number;
  /** A second scan, when nothing has changed. */
  readonly rescanSeconds: number;
}

/** Scans a folder of small films and probes them bare, in turn, `rounds` times. Seconds are medians. */
export async function measureScan(files: number, rounds: number): Promise<ScanResult> {
  const folder = await mkdtemp(join(tmpdir(), "viewra-bench-scan-"));
  try {
    const films = join(folder, "films");
    await makeFilms(films, files);
    await probeBare(films);
    const pairs: { scan: number; rescan: number; ffprobe: number }[] = [];
    for (let round = 0; round < rounds; round++) {
      const ffprobe = await seconds(() => probeBare(films));
      pairs.push({ ...(await scanTwice(films, join(folder, `${round}.db`), files)), ffprobe });
    }
    const over = (value: (pair: (typeof pairs)[number]) => number): number => {
      const sorted = pairs.map(value).toSorted((a, b) => a - b);
      return Number((sorted[sorted.length >> 1] ?? Number.NaN).toFixed(3));
    };
    return {
      files,
      ratio: over(({ scan, ffprobe }) => scan / ffprobe),
      ratios: pairs.map(({ scan, ffprobe }) => scan / ffprobe),
      scanSeconds: over(({ scan }) => scan),
      ffprobeSeconds: over(({ ffprobe }) => ffprobe),
      rescanSeconds: over(({ rescan }) => rescan),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** As many at once as the library takes by default. */
const atOnce = availableParallelism() * 2;

/** Half MP4, half Matroska, 2 s of picture and sound; each made a film of its own by a few bytes of padding. */
async function makeFilms(folder: string, count: number): Promise<void> {
  await Bun.$`mkdir -p ${folder}`;
  const kinds = [
    // ISO/IEC 14496-12, 8.1.2: a `free` box of 24 bytes. RFC 8794, 11.3.2: a Void element of 18.
    { ending: "mp4", padding: Buffer.from("\0\0\0\x18free", "latin1") },
    { ending: "mkv", padding: Buffer.from([0xec, 0x90]) },
  ];
  for (const { ending } of kinds) {
    await Bun.$`ffmpeg -v error -f lavfi -i testsrc2=s=320x180:r=25 -f lavfi -i sine -t 2 -c:v libx264 -preset ultrafast -c:a aac ${join(folder, `0.${ending}`)}`;
  }
  for (let n = 1; n < count / 2; n++) {
    for (const { ending, padding } of kinds) {
      const film = join(folder, `${n}.${ending}`);
      await copyFile(join(folder, `0.${ending}`), film);
      await appendFile(film, Buffer.concat([padding, randomBytes(16)]));
    }
  }
}

async function probeBare(folder: string): Promise<void> {
  const ffprobe = "ffprobe -v error -show_format -show_streams -of json";
  await Bun.$`find ${folder} -type f -print0 | xargs -0 -n 1 -P ${atOnce} ${{ raw: ffprobe }} > /dev/null`;
}

async function scanTwice(
  folder: string,
  databasePath: string,
  files: number,
): Promise<{ scan: number; rescan: number }> {
  const log = createLogger({
    level: "error",
    format: "text",
    write: (line) => console.error(line),
  });
  const db = await openDatabase({ url: pathToFileURL(databasePath).href, log });
  const runner = createProcessRunner({ log, setprivPath: Bun.which("setpriv") });
  const prober = createProber({ runner, ffprobePath: "ffprobe" });
  const events = { scan: () => {}, filesChanged: () => {} };
  const library = createLibrary({
    ...{ db, prober, log, events, concurrency: atOnce },
    reach: createReach(db, [folder]),
  });
  const { id } = await library.addLibrary({ path: folder, type: "video" });
  const scanOnce = async (added: number): Promise<void> => {
    const end = await library.scanFinished(await library.startScan(id));
    if (end.status !== "done" || end.added !== added || end.failed > 0) {
      throw new Error(`expected ${added} new films, got ${JSON.stringify(end)}`);
    }
  };
  const scan = await seconds(() => scanOnce(files));
  const rescan = await seconds(() => scanOnce(0));
  await library.close();
  await runner.close();
  await db.close();
  return { scan, rescan };
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1000;
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      files: { type: "string", default: "200" },
      rounds: { type: "string", default: "5" },
    },
  });
  console.log(JSON.stringify(await measureScan(Number(values.files), Number(values.rounds))));
}
