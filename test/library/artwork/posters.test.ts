import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { $ } from "bun";
import { ViewraError } from "../../../src/errors/viewra-error.ts";
import { artFormat } from "../../../src/library/artwork/art-format.ts";
import { createArtwork, type Artwork } from "../../../src/library/artwork/artwork.ts";
import type { Source } from "../../../src/media/source.ts";
import { createLogger } from "../../../src/log/logger.ts";
import { createProber } from "../../../src/probe/prober.ts";
import { createProcessRunner } from "../../../src/process/process-runner.ts";
import { until } from "../open-test-library.ts";

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

/** Posters 480 wide, as JPEG. */
function createPosters(ffmpegPath: string, into: string) {
  const artwork = createArtwork({ runner, ffmpegPath, folder: into, follow: async (path) => path });
  const request = { kind: "poster", width: 480, format: artFormat(null) } as const;
  return {
    make: (
      ...[path, source, signal]: [string, Source, AbortSignal?]
    ): ReturnType<Artwork["make"]> => artwork.make(path, source, request, signal),
  };
}

async function film(name: string, input: readonly string[]): Promise<string> {
  const path = join(folder, name);
  await $`ffmpeg -v error -f lavfi -i ${input[0] ?? ""} -t 3 ${input.slice(1)} ${path}`.quiet();
  return path;
}

function codeOf(thrown: unknown): string {
  return thrown instanceof ViewraError ? thrown.code : String(thrown);
}

/** How many lines a file has; 0 while it is not there. */
async function linesOf(path: string): Promise<number> {
  const text = await readFile(path, "utf8").catch(() => "");
  return text.split("\n").length - 1;
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
    const posters = createPosters("ffmpeg", join(folder, "p"));
    const made = await Promise.all([1, 2, 3, 4].map(() => posters.make(path, source)));
    expect(new Set(made).size).toBe(1);
    expect(await sizeOf(made[0] ?? "")).toBe("mjpeg,480,204");
    expect(await readdir(join(folder, "p"))).toHaveLength(1);
    // Again after a restart: nothing is run.
    const later = createPosters("/nowhere", join(folder, "p"));
    expect(await later.make(path, source)).toBe(made[0] ?? "");
  });

  test("of a film without pictures is refused", async () => {
    const path = await film("sound.m4a", ["sine", "-c:a", "aac"]);
    const posters = createPosters("ffmpeg", join(folder, "q"));
    const made = posters.make(path, await prober.probe(path));
    await expect(made).rejects.toMatchObject({ code: "ARTWORK_NOT_FOUND" });
  });

  test("that cannot be made leaves nothing behind, and does not keep others from theirs", async () => {
    const path = await film("good.mkv", ["testsrc2=s=160x90:r=25", "-c:v", "libx264"]);
    const source = await prober.probe(path);
    const bad = join(folder, "bad.mkv");
    await writeFile(bad, "no film");
    const posters = createPosters("ffmpeg", join(folder, "r"));
    const broken = { ...source, fingerprint: "sha256-sampled:7:bad" };
    const failures = [1, 2, 3, 4, 5].map((i) =>
      posters.make(bad, { ...broken, fingerprint: `sha256-sampled:7:bad${i}` }),
    );
    const codes = await Promise.all(failures.map((failure) => failure.catch(codeOf)));
    expect(codes).toEqual(Array.from({ length: 5 }, () => "MEDIA_UNREADABLE"));
    expect(await posters.make(path, source)).toEndWith(".jpg");
    expect(await readdir(join(folder, "r"))).toHaveLength(1);
  });

  test("that nobody waits for any more is not made, and those who wait are not held up by it", async () => {
    const path = await film("wanted.mkv", ["testsrc2=s=160x90:r=25", "-c:v", "libx264"]);
    const source = await prober.probe(path);
    const begun = join(folder, "begun");
    const slow = join(folder, "slow-ffmpeg");
    // Never ends for any film but the wanted one.
    const script = `#!/bin/sh\necho "$*" >> ${begun}\ncase "$*" in *wanted.mkv*) exec ffmpeg "$@";; esac\nexec sleep 60\n`;
    await writeFile(slow, script);
    await chmod(slow, 0o755);
    const posters = createPosters(slow, join(folder, "s"));
    const leave = new AbortController();
    const gone = Array.from({ length: 300 }, (_, i) =>
      posters
        .make(`/gone-${i}.mkv`, { ...source, fingerprint: `x:${i}` }, leave.signal)
        .catch(codeOf),
    );
    await until(async () => (await linesOf(begun)) === 2);
    const wanted = posters.make(path, source);
    leave.abort();
    expect(new Set(await Promise.all(gone))).toEqual(new Set(["CANCELLED"]));
    expect(await wanted).toEndWith(".jpg");
    expect(await linesOf(begun)).toBe(3);
    expect(runner.running).toBe(0);
    expect(await readdir(join(folder, "s"))).toHaveLength(1);
  }, 20_000);

  test("is made as long as one of those who asked waits, and again for whoever comes after all had gone", async () => {
    const path = await film("shared.mkv", ["testsrc2=s=160x90:r=25", "-c:v", "libx264"]);
    const source = await prober.probe(path);
    const posters = createPosters("ffmpeg", join(folder, "t"));
    for (const stays of [true, false]) {
      const leave = new AbortController();
      const kept = stays ? [posters.make(path, source, new AbortController().signal)] : [];
      const left = [1, 2].map(() => posters.make(path, source, leave.signal).catch(codeOf));
      leave.abort();
      const late = stays ? [] : [posters.make(path, source)];
      expect(await Promise.all(left)).toEqual(["CANCELLED", "CANCELLED"]);
      for (const made of await Promise.all([...kept, ...late])) expect(made).toEndWith(".jpg");
      await rm(join(folder, "t"), { recursive: true });
    }
    expect(await posters.make(path, source, AbortSignal.abort()).catch(codeOf)).toBe("CANCELLED");
  });
});
