import { expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import { saveSessions, type SessionRow } from "../../src/db/transcode-sessions.ts";
import { keepResumePoint, setWatched } from "../../src/db/viewings.ts";
import { createCollection } from "../../src/library/collection.ts";
import { createSessionId } from "../../src/playback/session-id.ts";
import { chooseWishes } from "../../src/prewarm/choose-wishes.ts";
import { readPolicyFacts } from "../../src/prewarm/policy-facts.ts";
import type { TitleWish } from "../../src/device/title-wish.ts";
import { openTestLibrary, type TestLibrary } from "../library/open-test-library.ts";

const dayMs = 24 * 3_600_000;
const device: TitleWish = {
  container: "dash",
  quality: "high",
  deviceProfile: { userAgent: "TV" },
};

async function openSeries(): Promise<{
  readonly t: TestLibrary;
  readonly ids: Map<string, string>;
}> {
  const t = await openTestLibrary({ type: "tv" });
  for (const n of [1, 2, 3, 4, 5]) await t.write(`Lost/S01E0${n}.mkv`, `episode ${n}`);
  await t.scan();
  const files = Object.values(await t.files());
  const ids = new Map(files.map(({ id, path }) => [path.slice(-10, -4), id]));
  return { t, ids };
}

function played(mediaFileId: string, at: number, change: Partial<SessionRow> = {}): SessionRow {
  return {
    ...{ id: createSessionId(at), status: "closed", provider: "p", contentHash: "c", mediaFileId },
    ...{
      request: JSON.stringify({ mediaFileId, seekPositionSeconds: 4, audioTrack: 1, ...device }),
    },
    ...{ decision: "transcode", container: "dash", position: 1, quality: null, error: null },
    ...{ createdAt: at, updatedAt: at, heartbeatAt: at, ...change },
  };
}

test("what was watched, added and played is known with what comes next, and what is gone is none of it", async () => {
  const { t, ids } = await openSeries();
  await using _ = t;
  const id = (name: string): string => ids.get(name) ?? "";
  // What is added has the time of the test.
  const now = Date.now() + 1000;
  const facts = () =>
    readPolicyFacts(
      { db: t.db, collection: createCollection(t.db), playing: () => [id("S01E05")] },
      now,
    );
  await t.db.write(async (queries) => {
    const at = now - dayMs;
    const point = { mediaFileId: id("S01E01"), position: 55, at, isWatched: false };
    await keepResumePoint(queries, point);
    await keepResumePoint(queries, { ...point, mediaFileId: id("S01E04"), at: now - 40 * dayMs });
  });
  await setWatched(t.db, id("S01E03"), now - 2 * dayMs);
  await saveSessions(t.db, {
    sessions: [
      played(id("S01E01"), now - dayMs),
      played(id("S01E01"), now - 3 * dayMs),
      played(id("S01E02"), now - 200 * dayMs),
      played(id("S01E03"), now - dayMs, { request: "from another version" }),
      played("gone", now - 2 * dayMs),
    ],
    ...{ resumePoints: [], contentUses: [] },
  });

  const known = await facts();
  expect(known.viewed).toMatchObject([
    {
      ...{ mediaFileId: id("S01E01"), durationSeconds: 60, resumeSeconds: 55 },
      ...{ lastWatchedAt: now - dayMs, watchedAt: null },
      next: { mediaFileId: id("S01E02"), durationSeconds: 60, watchedAt: null },
    },
  ]);
  expect(known.added.map(({ mediaFileId }) => mediaFileId).toSorted()).toEqual(
    [...ids.values()].toSorted(),
  );
  expect(known.added.filter(({ isWatched }) => isWatched)).toMatchObject([
    { mediaFileId: id("S01E03") },
  ]);
  // The one that says nothing of its device, and those of long ago, count for nothing.
  expect(known.plays.map(({ mediaFileId, at }) => [mediaFileId, at])).toEqual([
    [id("S01E01"), now - dayMs],
    ["gone", now - 2 * dayMs],
    [id("S01E01"), now - 3 * dayMs],
  ]);
  expect(known.plays[0]?.device).toEqual({ ...device, audioTrack: 1 });
  expect(new Set(known.played.map(({ mediaFileId }) => mediaFileId))).toEqual(
    new Set([id("S01E01"), id("S01E03")]),
  );

  const wishes = chooseWishes(known, ["next-episode", "continue-watching", "most-watched"]);
  expect(wishes).toEqual([
    {
      ...{ policy: "next-episode", mediaFileId: id("S01E02"), device },
      ...{ fromSeconds: 0, toSeconds: null },
    },
    {
      ...{
        policy: "continue-watching",
        mediaFileId: id("S01E01"),
        fromSeconds: 0,
        toSeconds: null,
      },
      device: { ...device, audioTrack: 1 },
    },
  ]);

  await rm(t.path("Lost/S01E02.mkv"));
  await t.scan();
  const later = await facts();
  expect(later.viewed[0]?.next?.mediaFileId).toBe(id("S01E03"));
  expect(later.added.map(({ mediaFileId }) => mediaFileId)).not.toContain(id("S01E02"));
});

test("music is nothing that takes time to make", async () => {
  await using t = await openTestLibrary({ type: "music" });
  await t.write("song.mp3", "song");
  await t.scan();
  const collection = createCollection(t.db);
  const facts = await readPolicyFacts({ db: t.db, collection, playing: () => [] }, Date.now());
  expect(facts).toMatchObject({ viewed: [], added: [], plays: [], played: [] });
});
