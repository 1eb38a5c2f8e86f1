import { expect, test } from "bun:test";
import { version } from "../../src/app/version.ts";
import { createTempFolder } from "../support/temp-folder.ts";
import { runCommand } from "./run-command.ts";

test("what is asked for goes to stdout with exit code 0", async () => {
  const help = await runCommand(["--help"]);
  expect(help).toMatchObject({ exitCode: 0, stderr: "" });
  for (const name of [
    "serve",
    "scan",
    "probe",
    "transcode",
    "doctor",
    "migrate",
    "plugins",
    "store",
    "completions",
  ]) {
    expect(help.stdout).toMatch(new RegExp(`^  ${name} `, "m"));
  }
  expect(await runCommand(["--version"])).toMatchObject({ exitCode: 0, stdout: `${version}\n` });
  const transcode = await runCommand(["transcode", "--help"]);
  expect(transcode).toMatchObject({ exitCode: 0, stderr: "" });
  expect(transcode.stdout).toContain("--max-height");
});

const wrong: [readonly string[], RegExp][] = [
  [[], /^Usage: viewra/],
  [["serv"], /^viewra: unknown command 'serv'\n\(Did you mean serve\?\)/],
  [["store"], /^Usage: viewra store/],
  [["store", "verfy"], /unknown command 'verfy'/],
  [["probe"], /missing required argument 'file'/],
  [["probe", "a", "b"], /too many arguments/],
  [["probe", "a", "--jsn"], /unknown option '--jsn'/],
  [["serve", "--port"], /argument missing/],
  [["transcode", "film.mkv"], /required option '-o, --output <dir>'/],
  [["transcode", "film.mkv", "-o", "out", "--container", "webm"], /Allowed choices are dash, hls/],
  [["transcode", "film.mkv", "-o", "out", "--quality", "best"], /Allowed choices are low, medium/],
  [["transcode", "film.mkv", "-o", "out", "--max-height", "144"], /from 240 up/],
  [["transcode", "film.mkv", "-o", "out", "--max-height", "7e2"], /from 240 up/],
  [["completions", "powershell"], /Allowed choices are bash, zsh, fish/],
];

test.each(wrong)("%j is told on stderr with exit code 2", async (args, message) => {
  const { exitCode, stdout, stderr } = await runCommand(args);
  expect(stderr).toMatch(message);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
});

test("a file whose name begins with a dash is told how to be written", async () => {
  await using folder = await createTempFolder("usage");
  const before = process.cwd();
  await Bun.write(folder.file("-film.mkv"), "");
  process.chdir(folder.path);
  try {
    const { exitCode, stderr } = await runCommand(["probe", "-film.mkv"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("./-film.mkv");
  } finally {
    process.chdir(before);
  }
});

test("wrong settings are named all at once, with what was expected and got", async () => {
  const env = { VIEWRA_PORT: "http", SEGMENT_DURATION: "0", LOG_LEVEL: "loud" };
  const { exitCode, stdout, stderr } = await runCommand(["doctor"], env);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  expect(stderr.split("\n")).toEqual([
    "viewra: 3 settings cannot be used",
    '  VIEWRA_PORT: expected a whole number from 0 to 65535, got "http"',
    expect.stringMatching(/^ {2}SEGMENT_DURATION: expected .*, got "0"$/),
    '  LOG_LEVEL: expected debug or info or warn or error, got "loud"',
    "",
  ]);
  const one = await runCommand(["serve", "--port", "99999"]);
  expect(one.exitCode).toBe(2);
  expect(one.stderr).toMatch(/^viewra: --port: expected .*, got "99999"\n$/);
});
