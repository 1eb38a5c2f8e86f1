import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { renditionTimeline } from "../../../src/rendition/plan.ts";
import { runTool } from "../../support/run-tool.ts";
import { openCopyBench, type CopyBench } from "./copy-bench.ts";
import { copyFilm } from "./copy-film.ts";
import { listPackets } from "./packet-list.ts";
import { copyShapes, type CopyShape } from "./copy-shapes.ts";

let bench: CopyBench;
beforeAll(async () => {
  bench = await openCopyBench("copy");
});
afterAll(() => bench[Symbol.asyncDispose]());

async function make({ name, file, args }: CopyShape): Promise<string> {
  const path = bench.file(`${name.replaceAll(/\W+/g, "-")}${file}`);
  await runTool(["ffmpeg", "-nostdin", "-v", "error", "-y", ...args, path]);
  return path;
}

describe.each(copyShapes.map((shape) => [shape.name, shape] as const))("%s", (_name, shape) => {
  test("comes out packet by packet as it is, whatever the order in which its segments are asked for", async () => {
    const path = await make(shape);
    const source = await bench.probe(path);
    const { plan, refused, joined, durations, description } = await copyFilm(
      path,
      source,
      bench.packager,
      `${path}.work`,
    );
    expect([...refused.values()]).toEqual([...(shape.refused ?? [])]);
    for (const rendition of plan.renditions) {
      const file = joined.get(rendition.id);
      if (rendition.method !== "copy" || file === undefined) continue;
      const { startTicks } = rendition.recipe;
      // A millisecond is what clocks round; dash.js seeks once more to whatever is not zero.
      expect(startTicks === 0 || startTicks >= rendition.recipe.timescale / 1000).toBe(true);
      const [source_, made] = await Promise.all([
        listPackets(path, rendition.track),
        listPackets(file, 0),
      ]);
      // An encoder's priming, before the first picture, is no part of the content.
      const origin = plan.source.originMicroseconds / 1e6;
      const heard = source_.packets.filter(
        ({ pts }) => rendition.kind === "video" || pts / source_.timescale > origin - 1e-4,
      );
      expect(source_.packets.length - heard.length).toBeLessThanOrEqual(3);
      expect(made.packets.map(({ digest }) => digest)).toEqual(heard.map(({ digest }) => digest));
      // Time from the first packet on, on the clock of the source.
      const since = ({ packets, timescale }: typeof made): number[] =>
        packets.map(({ pts }) => (pts - (packets[0]?.pts ?? 0)) / timescale);
      const [expected, got] = [since({ ...source_, packets: heard }), since(made)];
      const coarsest = 1 / Math.min(source_.timescale, made.timescale);
      const off = got.map((at, i) => Math.abs(at - (expected[i] ?? Number.NaN)));
      // Equal to the tick where both count alike; within the coarser tick where sound has a clock of its own.
      const most = source_.timescale === made.timescale ? 1e-9 : coarsest;
      expect(Math.max(...off)).toBeLessThanOrEqual(most + 1e-9);
      if (source_.timescale === made.timescale && shape.statesDurations) {
        // The last may last to the end of the file, which its container says more exactly than ffprobe.
        const stated = heard.slice(0, -1).map(({ duration }) => duration ?? Number.NaN);
        expect(durations.get(rendition.id)?.slice(0, -1)).toEqual(stated);
      }
      const { boundaries, timescale } = renditionTimeline(plan, rendition);
      const playlist = description.playlists[rendition.id] ?? "";
      expect(playlist).toContain("#EXT");
      expect(boundaries.length).toBeGreaterThan(1);
      expect(timescale).toBe(rendition.recipe.timescale);
    }
  }, 30_000);
});
