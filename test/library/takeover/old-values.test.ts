import { expect, test } from "bun:test";
import fc from "fast-check";
import { oldId, oldRequest, oldTime } from "../../../src/library/takeover/old-values.ts";

const moment = fc.integer({ min: Date.UTC(2001, 8, 10), max: Date.UTC(2200, 0, 1) });

test("a moment is read from every notation that programs gave it", () => {
  fc.assert(
    fc.property(moment, fc.integer({ min: -14 * 60, max: 14 * 60 }), (ms, offset) => {
      const iso = new Date(ms).toISOString();
      const sign = offset < 0 ? "-" : "+";
      const [hours, minutes] = [Math.trunc(Math.abs(offset) / 60), Math.abs(offset) % 60];
      const zone = `${sign}${String(hours).padStart(2, "0")}:${String(minutes).padStart(2, "0")}`;
      const there = new Date(ms + offset * 60_000).toISOString().slice(0, -1);
      const spaced = iso.replace("T", " ").slice(0, -1);
      const exact: unknown[] = [
        ...[iso, spaced, `${there}${zone}`, there.replace("T", " ") + zone, ms, String(ms)],
        ...[`${spaced}000000+00:00`, `${spaced} +0000 UTC`, `${spaced} +0000 UTC m=+0.5`],
        ...[BigInt(ms) * 1000n, BigInt(ms) * 1_000_000n],
      ];
      for (const value of exact) expect([value, oldTime(value)]).toEqual([value, ms]);
      const second = Math.trunc(ms / 1000) * 1000;
      const whole: unknown[] = [second / 1000, String(second / 1000), spaced.slice(0, 19)];
      for (const value of whole) expect([value, oldTime(value)]).toEqual([value, second]);
      const day = iso.slice(0, 10);
      expect(oldTime(day)).toBe(Date.parse(day));
    }),
  );
});

test("what is no moment, id or request is none, whatever it is", () => {
  fc.assert(
    fc.property(fc.anything(), (value) => {
      const time = oldTime(value);
      if (time !== null) expect(Number.isInteger(time)).toBe(true);
      const id = oldId(value);
      if (id !== null) expect(encodeURIComponent(id).replaceAll("%3A", ":")).toBe(id);
      expect(["dash", "hls"]).toContain(oldRequest(value).container);
    }),
  );
  for (const value of ["yesterday", "2024-13-01", "2024-05-01 25:00:00", "", null, -5, NaN]) {
    expect([value, oldTime(value)]).toEqual([value, null]);
  }
});
