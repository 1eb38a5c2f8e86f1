import { once } from "node:events";
import { expect, test } from "bun:test";
import { createCutMemory, startFilmIndexing } from "../../src/app/film-indexing.ts";
import type { PlanConfig } from "../../src/app/usual-plan.ts";
import { nextUnseenFilm } from "../../src/db/film-cuts.ts";
import { applyFileChanges } from "../../src/db/media-file-changes.ts";
import provider from "../../plugins/transcoding/ffmpeg_software/index.ts";
import { createProber } from "../../src/probe/prober.ts";
import { createProcessRunner } from "../../src/process/process-runner.ts";
import { createFilmOpener, type FilmOpener } from "../../src/rendition/copy/film-packets.ts";
import { cutsVersion, type CutMemory } from "../../src/rendition/copy/known-cuts.ts";
import { planAnyDelivery } from "../../src/rendition/plan-delivery.ts";
import { addTestLibrary, openTestDatabase, quietLog, testFile } from "../db/open-test-database.ts";
import { runTool } from "../support/run-tool.ts";
import { createTempFolder } from "../support/temp-folder.ts";

const config: PlanConfig = {
  qualityPreset: "medium",
  segmentDurationSeconds: 1,
  segmentBeginningSeconds: [],
};

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 500 && !(await isSo()); i++) await Bun.sleep(10);
  expect(await isSo()).toBe(true);
}

/** A library of films of some containers, by a scan as it leaves them. */
async function openLibrary(fileNames: readonly string[]) {
  const folder = await createTempFolder("indexing");
  const database = await openTestDatabase();
  const { db } = database;
  await addTestLibrary(db);
  const runner = createProcessRunner({ log: quietLog(), setprivPath: null });
  const prober = createProber({ runner, ffprobePath: "ffprobe" });
  const films = await Promise.all(
    fileNames.map(async (fileName) => {
      const path = folder.file(fileName);
      await runTool([
        ...["ffmpeg", "-nostdin", "-v", "error", "-y"],
        ...["-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=4", "-f", "lavfi", "-i", "sine=d=4"],
        ...["-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-c:a", "aac", path],
      ]);
      return { path, source: await prober.probe(path) };
    }),
  );
  await runner.close();
  await applyFileChanges(
    db,
    films.map(({ source }, i) => testFile(`film ${i}`, { source })),
    1,
  );
  const locate = async (fingerprint: string) => {
    const film = films.find(({ source }) => source.fingerprint === fingerprint);
    return film === undefined
      ? null
      : { id: "x", path: film.path, sizeBytes: film.source.sizeBytes, mtimeMs: 5 };
  };
  return {
    ...{ db, films, locate },
    [Symbol.asyncDispose]: async () => {
      await database[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** Counts what an opener is asked for, and how many films it has open. */
function watched(films: FilmOpener) {
  const seen = { open: 0, mostOpen: 0, paths: new Array<string>() };
  const opener: FilmOpener = {
    close: () => films.close(),
    use: async (source, ...rest) => {
      seen.open += 1;
      seen.mostOpen = Math.max(seen.mostOpen, seen.open);
      seen.paths.push(source.path);
      return await films.use(source, ...rest).finally(() => (seen.open -= 1));
    },
  };
  return { opener, seen };
}

test("films are looked at one after the other, once, and a start then finds all it asks for", async () => {
  await using library = await openLibrary(["a.mp4", "b.mkv", "c.ts"]);
  const { db, films, locate } = library;
  const memory = createCutMemory(db);
  const { opener, seen } = watched(createFilmOpener(memory));
  const options = { db, films: opener, providers: () => [provider], config, log: quietLog() };
  let isBusy = true;
  const indexing = startFilmIndexing({ ...options, library: { locate }, isBusy: () => isBusy });
  indexing.wake();
  await Bun.sleep(50);
  expect(seen.paths).toEqual([]);
  isBusy = false;
  const isDone = async (): Promise<boolean> =>
    (await nextUnseenFilm(db, 0, ["mp4", "matroska"], cutsVersion)) === undefined;
  await until(isDone);
  indexing.wake();
  indexing.wake();
  await indexing.close();
  await opener.close();
  expect(seen.paths).toEqual(films.slice(0, 2).map(({ path }) => path));
  expect(seen.mostOpen).toBe(1);

  for (const { path, source } of films.slice(0, 2)) {
    const missed: string[] = [];
    const asked: CutMemory = {
      get: async (fingerprint, key) => {
        const bytes = await memory.get(fingerprint, key);
        if (bytes === null) missed.push(key);
        return bytes;
      },
      put: memory.put,
    };
    const start = createFilmOpener(asked);
    for (const adaptive of [true, false]) {
      const { refused } = await planAnyDelivery(
        source,
        new Map(
          [source.video, ...source.audio].flatMap((one) => (one ? [[one.index, "copy"]] : [])),
        ),
        {
          ...{
            providers: [provider],
            quality: "low",
            adaptive,
            maxHeight: null,
            maxBitrateBps: null,
          },
          ...{ maxAudioChannels: 2, segmentSeconds: config.segmentDurationSeconds },
        },
        (work) => start.use({ path, container: source.container }, source.fingerprint, work),
      );
      expect([...refused.values()]).toEqual([]);
    }
    await start.close();
    expect(missed).toEqual([]);
  }
});

test("a close ends the look that is under way, and the film is looked at the next time", async () => {
  await using library = await openLibrary(["a.mkv"]);
  const { db, locate } = library;
  const reached = Promise.withResolvers<void>();
  const stuck = heldUp(createFilmOpener(createCutMemory(db)), async (_path, passing) => {
    reached.resolve();
    if (passing !== undefined) await aborted(passing);
  });
  const options = { db, providers: () => [provider], config, log: quietLog(), isBusy: () => false };
  const indexing = startFilmIndexing({ ...options, library: { locate }, films: stuck });
  indexing.wake();
  await reached.promise;
  await indexing.close();
  await stuck.close();
  expect(await nextUnseenFilm(db, 0, ["matroska"], cutsVersion)).toBeDefined();
});

test("whoever starts another film ends the look at this one, which begins anew when they are served", async () => {
  await using library = await openLibrary(["a.mkv", "b.mkv"]);
  const { db, films, locate } = library;
  const reached = Promise.withResolvers<void>();
  const looks: string[] = [];
  const slow = heldUp(createFilmOpener(createCutMemory(db)), async (path, passing) => {
    if (passing !== undefined) looks.push(path);
    reached.resolve();
    if (passing !== undefined && looks.length === 1) await aborted(passing);
  });
  const options = { db, providers: () => [provider], config, log: quietLog(), isBusy: () => false };
  const indexing = startFilmIndexing({ ...options, library: { locate }, films: slow });
  indexing.wake();
  await reached.promise;
  const other = films.find(({ path }) => path !== looks[0]);
  if (other === undefined) throw new Error("expected another film");
  const { path, source } = other;
  await indexing
    .givingWay(slow)
    .use({ path, container: source.container }, source.fingerprint, async () => {
      // Longer than the loop above waits, and than what it looks at takes.
      await Bun.sleep(300);
      expect(looks.length).toBe(1);
    });
  await until(async () => (await nextUnseenFilm(db, 0, ["matroska"], cutsVersion)) === undefined);
  await indexing.close();
  await slow.close();
  expect(looks).toEqual([looks[0] ?? "", looks[0] ?? "", path]);
});

/** Opens films as another does, and waits for something before each work with one. */
function heldUp(
  inner: FilmOpener,
  before: (path: string, passing: AbortSignal | undefined) => Promise<void>,
): FilmOpener {
  return {
    close: () => inner.close(),
    use: (source, fingerprint, work, passing) =>
      inner.use(
        source,
        fingerprint,
        async (film) => {
          await before(source.path, passing);
          return await work(film);
        },
        passing,
      ),
  };
}

/** Resolves when the signal fires, or has fired. */
async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, "abort");
}
