import { afterAll, beforeAll, expect, test } from "bun:test";
import { runTool } from "../support/run-tool.ts";
import { openCopyBench, type CopyBench } from "../rendition/copy/copy-bench.ts";
import { copyFilm } from "../rendition/copy/copy-film.ts";

let bench: CopyBench;
beforeAll(async () => {
  bench = await openCopyBench("copied-colours");
});
afterAll(() => bench[Symbol.asyncDispose]());

const quietClosed = "log-level=none:open-gop=0";
/** VP9's packets say next to nothing of colours: the container does. */
const codecs = [
  ["vp9", "webm", ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8"]],
  ["vp9", "mp4", ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8"]],
  ["h264", "mkv", ["-c:v", "libx264", "-preset", "ultrafast"]],
  ["h264", "mp4", ["-c:v", "libx264", "-preset", "ultrafast"]],
  ["hevc", "mkv", ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", quietClosed]],
] as const;
const colours = [
  ["bt709", "bt709", "bt709"],
  ["smpte170m", "smpte170m", "smpte170m"],
  ["bt470bg", "gamma28", "bt470bg"],
  ["bt2020", "bt2020-10", "bt2020nc"],
] as const;

interface Stream {
  readonly color_primaries?: string;
  readonly color_transfer?: string;
  readonly color_space?: string;
  readonly color_range?: string;
}

async function coloursOf(path: string): Promise<Stream> {
  const entries = "stream=color_primaries,color_transfer,color_space,color_range";
  const { stdout } = await runTool([
    ...["ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries", entries],
    ...["-of", "json", path],
  ]);
  const { streams } = JSON.parse(new TextDecoder().decode(stdout));
  return streams[0];
}

const cases = codecs.flatMap(([codec, ending, args]) =>
  colours.flatMap((colour) =>
    ["tv", "pc", "unknown"].map((range) => [codec, ending, colour, range, args] as const),
  ),
);

test.each(cases)(
  "%s in .%s of %p and range %s is copied with its colours",
  async (codec, ending, [primaries, transfer, matrix], range, args) => {
    const path = bench.file(`${codec}-${primaries}-${range}.${ending}`);
    await runTool([
      ...["ffmpeg", "-nostdin", "-v", "error", "-y", "-f", "lavfi"],
      ...["-i", "testsrc2=s=160x90:r=25:d=1,format=yuv420p", "-g", "12", ...args],
      ...["-color_primaries", primaries, "-color_trc", transfer, "-colorspace", matrix],
      ...["-color_range", range, path],
    ]);
    const source = await bench.probe(path);
    const { refused, joined } = await copyFilm(path, source, bench.packager, `${path}.work`);
    expect([...refused.values()]).toEqual([]);
    const made = joined.get("v0");
    if (made === undefined) throw new Error("expected copied pictures");
    const expected = await coloursOf(path);
    expect(expected).toMatchObject({ color_primaries: primaries, color_space: matrix });
    expect(await coloursOf(made)).toEqual(expected);
  },
  30_000,
);
