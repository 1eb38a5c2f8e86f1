import { expect, test } from "bun:test";
import { copyFile, mkdir, readdir, symlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";

const built = process.env["VIEWRA_BIN"] ?? resolve(import.meta.dir, "../../dist/viewra");

/** The executable alone in a folder, on a machine that has FFmpeg and nothing else of ours. */
async function bareMachine(folder: TempFolder) {
  await mkdir(folder.file("bin"));
  await mkdir(folder.file("home"));
  for (const program of ["ffmpeg", "ffprobe", "setpriv"]) {
    const found = Bun.which(program);
    if (found !== null) await symlink(found, folder.file(join("bin", program)));
  }
  await copyFile(built, folder.file("viewra"));
  const env = { PATH: folder.file("bin"), HOME: folder.file("home") };
  return (args: readonly string[]) =>
    Bun.spawn([folder.file("viewra"), ...args], {
      cwd: folder.path,
      env,
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
}

test("the executable tells its version and finds its programs from an empty folder", async () => {
  await using folder = await createTempFolder("executable");
  const run = await bareMachine(folder);
  const version = run(["--version"]);
  expect((await new Response(version.stdout).text()).trim()).toMatch(/^\S*\d+\.\d+\.\d+/);
  expect(await version.exited).toBe(0);

  const doctor = run(["doctor"]);
  const said = await new Response(doctor.stdout).text();
  expect(await doctor.exited).toBe(0);
  expect(said).toContain("v3.4.2");
});

test("a server of the executable alone serves the page and is well, with Shaka Packager unpacked", async () => {
  await using folder = await createTempFolder("executable");
  const run = await bareMachine(folder);
  const data = folder.file("data");
  const server = run(["serve", "--port", "0", "--data-dir", data]);
  try {
    const url = await firstUrl(server.stdout);
    const page = await fetch(url);
    expect(page.status).toBe(200);
    const html = await page.text();
    expect(html).toContain("<title>Viewra</title>");
    const script = /src="([^"]+\.js)"/.exec(html)?.[1] ?? "";
    const text = await (await fetch(new URL(script, url))).text();
    expect(text.length).toBeGreaterThan(10_000);
    // React's development build would say so.
    expect(text).not.toContain("Each child in a list should have a unique");

    expect(await (await fetch(new URL("/api/health", url))).json()).toMatchObject({ status: "ok" });
    const files = await readdir(data, { recursive: true });
    expect(files.filter((file) => /packager-[a-z0-9-]+$/.test(file))).toHaveLength(1);
  } finally {
    const stoppedAt = performance.now();
    server.kill("SIGTERM");
    expect(await server.exited).toBe(0);
    // Nobody was being served, so there was nothing to wait for.
    expect(performance.now() - stoppedAt).toBeLessThan(4000);
  }
}, 30_000);

test("a .env file in the folder it is started from changes nothing", async () => {
  await using folder = await createTempFolder("executable");
  const run = await bareMachine(folder);
  await Bun.write(folder.file(".env"), "VIEWRA_PORT=nonsense\n");
  await Bun.write(folder.file("bunfig.toml"), 'preload = ["./missing.ts"]\n');
  expect(await run(["doctor"]).exited).toBe(0);
});

async function firstUrl(stdout: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let printed = "";
  for await (const bytes of stream(stdout)) {
    printed += decoder.decode(bytes, { stream: true });
    const url = /https?:\/\/[^\s"]+(?=\s)/.exec(printed)?.[0];
    if (url !== undefined) return url;
  }
  throw new Error(`the server ended before it printed its address: ${printed}`);
}

/** Chunks of a stream that stays open when the reader leaves, so that the server can go on printing. */
async function* stream(source: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = source.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}
