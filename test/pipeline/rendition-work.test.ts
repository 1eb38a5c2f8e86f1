import { describe, expect, test } from "bun:test";
import { ViewraError } from "../../src/errors/viewra-error.ts";
import { settle, setUp } from "./rendition-rig.ts";

describe("asking for a segment", () => {
  test("starts one run however many ask, and all get it", async () => {
    const { ask, encoders, encoder, committed } = setUp();
    const asked = Array.from({ length: 50 }, () => ask(7));
    await settle();
    expect(encoders.map(({ from, to }) => [from, to])).toEqual([[7, 100]]);
    encoder(0).make();
    await Promise.all(asked);
    expect(committed).toEqual([7]);
    await ask(7);
    expect(encoders).toHaveLength(1);
  });

  test("waits for a run that will be there soon, and starts another far away", async () => {
    const { ask, encoders, encoder } = setUp();
    const first = ask(1);
    await settle();
    const next = ask(2);
    const far = ask(50);
    await settle();
    expect(encoders.map(({ from }) => from)).toEqual([1, 50]);
    encoder(0).make(2);
    encoder(1).make();
    await Promise.all([first, next, far]);
  });

  test("never encodes a segment twice: a run ends where another's work begins", async () => {
    const { ask, encoder, encoders, committed } = setUp({ stored: [10, 11, 12] });
    const asked = [ask(8), ask(20), ask(13)];
    await settle();
    expect(encoders.map(({ from, to }) => [from, to])).toEqual([
      [8, 9],
      [20, 100],
      [13, 19],
    ]);
    encoder(0).make(2);
    encoder(2).make(7);
    encoder(1).make(3);
    await Promise.all(asked);
    await settle();
    expect(committed.toSorted((a, b) => a - b)).toEqual([
      8, 9, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22,
    ]);
  });

  test("a run that reaches what a later run has begun is ended", async () => {
    const { ask, encoder } = setUp();
    const first = ask(1);
    await settle();
    const later = ask(4);
    await settle();
    encoder(1).make();
    await later;
    encoder(0).make(3);
    await first;
    await settle();
    expect(encoder(0).isKilled).toBe(true);
  });

  test("leaves no FFmpeg behind that has made all it was to make", async () => {
    const { ask, encoder } = setUp({ stored: [6] });
    const asked = ask(5);
    await settle();
    encoder(0).finishes = false;
    encoder(0).make();
    await asked;
    await settle();
    expect(encoder(0).isKilled).toBe(true);
  });

  test("gives up when its asker does", async () => {
    const { ask, work } = setUp();
    const abort = new AbortController();
    const asked = ask(3, "viewer", abort.signal);
    await settle();
    abort.abort(new Error("gone"));
    await expect(asked).rejects.toThrow("gone");
    expect(work.waiting).toBe(0);
  });
});

describe("work ahead of a viewer", () => {
  test("goes on for the look-ahead, then stands still, and is ended when nobody comes", async () => {
    const { ask, work, encoder, clock } = setUp();
    const asked = ask(1);
    await settle();
    encoder(0).make();
    await asked;
    encoder(0).make(5);
    await settle();
    expect(encoder(0).isSuspended).toBe(false);
    encoder(0).make();
    await settle();
    expect(encoder(0).isSuspended).toBe(true);
    // The viewer comes nearer: it goes on.
    work.touch(4, () => "viewer");
    await settle();
    expect(encoder(0).isSuspended).toBe(false);
    clock.now += 100_000;
    work.tidy();
    clock.now += 30_000;
    work.tidy();
    await settle();
    expect(encoder(0).isKilled).toBe(true);
    expect(work.isIdle).toBe(true);
  });

  test("begins before the viewer meets what is missing", async () => {
    const { work, encoders } = setUp({ stored: [1, 2, 3, 4] });
    work.touch(2, () => "viewer");
    await settle();
    expect(encoders.map(({ from }) => from)).toEqual([5]);
  });

  test("is held while somebody waits elsewhere, and filling goes on to the end", async () => {
    const { ask, encoder } = setUp({ wantsFill: () => true });
    const asked = ask(1);
    await settle();
    encoder(0).make();
    await asked;
    encoder(0).make(20);
    await settle();
    expect(encoder(0).isSuspended).toBe(false);
    const far = ask(60);
    await settle();
    expect(encoder(0).isSuspended).toBe(true);
    encoder(1).make();
    await far;
  });

  test("ends with the last viewer, but not under somebody who waits", async () => {
    const { ask, work, encoder } = setUp();
    const waited = ask(30);
    await settle();
    work.touch(1, () => "viewer");
    work.abandon();
    await settle();
    encoder(0).make();
    await waited;
    await settle();
    expect(encoder(0).isSuspended).toBe(true);
    work.abandon();
    await settle();
    expect(encoder(0).isKilled).toBe(true);
    expect(work.isIdle).toBe(true);
  });
});

describe("a run that fails", () => {
  test("is tried again from where it failed, and in the end said to have failed", async () => {
    const { ask, encoders, encoder, failed } = setUp();
    const asked = ask(5);
    // Looked at before it is rejected, so that the rejection is nobody's surprise.
    const outcome = asked.then(
      () => null,
      (error: unknown) => error,
    );
    for (let i = 0; i < 3; i++) {
      await settle();
      encoder(i).end({ ok: false, exitCode: 1, stderrTail: "Invalid data" });
      await settle();
    }
    const error = await outcome;
    expect(error).toMatchObject({ code: "ENCODE_FAILED" });
    expect(String(error)).toContain("Invalid data");
    expect(encoders.slice(0, 3).map(({ attempt }) => attempt)).toEqual([0, 1, 2]);
    expect(failed.get("v240/5.m4s")?.attempts).toBe(3);
    // Nobody tries it again: not this process, not one that starts later with the same record.
    await expect(ask(5)).rejects.toThrow("Invalid data");
  });

  test("is not believed when it says that all is well", async () => {
    const { ask, encoder, encoders } = setUp();
    const asked = ask(5);
    await settle();
    encoder(0).end();
    await settle();
    expect(encoders).toHaveLength(2);
    encoder(1).make();
    await asked;
  });

  test("loses nothing: a refused segment is made by the next run", async () => {
    let refusals = 1;
    const { ask, encoder, committed } = setUp({
      commit: async ({ n }) => {
        if (n === 2 && refusals-- > 0) throw new ViewraError("VERIFY_FAILED", "short");
      },
    });
    const first = ask(1);
    const second = ask(2);
    await settle();
    encoder(0).make(3);
    await first;
    await settle();
    // The third came after the refused one out of the same process: it is not trusted.
    expect(committed).toEqual([1]);
    encoder(1).make(1);
    await second;
    expect(committed).toEqual([1, 2]);
  });

  test("because the disk is full fails at once, and may be asked for again", async () => {
    let isFull = true;
    const { ask, encoder, failed } = setUp({
      commit: async () => {
        if (isFull) throw new ViewraError("STORAGE_FULL");
      },
    });
    const asked = ask(1);
    const outcome = asked.catch((error: unknown) => error);
    await settle();
    encoder(0).make();
    expect(await outcome).toMatchObject({ code: "STORAGE_FULL" });
    expect(failed.size).toBe(0);
    isFull = false;
    const again = ask(1);
    await settle();
    encoder(1).make();
    await again;
  });

  test("to start because the film is gone says so", async () => {
    const { ask } = setUp({
      launch: async () => {
        throw new ViewraError("MEDIA_MISSING");
      },
    });
    await expect(ask(1)).rejects.toMatchObject({ code: "MEDIA_MISSING" });
  });
});
