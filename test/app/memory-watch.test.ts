import { expect, test } from "bun:test";
import fc from "fast-check";
import { createMemoryWatch, isMemoryShort } from "../../src/app/memory-watch.ts";

interface Memory {
  readonly totalKib: number;
  readonly availableKib: number;
  readonly limit?: string;
  readonly used?: number;
  readonly inactive?: number;
}

const reader = (memory: Memory) => {
  const { totalKib, availableKib, limit, used = 0, inactive = 0 } = memory;
  const files: Record<string, string> = {
    "/proc/meminfo": `MemTotal:  ${totalKib} kB\nMemFree: 1 kB\nMemAvailable:  ${availableKib} kB\n`,
    ...(limit === undefined ? {} : { "/sys/fs/cgroup/memory.max": `${limit}\n` }),
    "/sys/fs/cgroup/memory.current": `${used}\n`,
    "/sys/fs/cgroup/memory.stat": `anon 5\ninactive_file ${inactive}\n`,
  };
  return (path: string): string | null => files[path] ?? null;
};

test("memory is short when a tenth of the machine's is left, or of a container's limit, files aside", () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(share, share, share, fc.boolean(), (machine, group, files, isLimited) => {
      const used = Math.round((1 - group) * 1e9);
      const inactive = Math.round(files * used);
      const read = reader({
        ...{ totalKib: 8_000_000, availableKib: Math.round(machine * 8_000_000), used, inactive },
        limit: isLimited ? String(1e9) : "max",
      });
      const left = isLimited ? (1e9 - used + inactive) / 1e9 : 1;
      fc.pre(Math.abs(machine - 0.1) > 1e-6 && Math.abs(left - 0.1) > 1e-6);
      expect(isMemoryShort(read)).toBe(machine < 0.1 || left < 0.1);
    }),
  );
});

test("the system is asked once a second at most, and one that tells nothing is taken to have enough", () => {
  let looks = 0;
  const watch = createMemoryWatch((path) => {
    looks++;
    return path === "/proc/meminfo" ? "nothing" : null;
  });
  for (let i = 0; i < 1000; i++) expect(watch()).toBe(false);
  expect(looks).toBeLessThan(10);
  expect(typeof createMemoryWatch()()).toBe("boolean");
});
