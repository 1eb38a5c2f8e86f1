import { expect, test } from "bun:test";
import * as v from "valibot";
import { rational } from "../../src/media/rational.ts";
import { outputSchema, type FfprobeOutput } from "../../src/probe/ffprobe-output.ts";
import { createTailRecorder, type Tails } from "../../src/probe/packet-tail.ts";
import { readSource } from "../../src/probe/read-source.ts";

const file = { fingerprint: "sha256-sampled:1:00", sizeBytes: 1_000_000 };

type Fields = Readonly<Record<string, unknown>>;

/** A Matroska as mkvmerge or a live recorder writes it: only the file as a whole has a length. */
function matroska(durationSeconds: number, video: Fields = {}): FfprobeOutput {
  const picture = { index: 0, codec_type: "video", codec_name: "h264", width: 320, height: 180 };
  const rates = { r_frame_rate: "25/1", avg_frame_rate: "25/1" };
  const sound = { index: 1, codec_type: "audio", codec_name: "aac", channels: 2 };
  const parsed = v.parse(outputSchema, {
    streams: [
      { ...picture, ...rates, start_time: "0.000000", ...video },
      { ...sound, sample_rate: "48000", start_time: "0.000000" },
    ],
    format: {
      format_name: "matroska,webm",
      start_time: "0.000000",
      duration: String(durationSeconds),
    },
  });
  return { ...parsed, chapters: [] };
}

/** Packets of 40 ms whose last ones end at these moments. */
function tailsEndingAt(ends: readonly (readonly [stream: number, seconds: number])[]): Tails {
  const recorder = createTailRecorder();
  for (const [stream_index, seconds] of ends) {
    for (let i = 50; i > 0; i--) {
      const pts_time = seconds - 0.04 * i;
      const packet = { stream_index, pts_time, dts_time: pts_time, duration_time: 0.04 };
      recorder.add({ ...packet, flags: "K_" });
    }
  }
  return recorder.tails();
}

test("pictures that end before the sound does are no sign of a cut", () => {
  const tails = tailsEndingAt([
    [0, 100],
    [1, 110],
  ]);
  const source = readSource(matroska(110), tails, file);
  expect(source.truncated).toBeNull();
  expect(source.durationSeconds).toBe(110);
  expect(source.video?.endTimeSeconds).toBe(100);
});

test("a file whose every track ends early is cut, and ends a packet before the cut", () => {
  const tails = tailsEndingAt([
    [0, 100],
    [1, 99.5],
  ]);
  const source = readSource(matroska(200), tails, file);
  expect(source.truncated).toEqual({ declaredDurationSeconds: 200 });
  expect(source.durationSeconds).toBe(99.96);
});

test("sound of which a cut file shows no packet ends with the pictures", () => {
  const source = readSource(matroska(200), tailsEndingAt([[0, 100]]), file);
  expect(source.audio[0]?.endTimeSeconds).toBe(99.96);
  expect(source.durationSeconds).toBe(99.96);
});

test("a file of which no packet was seen lasts as long as its header says, and is not called cut", () => {
  const source = readSource(matroska(200), new Map(), file);
  expect(source).toMatchObject({ durationSeconds: 200, truncated: null });
});

test("packets beyond the edit list do not count", () => {
  const recorder = createTailRecorder();
  const packet = { stream_index: 0, dts_time: 9, duration_time: 1 };
  recorder.add({ ...packet, pts_time: 9, flags: "K_" });
  recorder.add({ ...packet, pts_time: 15, flags: "_D" });
  expect(recorder.tails().get(0)?.presentationEnd).toBe(10);
});

test("mkvmerge's count of pictures shows a variable rate that the beginning hides", () => {
  const statistics = { "NUMBER_OF_FRAMES-eng": "2000", "DURATION-eng": "00:01:40.000000000" };
  const tails = tailsEndingAt([[0, 100]]);
  const variable = readSource(matroska(100, { tags: statistics }), tails, file);
  // No slower than the last pictures come.
  expect(variable.video).toMatchObject({ frameRate: rational(25), isVariableFrameRate: true });
  const even = { ...statistics, "NUMBER_OF_FRAMES-eng": "2500" };
  const constant = readSource(matroska(100, { tags: even }), tails, file);
  expect(constant.video).toMatchObject({ frameRate: rational(25), isVariableFrameRate: false });
});

test("fields counted as pictures are halved; a tick that is no rate makes it variable", () => {
  const tails = tailsEndingAt([[0, 100]]);
  const fields = readSource(matroska(100, { r_frame_rate: "50/1" }), tails, file);
  expect(fields.video).toMatchObject({ frameRate: rational(25), isVariableFrameRate: false });
  const tick = readSource(matroska(100, { r_frame_rate: "90000/1" }), tails, file);
  expect(tick.video).toMatchObject({ frameRate: rational(25), isVariableFrameRate: true });
});
