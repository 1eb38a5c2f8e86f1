/** A film to be copied: FFmpeg's arguments but for the output, and the ending of its name. */
export interface CopyShape {
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  /**
   * ffprobe has a duration for each packet, in the clock of its time stamps. It has none of fragments, and
   * where pictures of a variable rate are reordered it has that of another one.
   */
  readonly statesDurations: boolean;
  /** Why tracks are not copied; none where all are. */
  readonly refused?: readonly string[];
}

const seconds = 4;
const pictures = (rate: string): string[] => [
  ...["-f", "lavfi", "-i", `testsrc2=s=160x90:r=${rate}:d=${seconds}`],
];
const tone = (rate: number, layout: string): string[] => [
  ...["-f", "lavfi", "-i", `aevalsrc=0.3*sin(440*2*PI*t):s=${rate}:d=${seconds}`],
  ...["-af", `aformat=channel_layouts=${layout}`],
];
const h264 = (...more: readonly string[]): string[] => [
  ...["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "24"],
  ...more,
];
const hevc = (params: string): string[] => [
  ...["-c:v", "libx265", "-preset", "ultrafast", "-pix_fmt", "yuv420p"],
  ...["-x265-params", `log-level=none:keyint=24:${params}`],
];

const videoCodecs: readonly (readonly [name: string, args: readonly string[], files: string])[] = [
  ["h264 without B-frames", h264("-bf", "0"), "mp4 mkv mov"],
  ["h264 with B-frames", h264("-bf", "3", "-preset", "veryfast"), "mp4 mkv mov"],
  ["h264 with a pyramid", h264("-bf", "5", "-b_strategy", "2", "-preset", "fast"), "mp4 mkv"],
  ["hevc closed", hevc("open-gop=0:bframes=3"), "mp4 mkv"],
  ["hevc open", hevc("open-gop=1:bframes=3"), "mp4 mkv"],
  [
    "vp9",
    ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-g", "24"],
    "mp4 webm",
  ],
];
const rates = ["24000/1001", "25", "30000/1001", "60"];

const audioCodecs: readonly (readonly [name: string, args: readonly string[], files: string])[] = [
  ["aac 44.1", [...tone(44_100, "stereo"), "-c:a", "aac"], "mp4 mkv mov"],
  ["aac 5.1", [...tone(48_000, "5.1"), "-c:a", "aac"], "mp4 mkv"],
  ["ac3", [...tone(48_000, "5.1"), "-c:a", "ac3"], "mp4 mkv"],
  ["eac3", [...tone(48_000, "5.1"), "-c:a", "eac3"], "mp4 mkv"],
  ["mp3", [...tone(44_100, "stereo"), "-c:a", "libmp3lame"], "mp4 mkv"],
  ["opus", [...tone(48_000, "stereo"), "-c:a", "libopus"], "mp4 webm"],
  ["flac", [...tone(48_000, "stereo"), "-c:a", "flac", "-strict", "-2"], "mp4 mkv"],
];

const video: CopyShape[] = videoCodecs.flatMap(([name, args, files], i) =>
  files.split(" ").map((file, j) => {
    const rate = rates[(i + j) % rates.length] ?? "25";
    return {
      ...{
        name: `${name} at ${rate} in ${file}`,
        file: `.${file}`,
        statesDurations: file === "mp4" || file === "mov",
      },
      args: [...pictures(rate), ...args],
    };
  }),
);

const sound: CopyShape[] = audioCodecs.flatMap(([name, args, files]) =>
  files.split(" ").map((file) => ({
    name: `${name} in ${file}`,
    ...{ file: `.${file}`, args: [...args], statesDurations: file === "mp4" || file === "mov" },
    ...(name === "mp3" ? { refused: ["mp3 is not put into segments as it is"] } : {}),
  })),
);

const both = (more: readonly string[]): string[] => [
  ...[...pictures("25"), "-f", "lavfi", "-i", `sine=440:r=48000:d=${seconds}`],
  ...[...h264("-bf", "2", "-preset", "veryfast"), "-c:a", "aac", ...more],
];

const odd: readonly CopyShape[] = [
  ["a file made for streaming", ".mp4", both(["-movflags", "faststart"]), true],
  ["a fragmented file", ".mp4", both(["-movflags", "frag_keyframe+empty_moov"]), false],
  [
    "a fragmented file with an index",
    ".mp4",
    both(["-movflags", "dash+global_sidx", "-frag_duration", "700000"]),
    false,
  ],
  ["a live recording", ".mkv", both(["-live", "1"]), false],
  ["a file whose cues come first", ".mkv", both(["-reserve_index_space", "20000"]), false],
  [
    "pictures at a variable rate",
    ".mkv",
    both(["-vf", "select='not(eq(mod(n,7),3))'", "-fps_mode", "vfr"]),
    false,
  ],
  [
    "pictures at a variable rate, in MP4",
    ".mp4",
    both(["-vf", "select='not(eq(mod(n,7),3))'", "-fps_mode", "vfr"]),
    false,
  ],
  [
    "sound of which packets were lost",
    ".mkv",
    both(["-bsf:a", "noise=drop='between(n,60,63)+eq(n,110)'"]),
    false,
  ],
  ["sound on a clock that drifts", ".mkv", both(["-bsf:a", "setts=ts=TS*1.002"]), false],
  ["a clock that begins late", ".mkv", both(["-output_ts_offset", "11.5"]), false],
  ["a file without an edit list", ".mp4", both(["-use_editlist", "0"]), true],
  ["decode times below zero", ".mp4", both(["-movflags", "negative_cts_offsets"]), true],
  ["a key frame now and then", ".mp4", both(["-g", "60", "-sc_threshold", "0"]), true],
].map(([name, file, args, statesDurations]) => ({
  name: String(name),
  file: String(file),
  args: Array.isArray(args) ? args : [],
  statesDurations: statesDurations === true,
}));

export const copyShapes: readonly CopyShape[] = [...video, ...sound, ...odd];
