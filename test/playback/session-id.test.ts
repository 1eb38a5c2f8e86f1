import { expect, test } from "bun:test";
import { createSessionId } from "../../src/playback/session-id.ts";

test("a session id is a UUID of version 7 that tells its time", () => {
  // The example of RFC 9562 A.6: 2022-02-22 19:22:22 UTC.
  expect(createSessionId(1_645_557_742_000)).toMatch(
    /^017f22e2-79b0-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
});

test("ids of one moment differ, and later ones sort behind", () => {
  const ids = Array.from({ length: 1000 }, (_, i) => createSessionId(Math.floor(i / 500)));
  expect(new Set(ids).size).toBe(1000);
  expect(ids.slice(0, 500).every((id) => id < (ids[500] ?? ""))).toBe(true);
});
