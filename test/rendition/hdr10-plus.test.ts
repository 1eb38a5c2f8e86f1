import { afterAll, beforeAll, expect, test } from "bun:test";
import { withHdr10Plus } from "../support/hdr10-plus.ts";
import { createPictureBench, decodePictures, type PictureBench } from "../support/picture-bench.ts";
import { runTool } from "../support/run-tool.ts";
import { openCopyBench, type CopyBench } from "./copy/copy-bench.ts";
import { copyFilm } from "./copy/copy-film.ts";

let copying: CopyBench;
let playing: PictureBench;
let pictures: number;

beforeAll(async () => {
  copying = await openCopyBench("hdr10-plus");
  playing = await createPictureBench();
  const [plain, dynamic] = [copying.file("plain.hevc"), copying.file("dynamic.hevc")];
  const params = [
    ...[
      "log-level=none",
      "keyint=12",
      "min-keyint=12",
      "open-gop=0",
      "bframes=0",
      "repeat-headers=1",
    ],
    ...["colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc:max-cll=700,300"],
  ];
  const ffmpeg = ["ffmpeg", "-nostdin", "-v", "error"];
  await runTool([
    ...[...ffmpeg, "-f", "lavfi", "-i", "testsrc2=s=128x72:r=25:d=1"],
    ...["-pix_fmt", "yuv420p10le", "-c:v", "libx265", "-preset", "ultrafast"],
    ...["-x265-params", params.join(":"), plain],
  ]);
  const written = withHdr10Plus(await Bun.file(plain).bytes());
  ({ pictures } = written);
  await Bun.write(dynamic, written.bytes);
  for (const [name, raw] of Object.entries({ plain, dynamic })) {
    // A raw stream has no time stamps.
    const timed = ["-c", "copy", "-bsf:v", "setts=ts=N/25/TB"];
    const mp4 = copying.file(`${name}.mp4`);
    await runTool([...ffmpeg, "-i", raw, ...timed, mp4]);
    await runTool([...ffmpeg, "-i", mp4, "-c", "copy", copying.file(`${name}.mkv`)]);
  }
}, 30_000);

afterAll(async () => {
  await copying[Symbol.asyncDispose]();
  await playing[Symbol.asyncDispose]();
});

/** The light that each picture's message tells; null for one without. */
async function dynamicLight(path: string): Promise<unknown[]> {
  const { stdout } = await runTool([
    ...["ffprobe", "-v", "error", "-select_streams", "v:0", "-show_frames", "-of", "json"],
    ...["-show_entries", "frame=pts:frame_side_data=side_data_type,maxscl", path],
  ]);
  const { frames } = JSON.parse(new TextDecoder().decode(stdout));
  return frames.map((frame: { side_data_list?: { side_data_type: string }[] }) => {
    const found = frame.side_data_list?.find(({ side_data_type: type }) => type.includes("HDR10+"));
    return found ? JSON.stringify(found) : null;
  });
}

test.each(["mkv", "mp4"])(
  "HDR10+ in .%s is copied with each picture's message",
  async (ending) => {
    const path = copying.file(`dynamic.${ending}`);
    const source = await copying.probe(path);
    expect(source.video?.hdrMetadata).toEqual({
      mastering: null,
      light: { maxCll: 700, maxFall: 300 },
    });
    const expected = await dynamicLight(path);
    expect(expected).toHaveLength(pictures);
    expect(expected).not.toContain(null);
    const { refused, joined } = await copyFilm(path, source, copying.packager, `${path}.work`);
    expect([...refused.values()]).toEqual([]);
    expect(await dynamicLight(joined.get("v0") ?? "")).toEqual(expected);
  },
  30_000,
);

test("HDR10+ becomes SDR as the HDR10 in it does, whatever its messages tell", async () => {
  const shown = [];
  for (const name of ["plain", "dynamic"]) {
    const played = await playing.play(copying.file(`${name}.mkv`));
    expect(played.faults).toEqual([]);
    expect(played.rendition.recipe.treatment).toMatchObject({
      conversion: "tone-map",
      peakNits: 700,
    });
    shown.push(await decodePictures(played));
  }
  const [plain = [], dynamic = []] = shown;
  expect(plain.length).toBe(pictures);
  expect(dynamic.map((picture) => Bun.hash(picture))).toEqual(
    plain.map((picture) => Bun.hash(picture)),
  );
}, 60_000);
