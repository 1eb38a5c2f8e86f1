import { expect, test } from "bun:test";
import { parseResolution } from "../../src/media/resolution.ts";
import { parseQuality } from "../../src/playback/quality-request.ts";

test.each([
  ["1080p", 1080],
  ["720", 720],
  ["1080i", 1080],
  ["4K", 2160],
  ["1920x1080", 1080],
  ["1080x1920", 1080],
  ["1920x800", 1080],
  ["1024x768", 768],
  ["big", undefined],
  ["constructor", undefined],
  ["", undefined],
  ["-1080p", undefined],
  ["0010", undefined],
])("the resolution %p is the class height %p", (text, height) => {
  expect(parseResolution(text)).toBe(height);
});

test.each([
  ["auto", { preset: null, maxHeight: null }],
  ["high", { preset: "high", maxHeight: null }],
  ["v720", { preset: null, maxHeight: 720 }],
  ["480p", { preset: null, maxHeight: 480 }],
  ["toString", undefined],
  ["", undefined],
])("the quality %p asks for %p", (text, expected) => {
  expect(parseQuality(text)).toEqual<unknown>(expected);
});
