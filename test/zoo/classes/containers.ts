import { sound, type Film } from "../film.ts";
import { shape, type Shape, type ShapeOptions } from "../shape.ts";

const ac3 = [sound({ encoder: ["-c:a", "ac3", "-b:a", "192k"] })];
const mp2 = [sound({ encoder: ["-c:a", "mp2", "-b:a", "192k"] })];
const pcm = [sound({ encoder: ["-c:a", "pcm_s16le"] })];
const mp3 = [sound({ encoder: ["-c:a", "libmp3lame", "-b:a", "192k"] })];
const flac = [sound({ encoder: ["-c:a", "flac"] })];
const mpeg2: readonly string[] = ["-c:v", "mpeg2video", "-q:v", "2", "-bf", "2"];
const mpeg4: readonly string[] = ["-c:v", "mpeg4", "-q:v", "2"];

function contained(
  name: string,
  film: Partial<Film> | readonly Partial<Film>[],
  options: ShapeOptions = {},
): Shape {
  const clock = options.properties?.["clock"] ?? "from zero";
  return shape("containers", `in-${name}`, film, {
    ...options,
    properties: { ...options.properties, clock },
  });
}

/** Container by container, the clock as its muxer begins it. */
const plain: readonly Shape[] = [
  ...["mp4", "mov", "mkv", "ts", "m2ts", "flv", "f4v", "m4v", "3gp"].map((extension) =>
    contained("plain", { extension }),
  ),
  contained("plain", { extension: "avi", video: mpeg4, sounds: mp3 }),
  contained("h264", { extension: "avi", sounds: mp3 }),
  contained("plain", { extension: "nut", sounds: pcm }),
  contained("plain", { extension: "mpg", video: mpeg2, sounds: mp2 }),
  contained("plain", { extension: "vob", video: mpeg2, sounds: ac3, output: ["-f", "vob"] }),
  contained("plain", { extension: "asf", sounds: mp3 }),
  contained("plain", { extension: "mxf", video: mpeg2, sounds: pcm }),
  contained("plain", { extension: "wtv", video: mpeg2, sounds: mp2 }),
  contained("fragments", { extension: "mp4", output: ["-movflags", "frag_keyframe+empty_moov"] }),
  contained("fragments-by-time", {
    extension: "mp4",
    output: ["-movflags", "empty_moov+default_base_moof", "-frag_duration", "500000"],
  }),
  contained("index-in-front", { extension: "mp4", output: ["-movflags", "faststart"] }),
  contained("timescale-1000", { extension: "mp4", output: ["-video_track_timescale", "1000"] }),
  contained("timescale-large", { extension: "mp4", output: ["-video_track_timescale", "1000000"] }),
  contained("no-cues", { extension: "mkv", output: ["-live", "1"] }),
  contained("small-clusters", {
    extension: "mkv",
    sounds: flac,
    output: ["-cluster_time_limit", "100"],
  }),
  contained("no-index", {
    extension: "avi",
    video: mpeg4,
    sounds: mp3,
    output: ["-write_index", "0"],
  }),
  contained("m2t-192", { extension: "m2ts", sounds: ac3, output: ["-mpegts_m2ts_mode", "1"] }),
];

/** Seconds at which a source's clock may begin. */
const starts: readonly (readonly [string, number])[] = [
  ["half-a-picture", 0.02],
  ["late", 37.123],
  ["an-hour", 3600],
  ["26-hours", 93_600],
  ["before-the-wrap", 95_442.2],
];
const begun = starts.flatMap(([name, seconds]) =>
  (seconds > 95_000 ? ["ts"] : ["ts", "mkv", "mp4", "nut"]).map((extension) =>
    contained(
      `start-${name}`,
      {
        extension,
        ...(extension === "nut" ? { sounds: pcm } : {}),
        output: ["-output_ts_offset", String(seconds)],
      },
      {
        properties: { clock: name },
        // The clock of a transport stream has 33 bits: the file's second half begins again at zero.
        expected: seconds > 95_000 ? { clock: "repaired" } : {},
      },
    ),
  ),
);

/** Recordings that were put together: each piece goes on where the film was, on a clock of its own. */
const jumps: readonly (readonly [string, readonly number[]])[] = [
  ["forward-an-hour", [0, 3600]],
  ["back-an-hour", [3600, 0]],
  ["forward-a-day", [10, 90_000]],
  ["to-zero", [20, 0]],
  // From where the first piece ends; less than ten seconds is a hole to FFmpeg, not another clock.
  ["forward-12-s", [0, 14.6]],
  ["twice", [0, 3600, 100]],
  ["same-again", [0, 0]],
];
const joined = jumps.flatMap(([name, clocks]) =>
  (["ts", "mpg"] as const)
    .filter((extension) => extension === "ts" || name === "to-zero" || name === "forward-an-hour")
    .map((extension) => {
      const pieces = clocks.map((clock, i) => ({
        extension,
        frames: 65,
        firstFrame: i * 65,
        ...(extension === "mpg" ? { video: mpeg2 } : {}),
        sounds: mp2,
        output: ["-output_ts_offset", String(clock)],
      }));
      return contained(`jump-${name}`, pieces, {
        properties: { clock: `jumps ${name}` },
        finish: concatenate,
        expected: { clock: "repaired", clockSeconds: 0.06, likeness: 0.8 },
      });
    }),
);

/** A hole in mid-film in which nothing was recorded: 1.5 s. */
const holes = (["ts", "mkv", "mp4"] as const).map((extension) => {
  const gap = "setpts=if(gte(N\\,60)\\,PTS+1.5/TB\\,PTS)";
  const hole = { at: 60 / 25, seconds: 1.5 };
  const moved = [
    ...["-c:a", "ac3", "-b:a", "192k"],
    "-af",
    "asetpts=if(gte(T\\,2.4)\\,PTS+1.5/TB\\,PTS)",
  ];
  return contained(
    "hole",
    {
      extension,
      filters: [gap],
      sounds: [sound({ encoder: moved })],
      output: ["-fps_mode", "passthrough"],
    },
    {
      properties: { clock: "hole" },
      expected: {
        pause: hole,
        seconds: 113 / 25 + hole.seconds,
        rate: null,
        likeness: 0.5,
        pictures: Array.from({ length: 113 }, (_, n) => ({
          number: n,
          time: n / 25 + (n >= 60 ? 1.5 : 0),
        })),
      },
    },
  );
});

export const containers: readonly Shape[] = [...plain, ...begun, ...joined, ...holes];

/** Byte after byte, as a recorder's files are put together. */
export function concatenate(pieces: readonly string[], path: string): string[][] {
  return [["sh", "-c", 'out="$1"; shift; cat "$@" > "$out"', "sh", path, ...pieces]];
}
