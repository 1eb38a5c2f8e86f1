import { afterAll, beforeAll, expect, test } from "bun:test";
import { planSeconds, renditionTimeline } from "../../../src/rendition/plan.ts";
import { runTool } from "../../support/run-tool.ts";
import { openCopyBench, type CopyBench } from "./copy-bench.ts";
import { copyFilm } from "./copy-film.ts";
import { listPackets } from "./packet-list.ts";

interface Span {
  readonly from: number;
  readonly to: number;
}

const seconds = 14;
const all = { from: 0, to: seconds };
let bench: CopyBench;
beforeAll(async () => {
  bench = await openCopyBench("coverage");
});
afterAll(() => bench[Symbol.asyncDispose]());

async function film(ending: string, pictures: Span, sound: Span): Promise<string> {
  const name = [pictures.from, pictures.to, sound.from, sound.to].join("-");
  const path = bench.file(`${name}.${ending}`);
  await runTool([
    ...["ffmpeg", "-nostdin", "-v", "error", "-y", "-itsoffset", String(pictures.from)],
    ...["-f", "lavfi", "-i", `testsrc2=s=160x90:r=25:d=${pictures.to - pictures.from}`],
    ...["-itsoffset", String(sound.from), "-f", "lavfi"],
    ...["-i", `aevalsrc=0.3*sin(440*2*PI*t):s=48000:d=${sound.to - sound.from}`],
    ...["-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-g", "25"],
    // Without this MP4 is filled with pictures from its beginning on.
    ...["-fps_mode", "passthrough"],
    ...["-c:a", "aac", path],
  ]);
  return path;
}

/** What stays out of a content that is copied from its first to its last moment, and what does not. */
const sides: readonly (readonly [
  what: string,
  pictures: Span,
  sound: Span,
  refused: string | null,
])[] = [
  ["sound that begins a little late", all, { from: 0.4, to: seconds }, null],
  ["sound that begins late", all, { from: 0.7, to: seconds }, "It begins 0.7 s after the film"],
  ["sound that ends a little early", all, { from: 0, to: 13.6 }, null],
  ["sound that ends early", all, { from: 0, to: 13.2 }, "It ends 0.8 s before the film"],
  ["sound that ends long before", all, { from: 0, to: 3 }, "It ends 11.0 s before the film"],
  ["pictures that begin a little late", { from: 0.2, to: seconds }, all, null],
  ["pictures that begin late", { from: 4, to: seconds }, all, null],
  ["pictures that begin very late", { from: 11, to: seconds }, all, "It begins 11.0 s after"],
  ["pictures that end early", { from: 0, to: 10 }, all, null],
  ["pictures that end very early", { from: 0, to: 8 }, all, "It ends 6.0 s before the film"],
];

test.each(["mkv", "mp4"].flatMap((ending) => sides.map((side) => [ending, ...side] as const)))(
  "in %s, of %s what is copied covers the film, and all of it",
  async (ending, what, pictures, sound, reason) => {
    const path = await film(ending, pictures, sound);
    const source = await bench.probe(path);
    const made = await copyFilm(path, source, bench.packager, `${path}.work`);
    const said = [...made.refused.values()];
    expect(said.map((message) => message.slice(0, reason?.length))).toEqual(reason ? [reason] : []);
    const [uncopied] = made.plan.renditions.filter(({ method }) => method === "encode");
    expect(uncopied?.kind).toBe(
      reason === null ? undefined : what.startsWith("sound") ? "audio" : "video",
    );
    for (const rendition of made.plan.renditions) {
      const joined = made.joined.get(rendition.id);
      if (rendition.method !== "copy" || joined === undefined) continue;
      const { boundaries, timescale } = renditionTimeline(made.plan, rendition);
      if (rendition.kind === "video") {
        expect(boundaries[0]).toBe(0);
        expect((boundaries.at(-1) ?? 0) / timescale).toBeCloseTo(planSeconds(made.plan), 1);
      }
      const [theirs, ours] = await Promise.all([
        listPackets(path, rendition.track),
        listPackets(joined, 0),
      ]);
      const origin = made.plan.source.originMicroseconds / 1e6;
      const seen = theirs.packets.filter(
        ({ pts }) => rendition.kind === "video" || pts / theirs.timescale > origin - 1e-4,
      );
      expect(ours.packets.map(({ digest }) => digest)).toEqual(seen.map(({ digest }) => digest));
      // All stand where the film has them, but for the first picture, which is shown from the zero on.
      const off = ours.packets
        .map(({ pts }, i) => pts / ours.timescale + origin - (seen[i]?.pts ?? 0) / theirs.timescale)
        .filter((_, i) => rendition.kind === "audio" || i > 0);
      expect(Math.max(...off.map(Math.abs))).toBeLessThan(0.0011);
    }
  },
  30_000,
);
