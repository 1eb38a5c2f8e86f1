import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { chmod, mkdir, readdir, rename, symlink, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileError } from "../../src/probe/file-error.ts";
import { createProber } from "../../src/probe/prober.ts";
import { awkwardNames, disguisedScripts, fifo } from "../fixtures/hostile-media.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";
import { ffmpeg, recordingRunner, x264 } from "./probe-fixture.ts";

setDefaultTimeout(60_000);

let folder: TempFolder;
let film: string;
const { runner } = recordingRunner();
const prober = createProber({ runner, ffprobePath: "ffprobe", timeoutMs: 10_000 });

beforeAll(async () => {
  folder = await createTempFolder("hostile");
  film = folder.file("film.mp4");
  await ffmpeg("-f", "lavfi", "-i", "testsrc2=s=64x64:r=25:d=2", ...x264, film);
});
afterAll(async () => {
  expect(runner.running).toBe(0);
  await folder[Symbol.asyncDispose]();
});

/** The code and the sentence a path is refused with, and how long that took; fails when it is not refused. */
async function refusal(path: string): Promise<{ code: unknown; message: string; ms: number }> {
  const startedAt = performance.now();
  const thrown: unknown = await prober.probe(path).then(
    () => new Error(`${path} was taken for a film`),
    (reason: unknown) => reason,
  );
  const ms = performance.now() - startedAt;
  if (!(thrown instanceof Error) || !("code" in thrown)) throw thrown;
  return { code: thrown.code, message: thrown.message, ms };
}

test("a file that is not there is missing", async () => {
  expect(await refusal(folder.file("nowhere.mkv"))).toMatchObject({ code: "MEDIA_MISSING" });
  expect(await refusal(`${film}/inside.mkv`)).toMatchObject({ code: "MEDIA_MISSING" });
  await symlink(folder.file("nowhere.mkv"), folder.file("dangling.mkv"));
  expect(await refusal(folder.file("dangling.mkv"))).toMatchObject({ code: "MEDIA_MISSING" });
});

test("what is no regular file is refused at once, with what it is", async () => {
  const directory = folder.file("x.mkv");
  await mkdir(directory);
  await writeFile(folder.file("empty.mp4"), "");
  await fifo(folder.file("pipe.mp4"));
  await symlink(folder.file("loop.mp4"), folder.file("loop.mp4"));
  const refused = [
    [directory, "folder"],
    [folder.file("empty.mp4"), "empty"],
    [folder.file("pipe.mp4"), "pipe"],
    [folder.file("loop.mp4"), "link"],
    ["/dev/zero", "device"],
    ["/dev/null", "device"],
    [`${film}\0.mp4`, "zero byte"],
    [folder.file("x".repeat(300)), "longer"],
  ] as const;
  for (const [path, word] of refused) {
    const { code, message, ms } = await refusal(path);
    expect([path, code]).toEqual([path, "MEDIA_UNREADABLE"]);
    expect(message).toContain(word);
    expect(ms).toBeLessThan(500);
  }
});

test("a link to a film is a film", async () => {
  await symlink(film, folder.file("link.mkv"));
  expect((await prober.probe(folder.file("link.mkv"))).durationSeconds).toBe(2);
});

test("a film that may not be read says so", async () => {
  const denied = Object.assign(new Error("EACCES: permission denied"), { code: "EACCES" });
  expect(fileError(film, denied)).toMatchObject({
    code: "MEDIA_UNREADABLE",
    message: expect.stringContaining("Permission"),
    cause: denied,
  });
  // Whoever is root may read everything.
  if (process.getuid?.() === 0) return;
  const secret = folder.file("secret.mp4");
  await Bun.write(secret, Bun.file(film));
  await chmod(secret, 0o000);
  expect((await refusal(secret)).code).toBe("MEDIA_UNREADABLE");
});

test("a name that is not UTF-8 is refused with what to do", async () => {
  const inner = folder.file("foreign");
  await mkdir(inner);
  const name = Buffer.concat([
    Buffer.from(join(inner, "x")),
    Buffer.from([0xff, 0xfe]),
    Buffer.from(".mp4"),
  ]);
  await writeFile(name, await Bun.file(film).bytes());
  const [listed = ""] = await readdir(inner);
  const { code, message } = await refusal(join(inner, listed));
  expect(code).toBe("MEDIA_UNREADABLE");
  expect(message).toContain("UTF-8");
});

test.each(awkwardNames)("a film called %j is probed like any other", async (name) => {
  await using inner = await createTempFolder("awkward");
  await rename(await copyOf(film, inner.file("plain")), inner.file(name));
  expect((await prober.probe(inner.file(name))).durationSeconds).toBe(2);
  expect(await readdir(inner.path)).toEqual([name]);
});

async function copyOf(from: string, to: string): Promise<string> {
  await Bun.write(to, Bun.file(from));
  return to;
}

test("nothing that calls itself a film makes ffprobe open the file it names", async () => {
  // A film would be described, a pipe would be waited for: neither may happen.
  const pipe = await fifo(folder.file("bait.ts"));
  for (const other of [film, basename(pipe)]) {
    for (const [kind, text] of Object.entries(disguisedScripts(other))) {
      const path = folder.file(`${kind}.mp4`);
      await writeFile(path, text);
      const { code, ms } = await refusal(path);
      expect([kind, other, code]).toEqual([kind, other, "MEDIA_UNREADABLE"]);
      expect(ms).toBeLessThan(5000);
    }
  }
});

test("a picture is not a film", async () => {
  const frame = ["-f", "lavfi", "-i", "testsrc2=s=64x64:d=1", "-frames:v", "1"];
  await ffmpeg(...frame, folder.file("picture.png"), "-frames:v", "1", folder.file("picture.jpg"));
  for (const name of ["picture.png", "picture.jpg"]) {
    await rename(folder.file(name), folder.file("picture.mkv"));
    expect(await refusal(folder.file("picture.mkv"))).toMatchObject({ code: "MEDIA_UNREADABLE" });
  }
});

test("random bytes are refused", async () => {
  const noise = new Uint8Array(300_000);
  for (let i = 0, state = 1; i < noise.length; i++) {
    state = Math.imul(state, 1103515245) + 12345;
    noise[i] = state >>> 16;
  }
  await writeFile(folder.file("noise.mp4"), noise);
  expect((await refusal(folder.file("noise.mp4"))).code).toBe("MEDIA_UNREADABLE");
});

test("a track of an obscure codec is named and refused, not decoded", async () => {
  const path = folder.file("obscure.mkv");
  await ffmpeg("-f", "lavfi", "-i", "testsrc2=s=64x64:d=1", "-c:v", "magicyuv", path);
  const { code, message } = await refusal(path);
  expect(code).toBe("MEDIA_UNSUPPORTED");
  expect(message).toContain("magicyuv");
});

test("a file with subtitles alone holds nothing to play", async () => {
  await writeFile(folder.file("only.srt"), "1\n00:00:01,000 --> 00:00:02,000\nHello\n");
  await ffmpeg("-i", folder.file("only.srt"), folder.file("only.mkv"));
  expect((await refusal(folder.file("only.mkv"))).code).toBe("MEDIA_UNSUPPORTED");
});

test.each([32_767, 12_000])("pictures of %d² are refused before one is decoded", async (side) => {
  const path = folder.file("giant.avi");
  // A codec that has no size of its own: the container's is believed.
  await ffmpeg("-f", "lavfi", "-i", "testsrc2=s=64x64:d=1", "-c:v", "msmpeg4", path);
  const bytes = Buffer.from(await Bun.file(path).bytes());
  // BITMAPINFOHEADER: its length, then width and height, 32 bits each.
  const header = bytes.indexOf(Buffer.from([40, 0, 0, 0, 64, 0, 0, 0, 64, 0, 0, 0]));
  expect(header).toBeGreaterThan(0);
  bytes.writeUInt32LE(side, header + 4);
  bytes.writeUInt32LE(side, header + 8);
  await writeFile(path, bytes);
  const { code, message } = await refusal(path);
  expect(code).toBe("MEDIA_UNSUPPORTED");
  expect(message).toContain("larger");
});
