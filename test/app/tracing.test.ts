import { expect, test } from "bun:test";
import { dirname, join, resolve } from "node:path";
import { createWallClock } from "../../src/app/tracing/wall-clock.ts";

const root = resolve(import.meta.dir, "../..");
const transpilers = {
  ts: new Bun.Transpiler({ loader: "ts" }),
  tsx: new Bun.Transpiler({ loader: "tsx" }),
};

/** What is loaded with a file: the packages it and those below it name, whatever is imported later left out. */
async function loadedWith(path: string, seen = new Set<string>()): Promise<ReadonlySet<string>> {
  if (seen.has(path)) return seen;
  seen.add(path);
  const transpiler = transpilers[path.endsWith("x") ? "tsx" : "ts"];
  for (const { kind, path: name } of transpiler.scanImports(await Bun.file(path).text())) {
    if (kind !== "import-statement") continue;
    const isOwn = name.startsWith(".") && /\.tsx?$/.test(name);
    if (isOwn) await loadedWith(join(dirname(path), name), seen);
    else seen.add(name);
  }
  return seen;
}

test("where nothing is traced, nothing of OpenTelemetry is loaded", async () => {
  const loaded = [...(await loadedWith(join(root, "src/main.ts")))];
  expect(loaded).toContain("prom-client");
  expect(loaded.filter((name) => name.startsWith("@opentelemetry/"))).toEqual([]);
  const traced = [...(await loadedWith(join(root, "src/app/tracing/open-telemetry.ts")))];
  expect(traced).toContain("@opentelemetry/sdk-trace");
});

test("moments keep their distances on the wall clock, and are those of the wall clock", () => {
  const clock = createWallClock();
  const moments = Array.from({ length: 100 }, (_, i) => performance.now() + i * 0.37);
  const at = moments.map(clock);
  for (const [i, moment] of moments.entries()) {
    expect(Math.abs((at[i] ?? 0) - (at[0] ?? 0) - (moment - (moments[0] ?? 0)))).toBeLessThan(0.01);
  }
  expect(Math.abs(clock(performance.now()) - Date.now())).toBeLessThan(1_100);
});
