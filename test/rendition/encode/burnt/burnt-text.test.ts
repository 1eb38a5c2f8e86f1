import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { farSamples, wholeFilm } from "../../../support/burnt-frames.ts";
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
  const rates = ["25", "24000/1001", "60"];
  const starts: (readonly number[] | "each")[] = [[1], "each", [1, 4, 7, 9], [1, 2, 11]];
  for (const rate of rates) {
    for (const from of rate === "25" ? starts : starts.slice(1, 3)) {
      test(`${rate} pictures a second, runs from ${from}`, async () => {
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
