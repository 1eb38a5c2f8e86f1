import { afterAll, describe, expect, test } from "bun:test";
import {
  childLimits,
  tellsOfRefusedMemory,
  type ChildKind,
} from "../../src/process/child-limits.ts";
import { createLogger } from "../../src/log/logger.ts";
import { describeFailure, failureError } from "../../src/process/process-result.ts";
import { createProcessRunner } from "../../src/process/process-runner.ts";
import { createTempFolder } from "../support/temp-folder.ts";

const log = createLogger({ level: "error", format: "text", write: () => {} });
const guarded = createProcessRunner({ log, setprivPath: Bun.which("setpriv") });
const unguarded = createProcessRunner({ log, setprivPath: null });
afterAll(() => Promise.all([guarded.close(), unguarded.close()]));

const kinds: readonly ChildKind[] = ["probe", "poster", "encode", "package"];
const runners = { guarded, unguarded };
const cases = kinds.flatMap((kind) =>
  (["guarded", "unguarded"] as const).map((runner) => ({ kind, runner })),
);
const gibibyte = 2 ** 30;

test.each(cases)("a child for $kind has its limits, $runner, and no core dump", async (one) => {
  const { kind } = one;
  const limits = childLimits(kind);
  const command = { command: "/bin/cat", args: ["/proc/self/limits"], kind };
  const { stdout, stderrTail } = await runners[one.runner].run(command);
  const bytes = (name: string): number[] =>
    new RegExp(`^${name} +(\\d+) +(\\d+) `, "m").exec(stdout)?.slice(1).map(Number) ?? [];
  expect(stderrTail).toBe("");
  expect(bytes("Max core file size")).toEqual([0, 0]);
  expect(bytes("Max data size")).toEqual([limits.memoryBytes, limits.memoryBytes]);
  const [fileBytes = -1] = bytes("Max file size");
  // Shells count in blocks of 512 bytes, or of 1024.
  expect([limits.fileBytes, limits.fileBytes * 2]).toContain(fileBytes);
});

test("a child without a kind has the limits of this process", async () => {
  const { stdout } = await guarded.run({ command: "/bin/cat", args: ["/proc/self/limits"] });
  expect(/^Max data size.*$/m.exec(stdout)?.[0]).toBe(
    /^Max data size.*$/m.exec(await Bun.file("/proc/self/limits").text())?.[0],
  );
});

describe("a child that asks for more", () => {
  test("gets no more memory, and its failure says so", async () => {
    // 8K pictures kept by the filter until the limit is met.
    const pictures = ["-f", "lavfi", "-i", "color=s=8192x4608:r=25", "-frames:v", "300"];
    const args = ["-v", "error", ...pictures, "-vf", "loop=-1:200", "-f", "null", "-"];
    const result = await guarded.run({ command: "ffmpeg", args, kind: "probe" });
    // Whatever its exit code says.
    expect(result.memoryLimitBytes).toBe(gibibyte);
    expect(describeFailure(result)).toBe("ffmpeg needs more memory than it may have (1024 MiB)");
    const error = failureError(result, "ENCODE_FAILED");
    expect(error.code).toBe("MEDIA_UNSUPPORTED");
    expect(error.details).toMatchObject({ memory_limit_bytes: gibibyte });
  });

  test("writes no file where it has none to write", async () => {
    await using folder = await createTempFolder("limits");
    const args = ["-c", `head -c 100 /dev/zero > ${folder.file("x")}`];
    expect((await guarded.run({ command: "/bin/sh", args, kind: "probe" })).ok).toBe(false);
    expect((await guarded.run({ command: "/bin/sh", args, kind: "package" })).ok).toBe(true);
  });
});

describe("limits", () => {
  const machines = [1, 2, 4, 8, 16, 32, 64, 128].flatMap((cores) =>
    [1, 4, 16, 64, 512].map((memory) => ({ cores, memoryBytes: memory * gibibyte })),
  );

  test("of an encode grow with the machine and are never more than it has, but for small ones", () => {
    for (const machine of machines) {
      const { memoryBytes } = childLimits("encode", machine);
      expect(memoryBytes).toBeGreaterThanOrEqual(4 * gibibyte);
      expect(memoryBytes).toBeLessThanOrEqual(Math.max(4 * gibibyte, machine.memoryBytes));
      const more = childLimits("encode", { ...machine, cores: machine.cores * 2 });
      expect(more.memoryBytes).toBeGreaterThanOrEqual(memoryBytes);
    }
  });

  // RLIMIT_DATA measured of 4K 10-bit HEVC to three renditions with x264's `medium`.
  test.each([
    [2, 2.8],
    [16, 6.6],
    [64, 17],
  ])("leave an honest 4K encode on %d cores room for twice what it needs", (cores, needed) => {
    const { memoryBytes } = childLimits("encode", { cores, memoryBytes: 256 * gibibyte });
    expect(memoryBytes / gibibyte).toBeGreaterThan(2 * needed);
  });

  test("that were met are known by what programs then say, and by nothing else", () => {
    for (const said of [
      "x264 [error]: malloc of size 21414530 failed",
      "[hevc @ 0x55c7bebbe640] get_buffer() failed",
      "Error while opening decoder for input stream #0:0 : Resource temporarily unavailable",
      "terminate called after throwing an instance of 'std::bad_alloc'",
      "film.mkv: Cannot allocate memory",
    ]) {
      expect([said, tellsOfRefusedMemory(said)]).toEqual([said, true]);
    }
    expect(tellsOfRefusedMemory("film.mkv: Invalid data found when processing input")).toBe(false);
  });
});
