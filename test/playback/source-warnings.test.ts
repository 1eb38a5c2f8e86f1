import { expect, test } from "bun:test";
import type { Source } from "../../src/media/source.ts";
import { sourceWarnings } from "../../src/playback/source-warnings.ts";
import { sampleSource } from "./sample-source.ts";

test("a truncated source is warned of with where it ends and where it should", () => {
  const truncated = { ...sampleSource, truncated: { declaredDurationSeconds: 3725 } };
  expect(sourceWarnings(truncated, null)).toEqual([
    {
      code: "SOURCE_TRUNCATED",
      message: "Ends at 1:00 because the file is truncated; it was meant to last 1:02:05",
    },
  ]);
  expect(sourceWarnings(sampleSource, null)).toEqual([]);
});

test.each([
  [0, "0:00"],
  [59.9, "0:59"],
  [605, "10:05"],
  [3600, "1:00:00"],
  [36_061, "10:01:01"],
])("%p seconds are told as people read them: %p", (seconds, text) => {
  const truncated = { ...sampleSource, truncated: { declaredDurationSeconds: seconds } };
  const [warning] = sourceWarnings(truncated, null);
  expect(warning?.message).toEndWith(` ${text}`);
});

test("each track that is left out is a warning that names it", () => {
  const source: Source = {
    ...sampleSource,
    leftOut: [
      { kind: "audio", index: 2, codec: "dfpwm" },
      { kind: "video", index: 4, codec: null },
      { kind: "cover", index: 5, codec: "tiff" },
    ],
  };
  const warnings = sourceWarnings(source, null);
  expect(warnings.map(({ code }) => code)).toEqual(Array(3).fill("TRACK_LEFT_OUT"));
  expect(warnings.map(({ message }) => message)).toEqual([
    expect.stringMatching(/^A sound track \(stream 2\) .*dfpwm/),
    expect.stringMatching(/^A picture track \(stream 4\) .*unknown/),
    expect.stringMatching(/^The cover \(stream 5\) .*tiff/),
  ]);
});
