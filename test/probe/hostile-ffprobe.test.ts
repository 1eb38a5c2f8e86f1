import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import * as v from "valibot";
import type { Source } from "../../src/media/source.ts";
import { createProber } from "../../src/probe/prober.ts";
import { fakeFfprobe, filmReport, printing } from "../fixtures/hostile-ffprobe.ts";
import { runTool } from "../support/run-tool.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";
import { recordingRunner } from "./probe-fixture.ts";

setDefaultTimeout(60_000);

let folder: TempFolder;
let film: string;
let fakes = 0;
const { runner } = recordingRunner();

beforeAll(async () => {
  folder = await createTempFolder("fake-ffprobe");
  film = folder.file("film.mp4");
  await Bun.write(film, "what is in it does not matter: ffprobe is a fake");
});
afterAll(async () => {
  expect(runner.running).toBe(0);
  await folder[Symbol.asyncDispose]();
});

async function probeWith(script: string, timeoutMs = 10_000): Promise<Source> {
  const ffprobePath = await fakeFfprobe(folder.path, `ffprobe-${fakes++}`, script);
  return createProber({ runner, ffprobePath, timeoutMs }).probe(film);
}

/** The code and sentence that a fake's output leads to. */
async function refusal(
  script: string,
  timeoutMs?: number,
): Promise<{ code: unknown; message: string }> {
  const thrown: unknown = await probeWith(script, timeoutMs).then(
    () => new Error("was taken for a film"),
    (reason: unknown) => reason,
  );
  if (!(thrown instanceof Error) || !("code" in thrown)) throw thrown;
  return { code: thrown.code, message: thrown.message };
}

test("the fake's ordinary report is an ordinary film", async () => {
  const source = await probeWith(printing(filmReport()));
  expect(source).toMatchObject({ durationSeconds: 10, truncated: null });
});

test.each([
  ["garbage", "head -c 5000 /dev/urandom"],
  ["nothing, with exit code 0", "exit 0"],
  ["an empty object", printing("{}")],
  ["half an object", printing(filmReport().slice(0, 400))],
  ["null", printing("null")],
  ["an array", printing("[]")],
  ["streams that are no list", printing('{"streams": {}, "format": {"format_name": "mov"}}')],
  ["no format", printing('{"streams": []}')],
  ["a packet that is no JSON", printing(filmReport().replace('"flags": "K_"', '"flags": nan'))],
])("%s instead of a description is PROBE_FAILED, with what was wrong", async (_label, script) => {
  const { code, message } = await refusal(script);
  expect(code).toBe("PROBE_FAILED");
  expect(message.length).toBeGreaterThan(20);
  expect(message.length).toBeLessThan(700);
});

test.each([
  ["width", { video: { width: 1e300 } }],
  ["width", { video: { width: -320 } }],
  ["height", { video: { height: "NaN" } }],
  ["height", { video: { height: 1.5 } }],
  ["start_time", { video: { start_time: "1e99" } }],
  ["duration", { format: { duration: "NaN" } }],
  ["duration", { format: { duration: "Infinity" } }],
  ["duration", { format: { duration: "soon" } }],
  ["sample_rate", { audio: { sample_rate: "-48000" } }],
  ["bit_rate", { format: { bit_rate: "99999999999999999999999" } }],
  ["index", { video: { index: -1 } }],
  ["index", { video: { index: "0" } }],
  ["codec_name", { video: { codec_name: 5 } }],
  ["pts_time", { packet: { pts_time: "NaN" } }],
  ["stream_index", { packet: { stream_index: 1e99 } }],
])("nonsense in %s is PROBE_FAILED and named (%j)", async (field, change) => {
  const { code, message } = await refusal(printing(filmReport(change)));
  expect(code).toBe("PROBE_FAILED");
  expect(message).toContain(field);
});

test("fields that are missing or not known are absent, not nonsense", async () => {
  const unknown = { start_time: "N/A", duration: "N/A", bit_rate: "N/A", disposition: undefined };
  const video = {
    ...unknown,
    ...{ pix_fmt: undefined, sample_aspect_ratio: "0:1", field_order: undefined },
    ...{ r_frame_rate: "0/0", avg_frame_rate: "0/0", has_b_frames: undefined, nb_frames: "N/A" },
  };
  const audio = { ...unknown, channel_layout: undefined };
  const format = { start_time: undefined, bit_rate: undefined };
  const source = await probeWith(printing(filmReport({ video, audio, format })));
  expect(source).toMatchObject({ startTimeSeconds: 0, durationSeconds: 10 });
  expect(source.video).toMatchObject({
    sampleAspectRatio: { num: 1, den: 1 },
    frameRate: null,
    isInterlaced: false,
    isDefault: false,
    pixelFormat: null,
  });
});

test.each([
  [32_767, 32_767],
  [8192, 8192],
  [8192, 4610],
])("pictures of %d×%d are refused before one is decoded", async (width, height) => {
  const report = filmReport({ video: { width, height } });
  expect(await refusal(printing(report))).toMatchObject({
    code: "MEDIA_UNSUPPORTED",
    message: expect.stringContaining("larger than can be decoded"),
  });
});

test("pictures of 8192×4608 are told as they are", async () => {
  const source = await probeWith(printing(filmReport({ video: { width: 8192, height: 4608 } })));
  expect(source.video).toMatchObject({ width: 8192, height: 4608 });
});

test("a film of centuries, or of no time at all, is refused", async () => {
  const long = { duration: "9000000000" };
  const later = { pts_time: "8999999999", dts_time: "8999999999" };
  const centuries = filmReport({ format: long, video: long, audio: long, packet: later });
  expect(await refusal(printing(centuries))).toMatchObject({ code: "MEDIA_UNSUPPORTED" });
  const none = { duration: "0.000000" };
  const nothing = { pts_time: "-5", dts_time: "-5" };
  const empty = filmReport({ format: none, video: none, audio: none, packet: nothing });
  expect(await refusal(printing(empty))).toMatchObject({ code: "MEDIA_UNREADABLE" });
});

test("tracks without a codec, a size or a sample rate are left out", async () => {
  const source = await probeWith(printing(filmReport({ audio: { sample_rate: "0" } })));
  expect(source.audio).toEqual([]);
  const blind = filmReport({ video: { width: 0 }, audio: { codec_name: "none" } });
  expect(await refusal(printing(blind))).toMatchObject({ code: "MEDIA_UNSUPPORTED" });
});

test("a flood of text ends soon, in a typed error and without the memory", async () => {
  const floods = [
    "yes 'a line of text that goes on and on'",
    "tr '\\0' x </dev/zero",
    "yes error | head -c 50000000 >&2; exit 1",
  ];
  const programs = await Promise.all(
    floods.map((script, i) => fakeFfprobe(folder.path, `flood-${i}`, script)),
  );
  const program = join(import.meta.dir, "../fixtures/probe-process.ts");
  const { stdout } = await runTool([process.execPath, program, film, "5000", ...programs]);
  const { codes, grownBytes } = v.parse(
    v.object({ codes: v.array(v.nullable(v.string())), grownBytes: v.number() }),
    JSON.parse(new TextDecoder().decode(stdout)),
  );
  expect(codes[0]).toBe("PROBE_FAILED");
  expect(codes[1]).toMatch(/PROBE_FAILED|PROCESS_TIMEOUT/);
  expect(codes[2]).toBe("PROBE_FAILED");
  // The peak, and not what was left afterwards.
  expect(grownBytes).toBeLessThan(250e6);
});

test("a flood of packets does not stop a film from being described", async () => {
  const packet = '        { "stream_index": 0, "pts_time": "5.000000", "flags": "K_" },';
  const described = filmReport().replace(/ {4}"packets": \[\n.*\n {4}\],\n/, "");
  const script = [
    `case "$*" in`,
    `*codec_name*packet=*) printf '{\\n    "packets": [\\n'; exec yes '${packet}' ;;`,
    `*codec_name*) cat <<'END'\n${described}\nEND\n;;`,
    `*) printf '{\\n    "packets": [\\n'; exec yes '${packet}' ;;`,
    "esac",
  ].join("\n");
  const source = await probeWith(script, 20_000);
  expect(source).toMatchObject({ durationSeconds: 10, truncated: null });
});

test("a program that hangs is ended in time, with what it started", async () => {
  const startedAt = performance.now();
  expect(await refusal("sleep 60 & sleep 60", 700)).toMatchObject({ code: "PROCESS_TIMEOUT" });
  expect(await refusal("trap '' TERM INT; sleep 60; sleep 60", 700)).toMatchObject({
    code: "PROCESS_TIMEOUT",
  });
  expect(performance.now() - startedAt).toBeLessThan(10_000);
});

test("a program that crashes or refuses without a word is PROBE_FAILED", async () => {
  expect(await refusal("kill -SEGV $$")).toMatchObject({ code: "PROBE_FAILED" });
  expect(await refusal("exit 1")).toMatchObject({ code: "PROBE_FAILED" });
  expect(await refusal(printing(filmReport(), 1))).toMatchObject({ code: "PROBE_FAILED" });
});

test("a missing program is named", async () => {
  const prober = createProber({ runner, ffprobePath: folder.file("no-ffprobe") });
  await expect(prober.probe(film)).rejects.toMatchObject({ code: "PROGRAM_MISSING" });
});
