import { mkdir, rename, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname } from "node:path";
import type { Database } from "../../src/db/database.ts";
import type { LibraryRow } from "../../src/db/libraries.ts";
import type { MediaFile } from "../../src/db/media-files.ts";
import type { ScanRow } from "../../src/db/scans.ts";
import type { LibraryType } from "../../src/db/schema.ts";
import { ViewraError } from "../../src/errors/viewra-error.ts";
import {
  createLibrary,
  type Library,
  type LibraryOptions,
} from "../../src/library/create-library.ts";
import { createReach } from "../../src/library/reach.ts";
import { fingerprintFile } from "../../src/probe/fingerprint.ts";
import { musicTags } from "../../src/probe/music-tags.ts";
import type { Prober } from "../../src/probe/prober.ts";
import { openTestDatabase, quietLog, testSource } from "../db/open-test-database.ts";
import { createTempFolder } from "../support/temp-folder.ts";

/**
 * A prober that takes any readable file for a film unless its text begins with "broken". One that begins with "tags" and
 * an object has those tags.
 */
export interface FakeProber extends Prober {
  /** Paths in the order they were probed; cleared by whoever reads it. */
  readonly probed: string[];
  /** Runs before each probe: to wait, or to harm the file. */
  before: (path: string, signal?: AbortSignal) => Promise<void>;
  mostAtOnce: number;
}

export function createFakeProber(): FakeProber {
  let atOnce = 0;
  const prober: FakeProber = {
    probed: [],
    before: async () => {},
    mostAtOnce: 0,
    probe: async (path, signal) => {
      prober.probed.push(path);
      prober.mostAtOnce = Math.max(prober.mostAtOnce, ++atOnce);
      try {
        await prober.before(path, signal);
        if (signal?.aborted) throw new ViewraError("CANCELLED");
        const fingerprint = await fingerprintFile(path);
        const text = await Bun.file(path).text();
        if (text.startsWith("broken")) {
          throw new ViewraError("PROBE_FAILED", "no film in it");
        }
        const { tags } = /^tags (?<tags>\{.*\})/.exec(text)?.groups ?? {};
        const music = tags === undefined ? {} : { music: musicTags({}, JSON.parse(tags)) };
        return testSource({ fingerprint, sizeBytes: (await stat(path)).size, ...music });
      } finally {
        atOnce--;
      }
    },
  };
  return prober;
}

export interface TestLibrary extends AsyncDisposable {
  readonly library: Library;
  readonly row: LibraryRow;
  readonly db: Database;
  readonly prober: FakeProber;
  readonly scans: ScanRow[];
  readonly changes: string[];
  readonly log: string[];
  path(name: string): string;
  write(name: string, content: string): Promise<void>;
  move(from: string, to: string): Promise<void>;
  scan(): Promise<ScanRow>;
  /** All files by their path within the folder. */
  files(): Promise<Record<string, MediaFile>>;
}

/** A library of one empty folder, a database of its own and a fake prober. */
export async function openTestLibrary({
  browseRoots = [tmpdir()],
  type = "movie",
  ...options
}: Partial<Omit<LibraryOptions, "db" | "log" | "events" | "reach">> & {
  /** Where libraries may lie and links may lead; the system's temporary folder when left out. */
  readonly browseRoots?: readonly string[];
  readonly type?: LibraryType;
} = {}): Promise<TestLibrary> {
  const opened = await openTestDatabase();
  const folder = await createTempFolder("library");
  const { db } = opened;
  const prober = createFakeProber();
  const scans: ScanRow[] = [];
  const changes: string[] = [];
  const log: string[] = [];
  const library = createLibrary({
    prober,
    reach: createReach(db, [...browseRoots, folder.path]),
    concurrency: 4,
    ...options,
    db,
    log: quietLog(log),
    events: { scan: (scan) => scans.push(scan), filesChanged: (id) => changes.push(id) },
  });
  const row = await library.addLibrary({ path: folder.path, type });
  return {
    library,
    row,
    db,
    prober,
    scans,
    changes,
    log,
    path: folder.file,
    write: async (name, content) => {
      await mkdir(dirname(folder.file(name)), { recursive: true });
      await writeFile(folder.file(name), content);
    },
    move: async (from, to) => {
      await mkdir(dirname(folder.file(to)), { recursive: true });
      await rename(folder.file(from), folder.file(to));
    },
    scan: async () => library.scanFinished(await library.startScan(row.id)),
    files: async () => {
      const { files } = await library.listFiles({ limit: 1000 });
      return Object.fromEntries(
        files.map((file) => [file.path.slice(folder.path.length + 1), file]),
      );
    },
    [Symbol.asyncDispose]: async () => {
      await library.close();
      await opened[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** Gives a file a time of its own, as an edit some time ago would. */
export async function touch(path: string, seconds: number): Promise<void> {
  await utimes(path, seconds, seconds);
}

/** Waits until a condition holds; throws after `timeoutMs`. */
export async function until(condition: () => Promise<boolean> | boolean, timeoutMs = 10_000) {
  const deadline = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`expected it within ${timeoutMs} ms`);
    await Bun.sleep(10);
  }
}
