import { expect, test } from "bun:test";
import type { SessionBatch, SessionRow } from "../../src/db/transcode-sessions.ts";
import { createSessionJournal } from "../../src/playback/session-journal.ts";
import { quietLog } from "../db/open-test-database.ts";
import { createFakeClock } from "./fake-clock.ts";

const use = { contentHash: "c", fingerprint: "f", at: 1 };

function session(id: string, position = 0): SessionRow {
  return {
    id,
    status: "active",
    provider: "p",
    contentHash: "c",
    mediaFileId: "m",
    request: "{}",
    decision: "transcode",
    container: "dash",
    position,
    quality: null,
    error: null,
    createdAt: 1,
    updatedAt: 1,
    heartbeatAt: 1,
  };
}

function rig() {
  const saved: SessionBatch[] = [];
  const clock = createFakeClock();
  const state: { refusal: Error | null; gate: Promise<void> } = {
    refusal: null,
    gate: Promise.resolve(),
  };
  const save = async (batch: SessionBatch): Promise<void> => {
    await state.gate;
    if (state.refusal !== null) throw state.refusal;
    saved.push(batch);
  };
  const journal = createSessionJournal({ save }, clock, quietLog());
  const savedIds = () => saved.map(({ sessions }) => sessions.map(({ id }) => id));
  return { saved, savedIds, clock, state, journal };
}

test("what is noted within a moment is one write, the latest of each session", async () => {
  const { saved, clock, journal } = rig();
  for (let i = 0; i < 1000; i++) journal.note(session(`s${i % 100}`, i), use);
  expect(saved).toEqual([]);
  await clock.pass(250);
  expect(saved.length).toBe(1);
  expect(saved[0]?.sessions.map(({ position }) => position)).toEqual(
    Array.from({ length: 100 }, (_, i) => 900 + i),
  );
  expect(clock.armed).toBe(0);
});

test("a later state never comes before an earlier one, and is found while it waits", async () => {
  const { saved, state, clock, journal } = rig();
  const gate = Promise.withResolvers<void>();
  state.gate = gate.promise;
  journal.note(session("s", 1), use);
  await clock.pass(250);
  expect(journal.pending("s")?.position).toBe(1);
  journal.note(session("s", 2), use);
  expect(journal.pending("s")?.position).toBe(2);
  // The second write could go through at once, if it did not wait for the first.
  state.gate = Promise.resolve();
  const flushed = journal.flushed();
  await clock.pass(250);
  expect(saved).toEqual([]);
  gate.resolve();
  await flushed;
  expect(saved.map(({ sessions }) => sessions[0]?.position)).toEqual([1, 2]);
  expect(journal.pending("s")).toBeUndefined();
});

test("what the database refuses is told, kept, tried again, and overtaken by what is newer", async () => {
  const { saved, state, clock, journal } = rig();
  state.refusal = new Error("disk full");
  journal.note(session("old"), use);
  journal.note(session("both", 1), use, { mediaFileId: "m", position: 1, at: 1, isWatched: true });
  const refused = journal.flushed();
  await expect(refused).rejects.toThrow("disk full");
  expect(journal.failure()).toBe("disk full");
  expect(journal.pending("old")).toBeDefined();
  journal.note(session("both", 2), use, {
    ...{ mediaFileId: "m", position: 2, at: 2 },
    isWatched: false,
  });
  await clock.pass(250);
  expect(journal.failure()).toBe("disk full");
  state.refusal = null;
  await clock.pass(2000);
  expect(journal.failure()).toBeNull();
  expect(saved.length).toBe(1);
  expect(saved[0]?.sessions.map(({ id, position }) => [id, position])).toEqual([
    ["old", 0],
    ["both", 2],
  ]);
  expect(saved[0]?.resumePoints).toEqual([
    // What was watched stays so, whatever came next.
    { mediaFileId: "m", position: 2, at: 2, isWatched: true },
  ]);
});

test("what is noted while a write fails is newer than what failed", async () => {
  const { saved, state, clock, journal } = rig();
  const gate = Promise.withResolvers<void>();
  state.gate = gate.promise;
  journal.note(session("s", 1), use);
  const refused = journal.flushed();
  await Bun.sleep(0);
  journal.note(session("s", 2), use);
  state.gate = Promise.resolve();
  gate.reject(new Error("disk full"));
  await expect(refused).rejects.toThrow("disk full");
  await clock.pass(2000);
  expect(saved.map(({ sessions }) => sessions.map(({ position }) => position))).toEqual([[2]]);
});

test("closing writes what is left and arms no timer any more", async () => {
  const { savedIds, clock, journal } = rig();
  journal.note(session("a"), use);
  await journal.close();
  expect(savedIds()).toEqual([["a"]]);
  journal.note(session("b"), use);
  expect(clock.armed).toBe(0);
});
