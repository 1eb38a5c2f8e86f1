import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { $ } from "bun";
import { ViewraError } from "../../src/errors/viewra-error.ts";
import { createPosters } from "../../src/library/posters.ts";
import { createLogger } from "../../src/log/logger.ts";
import { createProber } from "../../src/probe/prober.ts";
import { createProcessRunner } from "../../src/process/process-runner.ts";

const runner = createProcessRunner({
  log: createLogger({ level: "error", format: "text", write: () => {} }),
  setprivPath: null,
});
const prober = createProber({ runner, ffprobePath: "ffprobe" });
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "viewra-posters-"));
});
afterAll(async () => {
  await runner.close();
  await rm(folder, { recursive: true });
});

async function film(name: string, input: readonly string[]): Promise<string> {
  const path = join(folder, name);
  await $`ffmpeg -v error -f lavfi -i ${input[0] ?? ""} -t 3 ${input.slice(1)} ${path}`.quiet();
  return path;
}

function codeOf(thrown: unknown): string {
  return thrown instanceof ViewraError ? thrown.code : String(thrown);
}

async function sizeOf(path: string): Promise<string> {
  const { stdout } =
    await $`ffprobe -v error -show_entries stream=codec_name,width,height -of csv=p=0 ${path}`.quiet();
  return stdout.toString().trim();
}

describe("a poster", () => {
  test("is a JPEG 480 wide in the film's shape, made once however many ask", async () => {
    const path = await film("wide film, 100%.mkv", ["testsrc2=s=320x136:r=25", "-c:v", "libx264"]);
    const source = await prober.probe(path);
    const posters = createPosters({ runner, ffmpegPath: "ffmpeg", folder: join(folder, "p") });
    const made = await Promise.all([1, 2, 3, 4].map(() => posters.make(path, source)));
    expect(new Set(made).size).toBe(1);
    expect(await sizeOf(made[0] ?? "")).toBe("mjpeg,480,204");
    expect(await readdir(join(folder, "p"))).toHaveLength(1);
    // Again after a restart: nothing is run.
    const later = createPosters({ runner, ffmpegPath: "/nowhere", folder: join(folder, "p") });
    expect(await later.make(path, source)).toBe(made[0] ?? "");
  });

  test("of a film without pictures is refused", async () => {
    const path = await film("sound.m4a", ["sine", "-c:a", "aac"]);
    const posters = createPosters({ runner, ffmpegPath: "ffmpeg", folder: join(folder, "q") });
    const made = posters.make(path, await prober.probe(path));
    await expect(made).rejects.toMatchObject({ code: "MEDIA_UNSUPPORTED" });
  });

  test("that cannot be made leaves nothing behind, and does not keep others from theirs", async () => {
    const path = await film("good.mkv", ["testsrc2=s=160x90:r=25", "-c:v", "libx264"]);
    const source = await prober.probe(path);
    const bad = join(folder, "bad.mkv");
    await writeFile(bad, "no film");
    const posters = createPosters({ runner, ffmpegPath: "ffmpeg", folder: join(folder, "r") });
    const broken = { ...source, fingerprint: "sha256-sampled:7:bad" };
    const failures = [1, 2, 3, 4, 5].map((i) =>
      posters.make(bad, { ...broken, fingerprint: `sha256-sampled:7:bad${i}` }),
    );
    const codes = await Promise.all(failures.map((failure) => failure.catch(codeOf)));
    expect(codes).toEqual(Array.from({ length: 5 }, () => "MEDIA_UNREADABLE"));
    expect(await posters.make(path, source)).toEndWith(".jpg");
    expect(await readdir(join(folder, "r"))).toHaveLength(1);
  });
});
