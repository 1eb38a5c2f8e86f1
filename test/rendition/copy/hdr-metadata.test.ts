import { afterAll, beforeAll, expect, test } from "bun:test";
import type { HdrMetadata, MasteringDisplay } from "../../../src/media/hdr-metadata.ts";
import { runTool } from "../../support/run-tool.ts";
import { addToSampleEntry } from "../../support/sample-entry-box.ts";
import { createRandom } from "../../support/shuffle.ts";
import { openCopyBench, type CopyBench } from "./copy-bench.ts";
import { copyFilm } from "./copy-film.ts";

let bench: CopyBench;
beforeAll(async () => {
  bench = await openCopyBench("copied-light");
});
afterAll(() => bench[Symbol.asyncDispose]());

const seed = Math.floor(Math.random() * 2 ** 32);
const random = createRandom(seed);
const upTo = (most: number): number => Math.floor(random() * (most + 1));
const point = () => ({ x: upTo(50_000), y: upTo(50_000) });

const pq = ["-color_primaries", "bt2020", "-color_trc", "smpte2084", "-colorspace", "bt2020nc"];
const codecs = [
  ["hevc", "mkv", ["libx265", "-preset", "ultrafast", "-x265-params", "log-level=none"]],
  ["av1", "mkv", ["libaom-av1", "-cpu-used", "8", "-usage", "realtime"]],
  ["vp9", "webm", ["libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8"]],
] as const;
const anyDisplay = (): MasteringDisplay => ({
  ...{ red: point(), green: point(), blue: point(), whitePoint: point() },
  ...{ minLuminance: upTo(50_000), maxLuminance: 50_001 + upTo(100_000_000) },
});
const anyLight = () => ({ maxCll: 1 + upTo(0xfffe), maxFall: upTo(0xffff) });
/** What a file may say: both, one of them, nothing. */
const said: readonly (readonly [string, HdrMetadata | null])[] = [
  ["display and light", { mastering: anyDisplay(), light: anyLight() }],
  ["a display", { mastering: anyDisplay(), light: null }],
  ["light", { mastering: null, light: anyLight() }],
  ["nothing", null],
];

/** The boxes as ISO/IEC 14496-12 has them, written apart from the program's own writer. */
function boxesOf({ mastering, light }: HdrMetadata): Buffer {
  const boxes: Buffer[] = [];
  if (mastering !== null) {
    const { green, blue, red, whitePoint, maxLuminance, minLuminance } = mastering;
    const bytes = Buffer.from("\0\0\0\x20mdcv" + "\0".repeat(24), "latin1");
    for (const [i, { x, y }] of [green, blue, red, whitePoint].entries()) {
      bytes.writeUInt16BE(x, 8 + 4 * i);
      bytes.writeUInt16BE(y, 10 + 4 * i);
    }
    bytes.writeUInt32BE(maxLuminance, 24);
    bytes.writeUInt32BE(minLuminance, 28);
    boxes.push(bytes);
  }
  if (light !== null) {
    const bytes = Buffer.from("\0\0\0\x0cclli\0\0\0\0", "latin1");
    bytes.writeUInt16BE(light.maxCll, 8);
    bytes.writeUInt16BE(light.maxFall, 10);
    boxes.push(bytes);
  }
  return Buffer.concat(boxes);
}

const cases = codecs.flatMap(([codec, ending, encoder]) =>
  said.map(([what, metadata]) => [codec, what, ending, encoder, metadata] as const),
);

test.each(cases)(
  `%s with %s in its header is probed with it, and copied with it, from MP4 and .%s (seed ${seed})`,
  async (codec, what, ending, encoder, metadata) => {
    const mp4 = bench.file(`${codec}-${what}.mp4`);
    await runTool([
      ...["ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=128x72:r=25:d=1"],
      ...["-pix_fmt", codec === "hevc" ? "yuv420p10le" : "yuv420p", "-threads", "1", "-g", "25"],
      ...["-c:v", ...encoder, ...pq, mp4],
    ]);
    if (metadata !== null) await addToSampleEntry(mp4, boxesOf(metadata));
    const other = bench.file(`${codec}-${what}.${ending}`);
    await runTool(["ffmpeg", "-nostdin", "-v", "error", "-i", mp4, "-c", "copy", other]);
    for (const path of [mp4, other]) {
      const source = await bench.probe(path);
      expect(source.video?.hdrMetadata).toEqual(metadata);
      const { refused, joined } = await copyFilm(path, source, bench.packager, `${path}.work`);
      expect([...refused.values()]).toEqual([]);
      const made = joined.get("v0");
      if (made === undefined) throw new Error("expected copied pictures");
      expect((await bench.probe(made)).video?.hdrMetadata).toEqual(metadata);
    }
  },
  30_000,
);
