import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmod, mkdir, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { bareEnvironment, runExecutable } from "../cli/run-executable.ts";
import type { Ran } from "../cli/run-command.ts";
import { decodePictures } from "../support/compare-video.ts";
import { decodeTruth, judgeStream, type Truth } from "../support/judge-stream.ts";
import { makeSource } from "../support/make-source.ts";
import { endProcesses, markedProcesses } from "../support/marked-processes.ts";
import { runTool, tryTool } from "../support/run-tool.ts";
import { serverCommand } from "../support/server.ts";
import { serveFolder } from "../support/static-server.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";

let folder: TempFolder;
const rate = 30_000 / 1001;
const seconds = 5;

const transcode = (
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> =>
  runExecutable(folder.path, ["transcode", ...args], { SEGMENT_DURATION: "2", ...env });

beforeAll(async () => {
  folder = await createTempFolder("transcode");
  await makeSource(folder.file("film.mkv"), {
    durationSeconds: seconds,
    width: 640,
    height: 480,
    rate: "30000/1001",
    sound: [{ language: "eng" }, { language: "ger", channels: 1, sampleRateHz: 44_100 }],
  });
  await makeSource(folder.file("small.mp4"), { durationSeconds: 3, width: 320, height: 180 });
  // Long enough to be stopped in its middle; copied, as encoding it would take as long as the test.
  const again = ["-stream_loop", "40", "-i", folder.file("film.mkv"), "-c", "copy"];
  await runTool(["ffmpeg", "-nostdin", "-v", "error", ...again, folder.file("long.mkv")]);
}, 60_000);

afterAll(() => folder[Symbol.asyncDispose]());

const filesIn = async (name: string): Promise<string[]> =>
  (await readdir(folder.file(name), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(folder.file(name).length + 1))
    .toSorted();

describe("a film of three rungs and two languages", () => {
  let ran: Ran;
  let truth: Truth;

  beforeAll(async () => {
    truth = await decodeTruth(folder.file("film.mkv"), { soundTracks: 2 });
    ran = await transcode(["film.mkv", "-o", "out"], { LOG_LEVEL: "debug" });
  }, 60_000);

  test("comes out of one decode; the result is on stdout, the progress on stderr", async () => {
    expect(ran.exitCode, ran.stderr).toBe(0);
    expect(ran.stdout).toMatch(new RegExp(`^[0-9a-f]{64}  ${folder.file("out")}\n$`));
    expect(ran.stderr).toMatch(/^film\.mkv 100% segment 7\/7$/m);
    expect(ran.stderr).not.toContain("\r");
    const runs = ran.stderr
      .split("\n")
      .filter((line) => line.includes("process started") && line.includes("film.mkv"))
      .filter((line) => line.includes("libx264"));
    expect(runs).toHaveLength(1);
  });

  test("is complete: manifests, playlists, and every segment of every rendition", async () => {
    const renditions = ["a1", "a2", "v240", "v360", "v480"];
    const objects = renditions.flatMap((id) => [
      `${id}.m3u8`,
      `${id}/init.mp4`,
      ...[1, 2, 3, 4, 5, 6].map((n) => `${id}/${n}.m4s`),
    ]);
    const storyboard = ["s1.m3u8", "s1/1.jpg", "storyboard.vtt"];
    const all = ["manifest.mpd", "master.m3u8", ...storyboard, ...objects];
    expect(await filesIn("out")).toEqual(all.toSorted());
  });

  test.each(["manifest.mpd", "master.m3u8"])(
    "plays from a plain web server by its %s: every frame and sample, no warning",
    async (manifest) => {
      await using server = serveFolder(folder.file("out"));
      const faults = await judgeStream(`${server.url}/${manifest}`, truth, {
        ...{ rate, constantRate: true, videoTracks: 3 },
      });
      expect(faults).toEqual([]);
    },
    60_000,
  );
});

test("the same film gives the same manifests and init segments again, of one kind where that is asked for", async () => {
  const both = await transcode(["small.mp4", "-o", "both"]);
  const one = await transcode(["small.mp4", "-o", "hls", "--container", "hls"]);
  expect([both.exitCode, one.exitCode]).toEqual([0, 0]);
  expect(one.stdout.slice(0, 64)).toBe(both.stdout.slice(0, 64));
  const files = await filesIn("hls");
  expect(files).toEqual((await filesIn("both")).filter((name) => name !== "manifest.mpd"));
  for (const name of files.filter((file) => !file.endsWith(".m4s"))) {
    const again = await readFile(folder.file(`hls/${name}`));
    expect(again, name).toEqual(await readFile(folder.file(`both/${name}`)));
  }
}, 30_000);

describe("films that lack something, or have odd names", () => {
  const decoded = async (out: string, manifest: string): Promise<[number, string]> => {
    await using server = serveFolder(folder.file(out));
    const { grey, warnings } = await decodePictures(`${server.url}/${manifest}`);
    return [grey.length, warnings];
  };

  test("one without sound", async () => {
    const copy = ["-i", folder.file("small.mp4"), "-an", "-c", "copy", folder.file("mute.mp4")];
    await runTool(["ffmpeg", "-v", "error", ...copy]);
    expect((await transcode(["mute.mp4", "-o", "mute"])).exitCode).toBe(0);
    for (const manifest of ["manifest.mpd", "master.m3u8"]) {
      expect(await decoded("mute", manifest)).toEqual([75, ""]);
    }
  }, 30_000);

  test("one without pictures", async () => {
    const copy = ["-i", folder.file("small.mp4"), "-vn", "-c", "copy", folder.file("sound.m4a")];
    await runTool(["ffmpeg", "-v", "error", ...copy]);
    expect((await transcode(["sound.m4a", "-o", "sound"])).exitCode).toBe(0);
    await using server = serveFolder(folder.file("sound"));
    for (const manifest of ["manifest.mpd", "master.m3u8"]) {
      const play = [
        "ffmpeg",
        "-v",
        "warning",
        "-i",
        `${server.url}/${manifest}`,
        "-f",
        "null",
        "-",
      ];
      expect((await runTool(play)).stderr).toBe("");
    }
  }, 30_000);

  test("one that was cut off: its good part, and a warning that says how much that is", async () => {
    await writeFile(folder.file("cut.mkv"), await readFile(folder.file("film.mkv")));
    await truncate(
      folder.file("cut.mkv"),
      Math.round(Bun.file(folder.file("film.mkv")).size * 0.4),
    );
    const { exitCode, stderr } = await transcode(["cut.mkv", "-o", "cut", "--max-height", "240"]);
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(
      /^warning: cut\.mkv is truncated: the file says 0:05\.0, its data ends at 0:0[1-3]\.\d/m,
    );
    const good = await decodePictures(folder.file("cut.mkv"));
    const [count, warnings] = await decoded("cut", "manifest.mpd");
    expect(warnings).toBe("");
    expect(Math.abs(count - good.grey.length)).toBeLessThanOrEqual(2);
  }, 30_000);

  test("one whose name and folder mean something to a shell, a format or an option parser", async () => {
    const name = `-i "it's" 100%d $(id)\n.mp4`;
    await writeFile(folder.file(name), await readFile(folder.file("small.mp4")));
    const out = `out %d "$x"`;
    const { exitCode, stdout, stderr } = await transcode(["-o", out, "--", name]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(folder.file(out));
    expect(stderr).toContain(`-i "it's" 100%d $(id)\\u000a.mp4 100%`);
    expect(await decoded(out, "manifest.mpd")).toEqual([75, ""]);
  }, 30_000);
});

test("where FFmpeg dies in mid-film, the film goes on from there, and lacks nothing", async () => {
  const ffmpeg = folder.file("ffmpeg that dies twice");
  const deaths = folder.file("deaths");
  const film = folder.file("film.mkv");
  // Killed after its second segment, and once more; the third lives.
  const dies = `echo x >> '${deaths}'; [ $(wc -l < '${deaths}') -le 2 ] && ffmpeg "$@" | sed '/\\.2\\.mp4/q;/\\.3\\.mp4/q' && kill -TERM $$`;
  await writeFile(
    ffmpeg,
    `#!/bin/sh\ncase "$*" in *segment_list*) ${dies};; esac\nexec ffmpeg "$@"\n`,
  );
  await chmod(ffmpeg, 0o755);
  const ran = await transcode(["film.mkv", "-o", "mended"], { FFMPEG_PATH: ffmpeg });
  expect(ran.exitCode, ran.stderr).toBe(0);
  expect((await readFile(deaths, "utf8")).trim().split("\n").length).toBeGreaterThanOrEqual(2);
  const truth = await decodeTruth(film, { soundTracks: 2 });
  const played = await decodePictures(folder.file("mended/manifest.mpd"));
  expect(played.numbers).toEqual(truth.pictures.numbers);
});

describe("nothing is made", () => {
  const left = async (): Promise<string[]> =>
    (await readdir(folder.path)).filter((name) => name.startsWith("refused"));

  test.each([
    ["missing.mkv", {}, /^viewra: missing\.mkv: There is no such file\n$/],
    [
      "small.mp4",
      { FFMPEG_PATH: "/nonexistent" },
      /^viewra: \/nonexistent could not .*FFMPEG_PATH\n$/,
    ],
    [
      "small.mp4",
      { PACKAGER_PATH: "/nonexistent" },
      /^viewra: \/nonexistent could not .*PACKAGER_PATH\n$/,
    ],
    [
      "small.mp4",
      { VIEWRA_DATA_DIR: "/proc/none" },
      /^viewra: The cache folder \/proc\/none\/cache/,
    ],
  ])("of %s with %j", async (file, env, message) => {
    const { exitCode, stdout, stderr } = await transcode([file, "-o", "refused/deep"], env);
    expect(stderr).toMatch(message);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(await left()).toEqual([]);
  });

  test.each([
    ["films", /is not empty; choose a new one for -o/],
    ["small.mp4", /is a file/],
    ["/proc/none", /cannot be made there/],
  ])("into %s", async (out, message) => {
    await mkdir(folder.file("films"), { recursive: true });
    await writeFile(folder.file("films/mine"), "mine");
    const { exitCode, stderr } = await transcode(["small.mp4", "-o", out]);
    expect(stderr).toMatch(message);
    expect(exitCode).toBe(1);
    expect(await readdir(folder.file("films"))).toEqual(["mine"]);
  });

  /** An FFmpeg that is the real one until it comes to the film itself. */
  test.each([
    ["fails", 'echo "fake: broken" >&2; exit 1', /^viewra: .*fake: broken/m],
    ["crashes", "kill -SEGV $$", /^viewra: .*SIGSEGV/m],
    [
      "says that all went well and wrote nothing",
      "exit 0",
      /^viewra: FFmpeg ended before segment 1/m,
    ],
    [
      "stops half way",
      'ffmpeg "$@" | head -c 200; exit 0',
      /^viewra: FFmpeg ended before segment \d of 4 was whole/m,
    ],
  ])("when FFmpeg %s", async (name, script, message) => {
    const path = folder.file(`ffmpeg ${name}`);
    await writeFile(
      path,
      `#!/bin/sh\ncase "$*" in *segment_list*) ${script};; esac\nexec ffmpeg "$@"\n`,
    );
    await chmod(path, 0o755);
    const { exitCode, stdout, stderr } = await transcode(["small.mp4", "-o", "refused"], {
      FFMPEG_PATH: path,
    });
    expect(stderr).toMatch(message);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(await left()).toEqual([]);
  });

  test.skipIf(process.getuid?.() !== 0)(
    "when the disk is full",
    async () => {
      const disk = folder.file("disk");
      await mkdir(disk);
      await runTool(["mount", "-t", "tmpfs", "-o", "size=400k", "none", disk]);
      try {
        const { exitCode, stderr } = await transcode(["film.mkv", "-o", "disk/out"]);
        expect(stderr).toContain(`viewra: There is no room left on the disk of ${disk}/out\n`);
        expect(exitCode).toBe(1);
        expect(await readdir(disk)).toEqual([]);
      } finally {
        await runTool(["umount", "-l", disk]);
      }
    },
    30_000,
  );
});

describe("stopped in its middle", () => {
  const markName = "TRANSCODE_STOP_MARK";

  /** Starts a long transcode, waits until segments of it exist, and gives a way to see what is left. */
  async function begin(command: readonly string[]) {
    const mark = crypto.randomUUID();
    const child = Bun.spawn([...command], {
      cwd: folder.path,
      env: bareEnvironment(folder.path, { SEGMENT_DURATION: "2", TERM: "xterm", [markName]: mark }),
      stdin: "pipe",
      stdout: "pipe",
      stderr: "pipe",
    });
    const said = Promise.all(
      [child.stdout, child.stderr].map((stream) => new Response(stream).text()),
    );
    const work = folder.file("stopped/.viewra-unfinished/v240/1.m4s");
    const deadline = Date.now() + 20_000;
    while (!(await Bun.file(work).exists()) && Date.now() < deadline) await Bun.sleep(20);
    return {
      child,
      said: async () => (await said).join("\n"),
      processes: () => markedProcesses(markName, mark),
      [Symbol.asyncDispose]: async () => {
        await endProcesses(await markedProcesses(markName, mark));
        await child.exited;
      },
    };
  }

  const words = (): string[] => [...serverCommand(), "transcode", "long.mkv", "-o", "stopped"];

  test("by Ctrl-C on a terminal, where a bar was to be seen: nothing is left", async () => {
    const line = words()
      .map((word) => `'${word}'`)
      .join(" ");
    // The shell would go on with the next line if Viewra had not ended by the signal itself.
    const script = ["script", "-qec", `stty cols 70; ${line}; echo went on`, "/dev/null"];
    await using started = await begin(script);
    await started.child.stdin.write("\u0003");
    expect(await started.child.exited).not.toBe(0);
    const said = await started.said();
    expect(said).toMatch(/[█░]{24} +\d+%( \d+:\d\d left)? long\.mkv/);
    expect(said).toContain(`viewra: Stopped; nothing is left in ${folder.file("stopped")}`);
    expect(said).not.toContain("went on");
    expect(await started.processes()).toEqual([]);
    expect(await readdir(folder.path)).not.toContain("stopped");
  }, 40_000);

  test("by SIGTERM: the same, and the exit code tells it", async () => {
    await using started = await begin(words());
    started.child.kill("SIGTERM");
    expect(await started.child.exited).toBe(143);
    expect(await started.processes()).toEqual([]);
    expect(await readdir(folder.path)).not.toContain("stopped");
    expect(await readdir(folder.file("data/cache/work"))).toEqual([]);
  }, 40_000);

  test("by kill -9: nothing runs on, nothing looks whole, and the next try says what to do", async () => {
    {
      await using started = await begin(words());
      started.child.kill("SIGKILL");
      await started.child.exited;
      const deadline = Date.now() + 1000;
      while ((await started.processes()).length > 0 && Date.now() < deadline) await Bun.sleep(20);
      expect(await started.processes()).toEqual([]);
    }
    expect(await readdir(folder.file("stopped"))).toEqual([".viewra-unfinished"]);
    const unfinished = folder.file("stopped/.viewra-unfinished");
    const again = await transcode(["small.mp4", "-o", "stopped"]);
    expect(again.exitCode).toBe(1);
    expect(again.stderr).toContain(`remove ${unfinished}`);
    await rm(unfinished, { recursive: true });
    expect((await transcode(["small.mp4", "-o", "stopped"])).exitCode).toBe(0);
    // What the killed one worked on was swept away by the next.
    expect(await readdir(folder.file("data/cache/work"))).toEqual([]);
  }, 40_000);
});

test("a terminal sees one bar that ends at 100 % with the time it took", async () => {
  const line = [...serverCommand(), "transcode", "small.mp4", "-o", "terminal"].join("' '");
  const command = ["script", "-qec", `stty cols 70; '${line}'`, "/dev/null"];
  const env = Object.entries(bareEnvironment(folder.path, { TERM: "xterm" }));
  const settings = env.map(([name, value]) => `${name}=${value}`);
  const { exitCode, stdout } = await tryTool([
    "env",
    "-C",
    folder.path,
    "-i",
    ...settings,
    ...command,
  ]);
  expect(exitCode).toBe(0);
  const lines = new TextDecoder().decode(stdout).split("\r\n");
  const states = (lines[0] ?? "").split("\r\u001b[K");
  expect(states[1]).toMatch(/^░{24} +0% small\.mp4$/);
  expect(states.at(-1)).toMatch(/^█{24} 100% in 0:\d\d small\.mp4 segment 5\/5$/);
  for (const state of states) expect(Bun.stringWidth(state)).toBeLessThan(70);
  expect(lines[1]).toMatch(/^[0-9a-f]{64} {2}\S+terminal$/);
}, 30_000);
