import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { mkdir, open, readdir, readFile, symlink, truncate, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import type { Ran } from "../cli/run-command.ts";
import { bareEnvironment, runExecutable, runLine } from "../cli/run-executable.ts";
import { makeSource } from "../support/make-source.ts";
import { runTool } from "../support/run-tool.ts";
import { launchServer, serverCommand, startServer } from "../support/server.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";

let folder: TempFolder;
const tiny = { durationSeconds: 3, width: 320, height: 180 };

/** Runs Viewra in the test's folder to its end. */
const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> =>
  runExecutable(folder.path, args, env);

beforeAll(async () => {
  folder = await createTempFolder("cli");
  await makeSource(folder.file("film.mp4"), tiny);
  await makeSource(folder.file("whole.mkv"), { ...tiny, durationSeconds: 8 });
  await writeFile(folder.file("cut.mkv"), await readFile(folder.file("whole.mkv")));
  await truncate(folder.file("cut.mkv"), Bun.file(folder.file("whole.mkv")).size / 2);
  await writeFile(folder.file("empty.mp4"), "");
}, 60_000);

afterAll(() => folder[Symbol.asyncDispose]());

describe("probe", () => {
  test("prints what a film is on stdout, for people and for programs", async () => {
    const people = await run(["probe", "film.mp4"]);
    expect(people).toMatchObject({ exitCode: 0, stderr: "" });
    expect(people.stdout).toMatch(/^duration +0:03\.0$/m);
    expect(people.stdout).toMatch(/^video #0 +h264 320×180, 25\.000 fps$/m);
    const programs = await run(["probe", "--json", "film.mp4"]);
    expect(programs).toMatchObject({ exitCode: 0, stderr: "" });
    expect(JSON.parse(programs.stdout)).toMatchObject({
      durationSeconds: 3,
      video: { width: 320, height: 180 },
      truncated: null,
    });
  });

  test("needs no folder it may write to, and no FFmpeg", async () => {
    const { exitCode } = await run(["probe", "film.mp4"], {
      VIEWRA_DATA_DIR: "/proc/none",
      FFMPEG_PATH: "/nonexistent",
    });
    expect(exitCode).toBe(0);
  });

  test("says how much there is of a file that was cut off", async () => {
    const { exitCode, stdout } = await run(["probe", "cut.mkv"]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^truncated +the file says 0:08\.0, its data ends at 0:0[2-5]\.\d$/m);
  });

  test("a missing ffprobe is named, with what to do", async () => {
    const { exitCode, stderr } = await run(["probe", "film.mp4"], { FFPROBE_PATH: "/nonexistent" });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^viewra: \/nonexistent could not be started: .*; .*FFPROBE_PATH\n$/);
  });
});

describe("in a pipe", () => {
  test.each([
    "viewra --help | head -1",
    "viewra probe film.mp4 --json | head -1",
    "viewra completions bash | true",
    "viewra probe film.mp4 --json | jq -e '.video.width == 320'",
  ])("%s ends well and in silence", async (line) => {
    if (line.includes("jq") && Bun.which("jq") === null) return;
    expect(await runLine(folder.path, line)).toMatchObject({ exitCode: 0, stderr: "" });
  });

  test("results that cannot be written are a failure", async () => {
    const { exitCode, stderr } = await runLine(folder.path, "viewra probe film.mp4 > /dev/full");
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^viewra: the results cannot be written: ENOSPC/);
  });

  test("closed streams are no reason to fail", async () => {
    expect((await runLine(folder.path, "viewra probe film.mp4 >&- 2>&-")).exitCode).toBe(0);
    expect((await runLine(folder.path, "viewra probe missing.mp4 2>&-")).exitCode).toBe(1);
  });
});

describe("doctor", () => {
  test("finds everything on a machine where tests run", async () => {
    const { exitCode, stdout, stderr } = await run(["doctor"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toMatch(/^ok +FFmpeg +\d/m);
    for (const codec of ["h264", "hevc", "av1", "vp9"]) {
      const works = `^ok +encoder ${codec} +ffmpeg_software works .*, 720p `;
      expect(stdout).toMatch(new RegExp(works, "m"));
    }
  });

  test("says of each thing that is missing what to do, and of the rest that it works", async () => {
    const { exitCode, stdout } = await run(["doctor"], {
      FFMPEG_PATH: "/nonexistent",
      PACKAGER_PATH: "/bin/true",
      VIEWRA_DATA_DIR: "/proc/none",
    });
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^MISSING +FFmpeg .*apt install ffmpeg/m);
    expect(stdout).toMatch(/^ok +ffprobe /m);
    expect(stdout).toMatch(/^MISSING +Shaka Packager .*another program.*PACKAGER_PATH/m);
    expect(stdout).toMatch(/^MISSING +encoder h264 /m);
    expect(stdout).toMatch(/^ok +encoder av1 +not made here /m);
    expect(stdout).toMatch(/^MISSING +data folder +The data folder \/proc\/none cannot be used/m);
  });
});

describe("serve refuses to start", () => {
  test.each([
    [{ VIEWRA_DATA_DIR: "/proc/none" }, /^viewra: The data folder \/proc\/none cannot be used/m],
    [{ CONTENT_STORE_PATH: "/dev/null" }, /^viewra: The content store \/dev\/null cannot be used/m],
    [{ VIEWRA_HOST: "203.0.113.7" }, /^viewra: 203\.0\.113\.7 is no address of this machine/m],
  ])("with %j, and says why with exit code 1", async (env, message) => {
    const { exitCode, stdout, stderr } = await run(["serve", "--port", "0"], env);
    expect(stderr).toMatch(message);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
  });

  test("with settings that are wrong, all named at once, with exit code 2", async () => {
    const env = { VIEWRA_PORT: "http", TRANSCODE_FILL: "sometimes", SEGMENT_DURATION: "4 weeks" };
    const { exitCode, stdout, stderr } = await run(["serve"], env);
    for (const name of Object.keys(env)) expect(stderr).toContain(`  ${name}: expected `);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  });

  test("with a database that is none, which it leaves as it is", async () => {
    const bytes = crypto.getRandomValues(new Uint8Array(10_000));
    await mkdir(folder.file("damaged"));
    await writeFile(folder.file("damaged/viewra.db"), bytes);
    const { exitCode, stderr } = await run(["serve", "--port", "0", "--data-dir", "damaged"]);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /viewra: The database .*damaged\/viewra\.db is damaged or not a database\. Move/,
    );
    expect(await Bun.file(folder.file("damaged/viewra.db")).bytes()).toEqual(bytes);
  });

  test("on a port that is taken, and in a data folder that is", async () => {
    const dataDir = folder.file("taken");
    await using server = await startServer({ dataDir });
    const port = new URL(server.url).port;
    const other = await run(["serve", "--port", port, "--data-dir", folder.file("other")]);
    expect(other.exitCode).toBe(1);
    expect(other.stderr).toContain(`viewra: Port ${port} of 127.0.0.1 is in use`);
    const second = await run(["serve", "--port", "0", "--data-dir", dataDir]);
    expect(second.exitCode).toBe(1);
    expect(second.stderr).toMatch(
      /^viewra: Another Viewra server uses the data folder .*--data-dir\n$/,
    );
    // The one that runs is none the worse for it, and other commands may use its folder.
    expect((await fetch(`${server.url}/api/health`)).status).toBe(200);
    expect((await run(["store", "verify", "--data-dir", dataDir])).exitCode).toBe(0);
  }, 30_000);
});

test("a library folder that is not there is told, and the server goes on without it", async () => {
  await using server = await startServer({
    dataDir: folder.file("serve"),
    library: [folder.file("not mounted")],
  });
  expect(server.log()).toMatch(/ERROR library folder left out .*not mounted does not exist/);
  expect(await server.api.files()).toEqual([]);
});

test("a server without FFmpeg says so at once, and answers", async () => {
  await using server = await startServer({
    dataDir: folder.file("serve"),
    env: { FFMPEG_PATH: "/nonexistent" },
  });
  expect(server.log()).toMatch(/ERROR ffmpeg is missing.*apt install ffmpeg/);
  const health = await fetch(`${server.url}/api/health`);
  expect(await health.json()).toMatchObject({ status: "degraded" });
});

test("a server whose output nobody reads any more goes on serving", async () => {
  const child = Bun.spawn([...serverCommand(), "serve", "--port", "0"], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    env: bareEnvironment(folder.path, { LOG_LEVEL: "debug" }),
  });
  try {
    const out = child.stdout.getReader();
    const first = new TextDecoder().decode((await out.read()).value);
    const url = new URL(/http\S+/.exec(first)?.[0] ?? "");
    await out.cancel();
    await child.stderr.cancel();
    for (let i = 0; i < 3; i++) {
      const response = await fetch(new URL("/api/playback/start", url), { method: "POST" });
      expect(response.status).toBe(400);
    }
    // A request that was broken off in its middle is nothing to end for, either.
    await new Promise<void>((resolve) => {
      const socket = connect(Number(url.port), url.hostname, () => {
        socket.write("GET /api/media/files HTTP/1.1\r\nHost: x\r\n");
        socket.destroy();
        resolve();
      });
    });
    expect((await fetch(new URL("/api/health", url))).status).toBe(200);
  } finally {
    child.kill("SIGTERM");
    expect(await child.exited).toBe(0);
  }
});

test("a log that nobody reads keeps neither requests nor the end of the server waiting", async () => {
  const path = folder.file("log");
  await runTool(["mkfifo", path]);
  // Somebody has it open, and sleeps.
  const asleep = await open(path, "r+");
  const child = Bun.spawn([...serverCommand(), "serve", "--port", "0"], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: asleep.fd,
    env: bareEnvironment(folder.path, { LOG_LEVEL: "debug" }),
  });
  try {
    const first = new TextDecoder().decode((await child.stdout.getReader().read()).value);
    const [url = ""] = /http\S+/.exec(first) ?? [];
    // More than a pipe holds.
    for (let i = 0; i < 1000; i++) {
      const response = await fetch(`${url}api/playback/start`, { method: "POST" });
      expect(response.status).toBe(400);
    }
    child.kill("SIGTERM");
    const since = performance.now();
    expect(await child.exited).toBe(0);
    expect(performance.now() - since).toBeLessThan(10_000);
    // All that the pipe held, so that there was more to come.
    const { bytesRead } = await asleep.read(Buffer.alloc(1 << 20));
    expect(bytesRead).toBeGreaterThan(60_000);
  } finally {
    child.kill("SIGKILL");
    await asleep.close();
  }
}, 60_000);

describe("signals", () => {
  /** A server that listens, started as a shell would with these words before it. */
  async function serve(...before: string[]) {
    const words = [...before, ...serverCommand(), "serve", "--port", "0"];
    const child = Bun.spawn(words, {
      stdin: "ignore",
      stdout: "pipe",
      stderr: "ignore",
      env: bareEnvironment(folder.path),
    });
    const first = new TextDecoder().decode((await child.stdout.getReader().read()).value);
    return { child, url: /http\S+/.exec(first)?.[0] ?? "" };
  }

  test("one that is delivered twice at once, to the process and to its group, is one", async () => {
    const { child } = await serve();
    child.kill("SIGTERM");
    // Apart, or the system itself would make one of them.
    await Bun.sleep(3);
    child.kill("SIGTERM");
    expect(await child.exited).toBe(0);
  });

  test("a terminal that closes ends the server, but not under nohup", async () => {
    const plain = await serve();
    plain.child.kill("SIGHUP");
    expect(await plain.child.exited).toBe(0);

    const { child, url } = await serve("nohup");
    child.kill("SIGHUP");
    await Bun.sleep(200);
    expect((await fetch(`${url}api/health`)).status).toBe(200);
    child.kill("SIGTERM");
    expect(await child.exited).toBe(0);
  });

  test("a scan that is interrupted says that what it found is kept", async () => {
    await mkdir(folder.file("many"));
    const film = folder.file("film.mp4");
    await Promise.all(
      Array.from({ length: 300 }, (_, i) =>
        Bun.write(folder.file(`many/${i}.mp4`), Bun.file(film)),
      ),
    );
    const child = Bun.spawn([...serverCommand(), "scan", "many"], {
      cwd: folder.path,
      env: bareEnvironment(folder.path, { LOG_LEVEL: "debug", VIEWRA_DATA_DIR: folder.file("s") }),
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
    let said = "";
    for await (const bytes of child.stderr) {
      said += new TextDecoder().decode(bytes);
      if (said.includes("process ended")) child.kill("SIGINT");
    }
    expect(await child.exited).toBe(130);
    expect(said).toContain("viewra: Stopped; what was found so far is kept");
    expect(await new Response(child.stdout).text()).toMatch(/^300 files: \d+ new, /);
  }, 20_000);
});

test("a server that is told to stop before it listens ends without a word", async () => {
  await using server = launchServer({ dataDir: folder.file("early") });
  // From its first output on it hears signals: the database is made in the first start.
  while (server.log() === "") await Bun.sleep(1);
  server.signal("SIGTERM");
  expect(await server.exited).toBe(0);
  expect(await server.leftRunning()).toEqual([]);
});

describe("scan", () => {
  test("counts on stdout, names what is unreadable, and finds nothing new the second time", async () => {
    await mkdir(folder.file("films"));
    for (const name of ["film.mp4", "empty.mp4"]) {
      await symlink(folder.file(name), folder.file(`films/${name}`)).catch(() => {});
    }
    await writeFile(folder.file("films/good.mp4"), await readFile(folder.file("film.mp4")));
    await writeFile(folder.file("films/bad\n.mp4"), "");
    const first = await run(["scan", "films"]);
    expect(first.exitCode).toBe(0);
    expect(first.stdout).toMatch(/ 0 changed, 0 moved, 0 gone, \d unreadable\n/);
    expect(first.stdout).toContain(
      `unreadable ${JSON.stringify(folder.file("films/bad\n.mp4"))}: The file is empty`,
    );
    const second = await run(["scan", "films"]);
    expect(second.exitCode).toBe(0);
    expect(second.stdout).toContain("files: 0 new,");
  });

  test("a folder above a library is refused, one below it scans the library and says so", async () => {
    await mkdir(folder.file("films/deep"));
    const above = await run(["scan", "."]);
    expect(above.exitCode).toBe(1);
    expect(above.stderr).toContain("holds the folder of the library films");
    const below = await run(["scan", "films/deep"]);
    expect(below.exitCode).toBe(0);
    expect(below.stderr).toContain("lies in the library films, which is looked through as a whole");
  });

  test.each(["missing", "film.mp4"])("%s, which is no folder, is refused", async (name) => {
    const { exitCode, stdout, stderr } = await run(["scan", name]);
    expect(stderr).toMatch(new RegExp(`^viewra: ${name} (?:does not exist|is not a folder)\n$`));
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
  });
});

describe("store", () => {
  const storeData = (): string => folder.file("store-data");
  let hash = "";

  beforeAll(async () => {
    await mkdir(folder.file("store-films"));
    await writeFile(folder.file("store-films/film.mp4"), await readFile(folder.file("film.mp4")));
    await using server = await startServer({
      dataDir: storeData(),
      library: [folder.file("store-films")],
    });
    const film = (await server.api.awaitFiles(["film.mp4"])).get("film.mp4");
    const playback = await server.api.start(film?.id ?? "", { container: "dash" });
    hash = playback.content_hash;
    await server.api.object(playback, "manifest.mpd");
    await server.api.object(playback, "v180/1.m4s");
  }, 30_000);

  const store = (...args: string[]): Promise<Ran> =>
    run(["store", ...args, "--data-dir", storeData()]);
  const objectPath = (name: string): string =>
    `${storeData()}/content-store/${hash.slice(0, 2)}/${hash.slice(2, 4)}/${hash}/${name}`;

  test("stats counts what is there", async () => {
    const { exitCode, stdout, stderr } = await store("stats");
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toMatch(/^contents +1$/m);
    expect(stdout).toMatch(/^bytes +\d{5,} \(\d+\.\d kB\)$/m);
  });

  test("verify finds what was damaged, repair removes it, and then all is well", async () => {
    expect(await store("verify")).toMatchObject({
      exitCode: 0,
      stdout: "1 contents verified, 0 faults\n",
    });
    await truncate(objectPath("v180/1.m4s"), 100);
    const found = await store("verify");
    expect(found.exitCode).toBe(1);
    expect(found.stdout).toBe(`size       ${hash}/v180/1.m4s\n1 contents verified, 1 faults\n`);
    const repaired = await store("verify", "--repair");
    expect(repaired.exitCode).toBe(0);
    expect(existsSync(objectPath("v180/1.m4s"))).toBe(false);
    expect((await store("verify")).exitCode).toBe(0);
  });

  test("gc does not work beside a running server, and removes nothing", async () => {
    await using server = await startServer({ dataDir: storeData() });
    const refused = await store("gc");
    expect(refused).toMatchObject({ exitCode: 1 });
    expect(refused.stderr).toContain("Another Viewra server uses the data folder");
    expect((await fetch(server.api.url(`/api/v1/content/${hash}/plan.json`))).status).toBe(200);
  });

  test("gc keeps what a library has, also while its film is missing, and refuses without a library", async () => {
    expect((await store("gc")).stdout).toBe("0 contents removed, 0 B freed\n");
    await Bun.file(folder.file("store-films/film.mp4")).delete();
    const scanned = await run(["scan", "store-films", "--data-dir", storeData()]);
    expect(scanned.stdout).toContain("1 gone");
    expect((await store("gc")).stdout).toBe("0 contents removed, 0 B freed\n");

    const lost = { DATABASE_URL: `file:${folder.file("new.db")}` };
    const refused = await run(["store", "gc", "--data-dir", storeData()], lost);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain("No library is known here");

    // A database that knows another folder only, and no film in it: a disk that is not there, perhaps.
    await mkdir(folder.file("other-films"));
    const scanOther = ["scan", "other-films", "--data-dir", storeData()];
    expect((await run(scanOther, lost)).exitCode).toBe(0);
    const empty = await run(["store", "gc", "--data-dir", storeData()], lost);
    expect(empty.stderr).toContain("No library here holds a film");

    // It knows another film, and never had this one: whose it is, it cannot tell.
    await makeSource(folder.file("other-films/other.mp4"), { ...tiny, durationSeconds: 1 });
    expect((await run(scanOther, lost)).exitCode).toBe(0);
    const kept = await run(["store", "gc", "--data-dir", storeData()], lost);
    expect(kept.stdout).toContain("1 contents kept");
    expect(kept.stdout).toContain("0 contents removed");
    const freed = await run(["store", "gc", "--unknown", "--data-dir", storeData()], lost);
    expect(freed).toMatchObject({ exitCode: 0 });
    expect(freed.stdout).toContain(`removed ${hash} (`);
    expect(await readdir(`${storeData()}/content-store/tmp`)).toEqual([]);
    expect((await store("stats")).stdout).toMatch(/^contents +0$/m);
  }, 30_000);
});
