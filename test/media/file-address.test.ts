import { expect, test } from "bun:test";
import fc from "fast-check";
import { fileHash, isFileName, fileName, parseFileHash } from "../../src/media/file-address.ts";

const hex = fc.string({
  unit: fc.nat(15).map((digit) => digit.toString(16)),
  minLength: 64,
  maxLength: 64,
});
const times = fc.integer({ min: -(2 ** 47), max: 2 ** 47 - 1 });

test("a file's hash says the fingerprint and the time that it was made of, and has the form of every hash", () => {
  fc.assert(
    fc.property(fc.nat(), hex, times, (size, digest, modifiedMs) => {
      const hash = fileHash(`sha256-sampled:${size}:${digest}`, modifiedMs);
      expect(hash).toMatch(/^[0-9a-f]{64}$/);
      expect(parseFileHash(hash)).toEqual({ digest: digest.slice(0, 52), modifiedMs });
    }),
  );
});

test("another film, and the same one changed at another time, have other hashes", () => {
  fc.assert(
    fc.property(hex, hex, times, times, (one, other, then, later) => {
      fc.pre(one.slice(0, 52) !== other.slice(0, 52) && then !== later);
      const hashes = [one, other].flatMap((digest) =>
        [then, later].map((time) => fileHash(`sha256-sampled:1:${digest}`, time)),
      );
      expect(new Set(hashes).size).toBe(4);
    }),
  );
});

test("text of another form is no hash", () => {
  for (const text of ["", "0".repeat(63), "0".repeat(65), "g".repeat(64), "A".repeat(64)]) {
    expect(parseFileHash(text)).toBeNull();
  }
});

test("the names of files are told from those of objects", () => {
  expect(isFileName(fileName("mp4"))).toBe(true);
  for (const name of ["manifest.mpd", "v720/1.m4s", "plan.json", "a1.m3u8", "xfile.mp4"]) {
    expect(isFileName(name)).toBe(false);
  }
});
