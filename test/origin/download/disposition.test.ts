import { expect, test } from "bun:test";
import fc from "fast-check";
import { attachmentNamed } from "../../../src/origin/download/disposition.ts";

test("any title is a field of RFC 6266 that names a file no system refuses", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 400 }), (title) => {
      const field = attachmentNamed(title, "mp4");
      const form = /^attachment; filename="([\x20-\x7e]+)"; filename\*=UTF-8''([\w.!#$&+^`|~%-]+)$/;
      const [, ascii = "", exact = ""] = form.exec(field) ?? [];
      expect(ascii).not.toMatch(/["\\%]/);
      for (const name of [ascii, decodeURIComponent(exact)]) {
        expect(name).toMatch(/[^.]\.mp4$/);
        expect(name).not.toMatch(/[/\\\p{Cc}]|^\./u);
        expect(new TextEncoder().encode(name).byteLength).toBeLessThanOrEqual(255);
      }
    }),
    { numRuns: 500 },
  );
});

test.each([
  ["Amélie (2001)", "Amelie (2001).mp4", "Am%C3%A9lie%20%282001%29.mp4"],
  ["七人の侍", "____.mp4", "%E4%B8%83%E4%BA%BA%E3%81%AE%E4%BE%8D.mp4"],
  ['../a "b" c', "a b c.mp4", "a%20b%20c.mp4"],
  ["", "film.mp4", "film.mp4"],
  ["a＂b／c", "a_b_c.mp4", "a%EF%BC%82b%EF%BC%8Fc.mp4"],
  ["\u{E0100}", "film.mp4", "%F3%A0%84%80.mp4"],
])("%j", (title, ascii, exact) => {
  const field = `attachment; filename="${ascii}"; filename*=UTF-8''${exact}`;
  expect(attachmentNamed(title, "mp4")).toBe(field);
});
