import { createRandom } from "../../support/shuffle.ts";
import { sound, type Film } from "../film.ts";
import { shape, type Shape } from "../shape.ts";

type Words = readonly string[];
interface Carrier {
  readonly extension: string;
  readonly pictures: readonly { readonly video: Words; readonly pixels: readonly string[] }[];
  readonly sounds: readonly Words[];
  readonly keepsAspect: boolean;
}

const x264: Words = ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "10", "-bf", "2"];
const x265: Words = [
  "-c:v",
  "libx265",
  "-preset",
  "ultrafast",
  "-x265-params",
  "log-level=none:pools=1:crf=8",
];
const mpeg2: Words = ["-c:v", "mpeg2video", "-q:v", "2", "-bf", "2"];
const mpeg4: Words = ["-c:v", "mpeg4", "-q:v", "2", "-bf", "2"];
const deep = ["yuv420p", "yuv422p", "yuv420p10le", "yuv444p10le"];
const aac: Words = ["-c:a", "aac", "-b:a", "384k"];
const ac3: Words = ["-c:a", "ac3", "-b:a", "448k"];
const pcm: Words = ["-c:a", "pcm_s16le"];

const carriers: readonly Carrier[] = [
  {
    extension: "mkv",
    pictures: [
      { video: x264, pixels: deep },
      { video: x265, pixels: ["yuv420p", "yuv420p10le"] },
      { video: ["-c:v", "ffv1"], pixels: [...deep, "yuv411p"] },
      {
        video: [
          "-c:v",
          "libvpx-vp9",
          "-deadline",
          "realtime",
          "-cpu-used",
          "8",
          "-b:v",
          "0",
          "-crf",
          "12",
        ],
        pixels: ["yuv420p", "yuv444p"],
      },
    ],
    sounds: [aac, ac3, pcm, ["-c:a", "flac"], ["-c:a", "libvorbis", "-q:a", "8"]],
    keepsAspect: true,
  },
  {
    extension: "mp4",
    pictures: [
      { video: x264, pixels: deep },
      { video: x265, pixels: ["yuv420p", "yuv420p10le"] },
      { video: mpeg4, pixels: ["yuv420p"] },
    ],
    sounds: [aac, ac3, ["-c:a", "alac"], ["-c:a", "eac3", "-b:a", "448k"]],
    keepsAspect: true,
  },
  {
    extension: "mov",
    pictures: [
      { video: x264, pixels: deep },
      { video: ["-c:v", "prores_ks"], pixels: ["yuv422p10le", "yuv444p10le"] },
    ],
    sounds: [aac, pcm, ["-c:a", "pcm_s24be"]],
    keepsAspect: true,
  },
  {
    extension: "ts",
    pictures: [
      { video: x264, pixels: ["yuv420p", "yuv422p"] },
      { video: mpeg2, pixels: ["yuv420p", "yuv422p"] },
    ],
    sounds: [aac, ac3],
    keepsAspect: true,
  },
  {
    extension: "avi",
    pictures: [
      { video: mpeg4, pixels: ["yuv420p"] },
      { video: ["-c:v", "huffyuv"], pixels: ["yuv422p"] },
      { video: ["-c:v", "rawvideo"], pixels: ["yuv420p", "uyvy422"] },
    ],
    sounds: [pcm, ac3],
    keepsAspect: false,
  },
];

const colours = ["smpte170m", "bt470bg", "bt709", "untagged"] as const;
const chroma = ["left", "center", "topleft"];
const rates = ["24000/1001", "24", "25", "30000/1001", "50", "60000/1001", "12"];
const layouts = [
  ["mono", 1],
  ["stereo", 2],
  ["quad", 4],
  ["5.0(side)", 5],
  ["5.1", 6],
] as const;
const sampleRates = [32_000, 44_100, 48_000];
const geometries = [
  ["320x180", "1"],
  ["352x288", "12/11"],
  ["352x288", "16/11"],
  ["180x320", "1"],
  ["402x170", "1"],
] as const;
const starts = ["0", "0.1", "37", "50000"];

const count = 48;
const candidatesEach = 40;

/**
 * Properties met together that have nothing to do with one another: each shape is the one, of many that chance
 * proposes, that has the most pairs of values which none before it had. The same list on every machine.
 */
export const mixed: readonly Shape[] = pairwise();

interface Proposal {
  readonly values: readonly string[];
  readonly film: Partial<Film>;
}

function pairwise(): Shape[] {
  const random = createRandom(5);
  const pick = <T>(list: readonly T[]): T => {
    const item = list[Math.floor(random() * list.length)];
    if (item === undefined) throw new Error("nothing to pick from");
    return item;
  };
  const met = new Set<string>();
  const news = ({ values }: Proposal): string[] => pairsOf(values).filter((pair) => !met.has(pair));
  return Array.from({ length: count }, (_, i) => {
    const proposals = Array.from({ length: candidatesEach }, () => propose(pick));
    const best = proposals.toSorted((a, b) => news(b).length - news(a).length)[0] ?? propose(pick);
    for (const pair of news(best)) met.add(pair);
    const [, start = "0"] = best.film.output ?? [];
    return shape("mixed", `mixed-${String(i + 1).padStart(2, "0")}`, best.film, {
      properties: { clock: `from ${start}`, chroma: best.values[2] ?? "" },
    });
  });
}

function propose(pick: <T>(list: readonly T[]) => T): Proposal {
  const carrier = pick(carriers);
  const { video, pixels } = pick(carrier.pictures);
  const pixelFormat = pick(pixels);
  const position = video === x264 ? pick(chroma) : "as the codec has it";
  const space = pick(colours);
  // AVI names no colours, and none of the codecs it has here does.
  const isTagged = space !== "untagged" && carrier.extension !== "avi";
  const name = isTagged ? space : "smpte170m";
  const rate = pick(rates);
  const words = pick(carrier.sounds);
  const [placed, channels] = pick(layouts);
  // Matroska keeps no places of PCM's channels: four are taken for FFmpeg's usual four.
  const isUnplaced = carrier.extension === "mkv" && words === pcm && placed === "quad";
  const layout = isUnplaced ? "4.0" : placed;
  const sampleRateHz = pick(sampleRates);
  const [size, sampleAspect] = pick(
    carrier.keepsAspect ? geometries : geometries.filter(([, aspect]) => aspect === "1"),
  );
  const [width = 320, height = 180] = size.split("x").map(Number);
  const start = carrier.extension === "avi" || carrier.extension === "mov" ? "0" : pick(starts);
  const [num = 25, den = 1] = rate.split("/").map(Number);
  return {
    values: [
      carrier.extension,
      `${video[1]} ${pixelFormat}`,
      position,
      space,
      rate,
      `${words[1]}`,
      placed,
      String(sampleRateHz),
      `${size} ${sampleAspect}`,
      start,
    ],
    film: {
      extension: carrier.extension,
      width,
      height,
      sampleAspect,
      rate,
      frames: Math.round((4.6 * num) / den),
      colour: {
        matrix: name,
        primaries: name,
        transfer: name === "bt470bg" ? "gamma28" : name,
        range: "tv",
      },
      tags: isTagged ? ["matrix", "primaries", "transfer", "range"] : [],
      pixelFormat,
      video: position.startsWith("as") ? video : [...video, "-chroma_sample_location", position],
      sounds: [sound({ encoder: words, layout, channels, sampleRateHz })],
      output: start === "0" ? [] : ["-output_ts_offset", start],
    },
  };
}

function pairsOf(values: readonly string[]): string[] {
  return values.flatMap((one, i) =>
    values.slice(i + 1).map((other, j) => `${i}:${one} with ${i + 1 + j}:${other}`),
  );
}
