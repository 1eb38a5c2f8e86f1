import { afterAll, beforeAll, expect, test } from "bun:test";
import { symlink, writeFile } from "node:fs/promises";
import { describeSource } from "../../src/cli/probe-command.ts";
import { exampleAudio, exampleSource } from "../media/example-source.ts";
import { makeSource } from "../support/make-source.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";
import { runCommand } from "./run-command.ts";

let folder: TempFolder;

const oddNames = [
  "-v.mp4",
  `it's "quoted".mp4`,
  "new\nline.mp4",
  "100%d %s.mp4",
  "späte Größe 映画.mp4",
  "$(id) `id`;#.mp4",
];

beforeAll(async () => {
  folder = await createTempFolder("probe-command");
  await makeSource(folder.file("film.mp4"), { durationSeconds: 3, width: 320, height: 180 });
  const film = await Bun.file(folder.file("film.mp4")).bytes();
  for (const name of oddNames) await writeFile(folder.file(name), film);
  await writeFile(folder.file("empty.mp4"), "");
  await writeFile(folder.file("letter.mp4"), "Dear reader,\n".repeat(1000));
  await symlink("/dev/zero", folder.file("zero.mp4"));
}, 30_000);

afterAll(() => folder[Symbol.asyncDispose]());

test.each(oddNames)("takes a file of the name %j", async (name) => {
  const { exitCode, stdout } = await runCommand(["probe", "--json", folder.file(name)]);
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ durationSeconds: 3 });
});

test.each([
  ["missing.mp4", "There is no such file"],
  ["", "This is a folder"],
  ["empty.mp4", "The file is empty"],
  ["letter.mp4", "The file is "],
  ["zero.mp4", "This is "],
])("%s is refused with its path and the reason, in one line", async (name, message) => {
  const path = folder.file(name);
  const { exitCode, stdout, stderr } = await runCommand(["probe", path]);
  expect(stderr).toStartWith(`viewra: ${path}: ${message}`);
  expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
});

test("what a file says of itself stays on its line and has no power over the terminal", () => {
  const title = "Director\n\u001b]0;owned\u0007";
  const text = describeSource(
    exampleSource({ audio: [exampleAudio({ title, channels: 1 })], subtitles: [] }),
  );
  expect(text.split("\n")).toEqual([
    "container    matroska,webm",
    "duration     1:30:00.0",
    "size         1.0 kB",
    "fingerprint  sha256-sampled:1000:00ff",
    "video #0     h264 1920×1080, 23.976 fps",
    "audio #1     aac 1 channel, 48000 Hz, en, Director\\u000a\\u001b]0;owned\\u0007",
  ]);
});

test("a file that was cut off, of variable rate and in HDR, is told as such", () => {
  const source = exampleSource({ truncated: { declaredDurationSeconds: 7200 }, audio: [] });
  const video = source.video && { ...source.video, isVariableFrameRate: true, isHdr: true };
  const text = describeSource({ ...source, video });
  expect(text).toContain("truncated    the file says 2:00:00.0, its data ends at 1:30:00.0\n");
  expect(text).toEndWith("23.976 fps, variable, HDR");
});
