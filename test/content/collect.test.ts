import provider from "../../plugins/transcoding/ffmpeg_software/index.ts";
import { expect, test } from "bun:test";
import fc from "fast-check";
import { collectContents, type CollectPorts } from "../../src/content/collect.ts";
import { createCollectPorts, forgetDeleted } from "../../src/content/database-ports.ts";
import { deleteLibrary } from "../../src/db/libraries.ts";
import { applyFileChanges, listKnownFiles } from "../../src/db/media-file-changes.ts";
import { insertScan } from "../../src/db/scans.ts";
import type { ScanStatus } from "../../src/db/schema.ts";
import { saveSessions } from "../../src/db/transcode-sessions.ts";
import { buildPlan } from "../../src/rendition/build-plan.ts";
import { canonicalPlan, contentHash } from "../../src/rendition/plan.ts";
import { createDiskStore } from "../../src/store/disk-store.ts";
import { addTestLibrary, openTestDatabase, testFile } from "../db/open-test-database.ts";
import { exampleSource } from "../media/example-source.ts";
import { silentLog } from "../store/silent-log.ts";
import { createTempFolder } from "../support/temp-folder.ts";

/** What a plan is × where its film is × when it was played here × what it holds × whether somebody watches. */
const plans = ["ours", "outdated", "newer", "garbage"] as const;
const films = ["there", "missing", "of a removed library", "never seen"] as const;
const playedWhen = ["never", "long ago", "lately"] as const;
/** What the database knows of its libraries. */
const databases = [
  "scanned",
  "new",
  "lost its libraries",
  "not looked through",
  "scan cut off",
  "no film found",
] as const;

interface Content {
  readonly plan: (typeof plans)[number];
  readonly film: (typeof films)[number];
  readonly played: (typeof playedWhen)[number];
  readonly hasSegments: boolean;
  readonly isWatched: boolean;
}

const contents: readonly Content[] = plans.flatMap((plan) =>
  films.flatMap((film) =>
    playedWhen.flatMap((played) =>
      [true, false].flatMap((hasSegments) =>
        [true, false].map((isWatched) => ({ plan, film, played, hasSegments, isWatched })),
      ),
    ),
  ),
);

/** Written once more, by hand, as a table of what may go. */
function mayGo(content: Content, unknown: boolean): boolean {
  const { plan, film, played, hasSegments, isWatched } = content;
  if (isWatched) return false;
  if (plan === "outdated") return true;
  if (plan === "garbage") return unknown;
  if (film === "there" || film === "missing") return played === "long ago" && !hasSegments;
  return played !== "never" || unknown;
}

test("collecting removes what is provably not needed and nothing else, whatever the database knows", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...databases),
      fc.shuffledSubarray([...contents], { minLength: 5, maxLength: 12 }),
      fc.boolean(),
      async (database, some, unknown) => {
        await using rig = await createRig(database, some);
        const outcome = await collectContents(rig.store, rig.ports, { unknown }).catch(
          (error: unknown) => error,
        );
        const left = new Set(await Array.fromAsync(rig.store.contents(), ({ hash }) => hash));
        if (database !== "scanned") {
          expect(outcome).toMatchObject({ code: "LIBRARY_UNKNOWN", status: 409 });
          expect(left.size).toBe(some.length);
          return;
        }
        const goes = some.filter((content) => mayGo(content, unknown));
        const gone = some.filter((content) => !left.has(rig.hashOf(content)));
        expect(gone).toEqual(goes);
        expect(outcome).toMatchObject({ removed: { length: goes.length } });
      },
    ),
    { numRuns: 40 },
  );
}, 60_000);

async function createRig(database: (typeof databases)[number], some: readonly Content[]) {
  const folder = await createTempFolder("collect");
  const opened = await openTestDatabase();
  const { db } = opened;
  const store = createDiskStore({ root: folder.path, judge: () => false, log: silentLog });
  const hashes = new Map<Content, string>();
  for (const [i, content] of some.entries()) {
    const json = planJson(content.plan, `film-${i}`);
    const hash = await contentHash(json);
    hashes.set(content, hash);
    await store.create(hash, json);
    if (content.hasSegments) await store.put(hash, "v240/1.m4s", new Uint8Array([1, 2, 3]));
    if (content.played === "never") continue;
    const dayMs = 24 * 3_600_000;
    const at = Date.now() - (content.played === "lately" ? 6.9 : 7.1) * dayMs;
    const contentUses = [{ contentHash: hash, fingerprint: `film-${i}`, at }];
    await saveSessions(db, { sessions: [], resumePoints: [], contentUses });
  }

  if (database !== "new") {
    await addTestLibrary(db, { id: "kept" });
    await addTestLibrary(db, { id: "removed", path: "/removed" });
    const files = some.map(({ film }, i) => {
      const libraryId = film === "of a removed library" ? "removed" : "kept";
      return { film, file: testFile(`${i}`, { libraryId, source: { fingerprint: `film-${i}` } }) };
    });
    const seen = files.filter(({ film }) => film !== "never seen");
    const other = testFile("other", { libraryId: "kept", source: { fingerprint: "other" } });
    const found = database === "no film found" ? [] : [other, ...seen.map(({ file }) => file)];
    await applyFileChanges(db, found, 1);
    const lost = new Set(some.flatMap(({ film }, i) => (film === "missing" ? [`film-${i}`] : [])));
    const known = await listKnownFiles(db, "kept");
    const missing = known.filter(({ fingerprint }) => fingerprint && lost.has(fingerprint));
    const changes = missing.map(({ id }) => ({ kind: "lose" as const, id }));
    await applyFileChanges(db, changes, 2);
    await deleteLibrary(db, "removed");
    if (database === "lost its libraries") await deleteLibrary(db, "kept");
    else if (database !== "not looked through") {
      await scanned(database === "scan cut off" ? "failed" : "done");
    }
  }
  async function scanned(status: ScanStatus): Promise<void> {
    const counters = { found: 0, added: 0, updated: 0, moved: 0, removed: 0, failed: 0 };
    const times = { currentPath: null, startedAt: 1, finishedAt: 2, error: null };
    await insertScan(db, { id: "scan", libraryId: "kept", status, ...counters, ...times });
  }

  const hashOf = (content: Content): string => hashes.get(content) ?? "";
  const watched = new Set(some.filter(({ isWatched }) => isWatched).map(hashOf));
  const ports: CollectPorts = {
    ...createCollectPorts(db),
    isWatched: (hash) => watched.has(hash),
    remove: async (hash) => {
      await forgetDeleted(db, hash);
      return store.delete(hash);
    },
  };
  return {
    store,
    ports,
    hashOf,
    [Symbol.asyncDispose]: async () => {
      await store.close();
      await opened[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

function planJson(kind: Content["plan"], fingerprint: string): string {
  if (kind === "garbage") return JSON.stringify({ nothing: fingerprint });
  const plan = buildPlan(exampleSource({ fingerprint }), {
    segmentSeconds: 4,
    quality: "medium",
    adaptive: false,
    maxAudioChannels: 2,
    maxHeight: 240,
    maxBitrateBps: 1_000_000,
    providers: [provider],
  });
  if (kind === "ours") return canonicalPlan(plan);
  if (kind === "newer") return canonicalPlan(plan).replace(`"version":2`, `"version":3`);
  return canonicalPlan(plan).replaceAll(/"revision":\d+/g, `"revision":0`);
}
