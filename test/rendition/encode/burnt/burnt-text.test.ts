import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { farSamples, wholeFilm } from "../../../support/raw-frames.ts";
import {
  createPictureBench,
  decodePictures,
  type PictureBench,
} from "../../../support/picture-bench.ts";
import { runTool } from "../../../support/run-tool.ts";

let bench: PictureBench;
beforeAll(async () => {
  bench = await createPictureBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

const size = { width: 640, height: 360 };
const head = `[Script Info]
ScriptType: v4.00+
PlayResX: 640
PlayResY: 360

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,DejaVu Sans,32,&H00FFFFFF,&H000000FF,&H00000000,&H00000000,0,0,0,0,100,100,0,0,1,2,0,2,10,10,10,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
`;
/** Lines that are there across every cut, one put above another that goes before it, signs that move and fade. */
const lines = [
  "0:00:00.00,0:00:02.52,at the very beginning",
  "0:00:01.48,0:00:07.96,{\\i1}above{\\i0} the first, and there it stays",
  "0:00:03.00,0:00:04.04,two",
  "0:00:05.00,0:00:09.00,{\\pos(320,60)}a sign",
  "0:00:05.52,0:00:06.48,{\\move(200,150,240,170)}it moves",
  "0:00:07.00,0:00:11.00,{\\fad(1500,1500)\\an9}it fades",
  "0:00:08.48,0:00:11.96,{\\an7\\c&H000000&\\3c&HFFFFFF&}dark; one 'quoted', [bracketed] \\h and: so",
].map((line) => line.replace(/^([^,]*,[^,]*),/, "Dialogue: 0,$1,Default,,0,0,0,,"));

async function film(name: string, rate: string, args: readonly string[] = []): Promise<string> {
  const path = bench.file(name);
  const script = `${path}.ass`;
  await Bun.write(script, `${head}${lines.join("\n")}\n`);
  await runTool([
    ...["ffmpeg", "-y", "-v", "error", "-f", "lavfi"],
    ...["-i", `color=gray:s=640x360:r=${rate}:d=12`, "-i", script, ...args],
    ...["-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", path],
  ]);
  return path;
}

describe("text that becomes part of the pictures is what FFmpeg draws over the whole film", () => {
  const rates = ["25", "24000/1001"];
  const starts: (readonly number[] | "each")[] = ["each", [1, 4, 7, 9]];
  for (const rate of rates) {
    for (const from of rate === "25" ? starts : starts.slice(1)) {
      test(`${rate} pictures a second, runs from ${String(from)}`, async () => {
        const path = await film(`plain-${rate.replace("/", "-")}.mkv`, rate, ["-c:s", "ass"]);
        const played = await bench.play(path, from, { burntTrack: 1 });
        expect(played.faults).toEqual([]);
        const frames = await decodePictures(played);
        const drawn = ["-i", path, "-vf", `subtitles=filename=${path}`];
        const whole = await wholeFilm(drawn, size);
        expect(frames.length).toBe(whole.length);
        const off = frames.flatMap((frame, i) => {
          const far = farSamples(frame, whole[i] ?? frame);
          return far > 30 ? [`${i}: ${far}`] : [];
        });
        expect(off).toEqual([]);
      }, 60_000);
    }
  }
});

/** A typeface that no machine has: an installed one by another name, its letters as wide as each other. */
async function ownTypeface(): Promise<Uint8Array> {
  const bytes = await Bun.file("/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf").bytes();
  return rename(rename(bytes, "DejaVu", "Viewra"), "D e j a V u", "V i e w r a");
}

/** Names stand in a font as ASCII and as UTF-16. */
function rename(bytes: Uint8Array, from: string, to: string): Uint8Array {
  const text = Buffer.from(bytes).toString("latin1");
  const wide = (word: string): string => word.replaceAll(" ", "\0");
  return Buffer.from(text.replaceAll(wide(from), wide(to)), "latin1");
}

test("a film's own typefaces are used, whatever they are called, and what is none is passed over", async () => {
  const folder = bench.file("fonts");
  await Bun.write(`${folder}/a.ttf`, await ownTypeface());
  await Bun.write(`${folder}/b.ttf`, "no font at all");
  const fonts = [`${folder}/a.ttf`, `${folder}/b.ttf`, `${folder}/a.ttf`].flatMap((file) => [
    ...["-attach", file],
  ]);
  const types = [0, 1, 2].flatMap((i) => [
    ...[`-metadata:s:t:${i}`, "mimetype=application/x-truetype-font"],
    ...[`-metadata:s:t:${i}`, `filename=../../${i}'[x],;:\\.ttf`],
  ]);
  const path = bench.file("typeface.mkv");
  const script = head.replace("DejaVu Sans", "Viewra Sans Mono");
  await Bun.write(`${path}.ass`, `${script}${lines.join("\n")}\n`);
  await runTool([
    ...["ffmpeg", "-y", "-v", "error", "-f", "lavfi", "-i", "color=gray:s=640x360:r=25:d=12"],
    ...["-i", `${path}.ass`, ...fonts, ...types, "-c:s", "ass", "-c:v", "libx264", path],
  ]);
  const played = await bench.play(path, [1, 5], { burntTrack: 1 });
  expect(played.faults).toEqual([]);
  const frames = await decodePictures(played);
  const whole = await wholeFilm(["-i", path, "-vf", `subtitles=filename=${path}`], size);
  expect(frames.map((frame, i) => farSamples(frame, whole[i] ?? frame) > 30)).not.toContain(true);
  // Drawn with another typeface it would be seen.
  const plain = await wholeFilm(["-i", path, "-vf", `ass=filename=${path}.ass`], size);
  expect(farSamples(plain[60] ?? new Uint8Array(), whole[60] ?? new Uint8Array())).toBeGreaterThan(
    500,
  );
}, 60_000);

/** What a film may be beside its text: whatever it is, the text stands where it is meant and in its own colours. */
const shapes: [string, readonly string[]][] = [
  ["in a folder of a hostile name", []],
  ["of samples that are not square", ["-vf", "scale=480:360,setsar=4/3"]],
  [
    "of HDR",
    [
      ...["-vf", "format=yuv420p10le", "-color_primaries", "bt2020", "-color_trc", "smpte2084"],
      ...["-colorspace", "bt2020nc"],
    ],
  ],
  ["that begins late", ["-output_ts_offset", "3.7"]],
];

test.each(shapes)(
  "text in a film %s",
  async (what, args) => {
    const name = what.includes("hostile") ? String.raw`it's [a], b;c=d:e\f %n.mkv` : `${what}.mkv`;
    const path = bench.file(name);
    await Bun.write(bench.file("shape.ass"), `${head}${lines.join("\n")}\n`);
    await runTool([
      ...["ffmpeg", "-y", "-v", "error", "-f", "lavfi", "-i", "color=0x202020:s=640x360:r=25:d=12"],
      ...["-i", bench.file("shape.ass"), "-c:s", "ass", ...args],
      ...["-c:v", "libx264", "-preset", "ultrafast", `file:${path}`],
    ]);
    const played = await bench.play(path, [1, 5, 9], { burntTrack: 1 });
    const frames = await decodePictures(played);
    const blank = await bench.play(path, [1, 5, 9]);
    const empty = await decodePictures(blank);
    expect([...played.faults, ...blank.faults]).toEqual([]);
    // What the same text looks like over a dark film: what is bright there must be so here.
    const drawn = ["-f", "lavfi", "-i", "color=0x202020:s=640x360:r=25:d=12"];
    const whole = await wholeFilm([...drawn, "-vf", `ass=${bench.file("shape.ass")}`], size);
    const { width, height } = played.rendition.recipe;
    expect([width, height]).toEqual([640, 360]);
    const bare = await wholeFilm(drawn, size);
    for (const [i, frame] of frames.entries()) {
      const wanted = farSamples(whole[i] ?? frame, bare[i] ?? frame);
      const got = farSamples(frame, empty[i] ?? frame);
      expect({
        i,
        share: Math.abs(got - wanted) < 60 + wanted * 0.1 || `${got} ${wanted}`,
      }).toEqual({ i, share: true });
    }
  },
  60_000,
);
