import { expect, test } from "bun:test";
import fc from "fast-check";
import { Viewers } from "../../src/pipeline/viewers.ts";

const report = (change: object = {}) => ({
  ...{ client: "home", positionSeconds: 100, bufferSeconds: 20, isPlaying: true },
  ...change,
});

function setUp() {
  const clock = { now: 0 };
  return { clock, viewers: new Viewers(() => clock.now) };
}

test("what a viewer plays next is needed when all that is loaded is played, and its place behind that", () => {
  fc.assert(
    fc.property(
      fc.record({
        positionSeconds: fc.integer({ min: 0, max: 5000 }),
        bufferSeconds: fc.integer({ min: 0, max: 60 }),
        isPlaying: fc.boolean(),
      }),
      fc.integer({ min: 0, max: 40 }),
      fc.integer({ min: 0, max: 60 }),
      (place, elapsed, beyond) => {
        const { clock, viewers } = setUp();
        viewers.report("film", "session", report(place));
        clock.now += elapsed * 1000;
        const loadedTo = place.positionSeconds + place.bufferSeconds;
        const left = Math.max(0, place.bufferSeconds - (place.isPlaying ? elapsed : 0));
        expect(viewers.slackSeconds("film", "home", loadedTo + beyond)).toBeCloseTo(left + beyond);
      },
    ),
  );
});

test("who is not known, does not say, jumped, or has gone is in a hurry", () => {
  const { viewers } = setUp();
  expect(viewers.slackSeconds("film", "home", 120)).toBe(0);
  viewers.report("film", "session", report());
  expect(viewers.slackSeconds("film", "home", 120)).toBe(20);
  expect(viewers.slackSeconds("film", "elsewhere", 120)).toBe(0);
  expect(viewers.slackSeconds("other", "home", 120)).toBe(0);
  // Back, or far ahead.
  expect(viewers.slackSeconds("film", "home", 99)).toBe(0);
  expect(viewers.slackSeconds("film", "home", 190)).toBe(0);
  viewers.report("film", "session", report({ bufferSeconds: null }));
  expect(viewers.slackSeconds("film", "home", 120)).toBe(0);
  viewers.report("film", "session", report());
  viewers.report("film", "session", null);
  expect(viewers.slackSeconds("film", "home", 120)).toBe(0);
});

test("of several behind one address the most urgent counts", () => {
  const { viewers } = setUp();
  viewers.report("film", "a", report());
  viewers.report("film", "b", report({ positionSeconds: 115, bufferSeconds: 5 }));
  expect(viewers.slackSeconds("film", "home", 120)).toBe(5);
  viewers.report("film", "b", report({ bufferSeconds: null }));
  expect(viewers.slackSeconds("film", "home", 120)).toBe(0);
  viewers.report("film", "b", null);
  expect(viewers.slackSeconds("film", "home", 120)).toBe(20);
});
