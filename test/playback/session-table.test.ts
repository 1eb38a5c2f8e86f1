import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { ViewraError } from "../../src/errors/viewra-error.ts";
import { deliveredContent } from "../../src/playback/delivered.ts";
import { firstRenditions } from "../../src/playback/first-rendition.ts";
import type { LiveSession } from "../../src/playback/live-session.ts";
import { createSessionTable, type SessionPlace } from "../../src/playback/session-table.ts";
import { createPlaybackRig } from "./playback-rig.ts";

const start = { mediaFileId: "film" };

/** A live session to fill a table with; what a table does not look at is another one's. */
async function sampleSession(): Promise<LiveSession> {
  await using rig = await createPlaybackRig();
  const started = await rig.playback.start(start);
  const detail = rig.playback.list().find(({ id }) => id === started.id);
  if (!detail) throw new Error("the session that was started is not listed");
  const { plan, container, contentHash: hash, ...rest } = await rig.playback.decide(start);
  if (plan === null) throw new Error("the session is of no content");
  const times = { createdAt: 0, updatedAt: 0, heartbeatAt: 0 };
  const published = { hash, plan, provider: rest.provider, decision: rest.decision, known: false };
  const delivered = deliveredContent(published, container === "hls" ? "hls" : "dash");
  return {
    ...{ id: started.id, client: "", request: start, warnings: [], ...times },
    ...{ delivered, first: firstRenditions(delivered, null) },
    ...{ leave: () => {}, positionSeconds: 0, quality: null },
    ...{ state: "playing", replacedBy: null },
  };
}

const sample = await sampleSession();

/** A table with the sessions that clients begin, and what became of each. */
function createRig(limit: number) {
  let count = 0;
  const crowdedOut: LiveSession[] = [];
  const table = createSessionTable({
    limit,
    silenceMs: 60_000,
    onCrowdedOut: (session) => {
      crowdedOut.push(session);
      table.remove(session.id);
    },
  });
  const countOf = (client: string): number =>
    [...table.all()].filter((session) => session.client === client).length;
  return {
    table,
    crowdedOut,
    countOf,
    reserve: (client: string): SessionPlace | null => {
      try {
        return table.reserve(client, count);
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(ViewraError);
        return null;
      }
    },
    /** False where the place was left to another. */
    begin: (client: string, place: SessionPlace): boolean => {
      using kept = place;
      try {
        kept.confirm();
      } catch {
        return false;
      }
      const now = ++count;
      table.add({ ...sample, id: `s${now}`, client, heartbeatAt: now });
      return true;
    },
  };
}

describe("places for sessions", () => {
  test("are never more than there are, and whoever asks for no more than its share has them", () => {
    const kind = fc.constantFrom("quick", "quick", "slow", "fails");
    const asks = fc.array(fc.record({ client: fc.nat(4), kind }), { minLength: 1, maxLength: 120 });
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 20 }), asks, (limit, asked) => {
        const rig = createRig(limit);
        const waiting: { client: string; place: SessionPlace }[] = [];
        const share = Math.floor(limit / 5);
        for (const { client: n, kind: how } of asked) {
          const client = `c${n}`;
          const own = rig.countOf(client) + waiting.filter((each) => each.client === client).length;
          const before = rig.crowdedOut.length;
          const place = rig.reserve(client);
          if (own < share) expect(place).not.toBeNull();
          if (place && how === "slow") waiting.push({ client, place });
          else if (place && how === "fails") place[Symbol.dispose]();
          // Nobody loses a session to a start that has yet to come to something.
          if (how !== "quick") expect(rig.crowdedOut.length).toBe(before);
          else if (place) {
            expect(rig.begin(client, place)).toBe(true);
            for (const session of rig.crowdedOut.slice(before)) {
              // It is taken from one that had more than the asking one had.
              expect(rig.countOf(session.client) + 1).toBeGreaterThan(own);
            }
          }
          expect(rig.table.size).toBeLessThanOrEqual(limit);
        }
        for (const { client, place } of waiting) rig.begin(client, place);
        expect(rig.table.size).toBeLessThanOrEqual(limit);
      }),
      { numRuns: 300 },
    );
  });

  test("that one client keeps for starts under way are left to another that has none", () => {
    const rig = createRig(3);
    const places = Array.from({ length: 3 }, () => rig.reserve("greedy"));
    const place = rig.reserve("honest");
    expect(place && rig.begin("honest", place)).toBe(true);
    const begun = places.filter((each) => each && rig.begin("greedy", each));
    expect(begun).toHaveLength(2);
    expect(rig.table.size).toBe(3);
  });

  test("are shared between those who begin at once, half and half", () => {
    const rig = createRig(6);
    for (let i = 0; i < 6; i++) {
      const place = rig.reserve("first");
      if (place) rig.begin("first", place);
    }
    const places = Array.from({ length: 6 }, () => rig.reserve("second"));
    const given = places.filter((place) => place !== null);
    expect(given).toHaveLength(3);
    expect(rig.countOf("first")).toBe(6);
    expect(given.map((place) => rig.begin("second", place))).toEqual([true, true, true]);
    expect([rig.countOf("first"), rig.countOf("second")]).toEqual([3, 3]);
  });

  test("are taken from nobody where one became free by itself meanwhile", () => {
    const rig = createRig(2);
    for (let i = 0; i < 2; i++) {
      const place = rig.reserve("first");
      if (place) rig.begin("first", place);
    }
    const place = rig.reserve("second");
    const [left] = rig.table.all();
    if (left) rig.table.remove(left.id);
    expect(place && rig.begin("second", place)).toBe(true);
    expect(rig.crowdedOut).toEqual([]);
    expect(rig.table.size).toBe(2);
  });

  test("are taken from who was silent for longest, and from nobody who has as few", () => {
    const rig = createRig(3);
    for (let i = 0; i < 3; i++) {
      const place = rig.reserve("greedy");
      if (place) rig.begin("greedy", place);
    }
    const [first] = rig.table.all();
    if (first) rig.table.touch(first, 100);
    const one = rig.reserve("honest");
    if (one) rig.begin("honest", one);
    expect(rig.crowdedOut.map(({ id }) => id)).toEqual(["s2"]);
    expect(rig.reserve("honest")).toBeNull();
    expect([rig.countOf("greedy"), rig.countOf("honest")]).toEqual([2, 1]);
    expect(rig.reserve("another")).not.toBeNull();
    expect(rig.reserve("one more")).toBeNull();
  });
});

test("a start whose place was left to another client meanwhile is refused, and the other one plays", async () => {
  await using rig = await createPlaybackRig();
  const few = rig.again({
    config: {
      ...{ segmentSeconds: 4, quality: "medium", adaptive: true },
      contentBaseUrl: "/c",
      maxSessions: 4,
    },
  });
  const greedy = Array.from({ length: 4 }, () => few.start(start, "greedy"));
  const honest = few.start(start, "honest");
  const results = await Promise.allSettled([...greedy, honest]);
  const statuses: string[] = results.map(({ status }) => status);
  expect(statuses).toEqual([...["fulfilled", "fulfilled", "fulfilled", "rejected", "fulfilled"]]);
  expect((await few.start(start, "honest")).status).toBe("active");
  expect(few.stats()).toMatchObject({ active: 4, closed: 1 });
  await few.close();
});

test("a start that comes to nothing ends nobody's session", async () => {
  await using rig = await createPlaybackRig();
  const few = rig.again({
    config: {
      ...{ segmentSeconds: 4, quality: "medium", adaptive: true, contentBaseUrl: "/c" },
      maxSessions: 3,
    },
  });
  await Promise.all(Array.from({ length: 3 }, () => few.start(start, "first")));
  const nonsense = Array.from({ length: 5 }, () => few.start({ mediaFileId: "none" }, "second"));
  const results = await Promise.allSettled(nonsense);
  expect(results.every(({ status }) => status === "rejected")).toBe(true);
  expect(few.stats()).toMatchObject({ active: 3, closed: 0 });
  await few.close();
});
