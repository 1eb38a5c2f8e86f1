import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { appendFile } from "node:fs/promises";
import { conformedFrameRate } from "../../src/rendition/encode/frame-rate.ts";
import { formatRational, rational, toNumber } from "../../src/media/rational.ts";
import type { Source, VideoTrack } from "../../src/media/source.ts";
import { createProber } from "../../src/probe/prober.ts";
import { runTool } from "../support/run-tool.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";
import { ffmpeg, recordingRunner, x264 } from "./probe-fixture.ts";

setDefaultTimeout(60_000);

let folder: TempFolder;
const { runner, started } = recordingRunner();
const prober = createProber({ runner, ffprobePath: "ffprobe" });

/** 4.004 s at 24000/1001 with 4.5 s of sound. */
let film: string;

beforeAll(async () => {
  folder = await createTempFolder("probe");
  film = folder.file("film.mp4");
  const picture = "testsrc2=s=320x180:r=24000/1001:d=4";
  const sound = ["-f", "lavfi", "-i", "sine=r=48000:d=4.5", "-c:a", "aac", "-ac", "2"];
  await ffmpeg("-f", "lavfi", "-i", picture, ...sound, ...x264, film);
});

afterAll(async () => {
  expect(runner.running).toBe(0);
  await folder[Symbol.asyncDispose]();
});

/** Makes a file of that name from the film and probes it. */
async function probeCopy(name: string, ...args: string[]): Promise<Source> {
  await ffmpeg("-i", film, ...args, folder.file(name));
  return prober.probe(folder.file(name));
}

/** Makes a silent file of that name from a lavfi graph and probes it. */
async function probePicture(name: string, graph: string, ...args: string[]): Promise<VideoTrack> {
  await ffmpeg("-f", "lavfi", "-i", graph, ...args, folder.file(name));
  return pictureOf(await prober.probe(folder.file(name)));
}

function pictureOf(source: Source): VideoTrack {
  if (source.video === null) throw new Error("expected a video track");
  return source.video;
}

test("an ordinary MP4 is described whole, by one ffprobe process", async () => {
  started.length = 0;
  const source = await prober.probe(film);
  expect(started).toHaveLength(1);
  expect(source).toEqual({
    fingerprint: expect.stringMatching(/^sha256-sampled:\d+:[0-9a-f]{64}$/),
    sizeBytes: Bun.file(film).size,
    container: "mov,mp4,m4a,3gp,3g2,mj2",
    startTimeSeconds: 0,
    durationSeconds: 4.004,
    bitrateBps: expect.any(Number),
    video: {
      index: 0,
      codec: "h264",
      language: "und",
      title: null,
      isDefault: true,
      startTimeSeconds: 0,
      endTimeSeconds: 4.004,
      profile: expect.any(String),
      level: 12,
      codecTag: "avc1",
      dolbyVision: null,
      hdrMetadata: null,
      width: 320,
      height: 180,
      sampleAspectRatio: rational(1),
      rotationDegrees: 0,
      isMirrored: false,
      frameRate: rational(24000, 1001),
      isVariableFrameRate: false,
      isInterlaced: false,
      reorderFrames: 2,
      pixelFormat: "yuv420p",
      isFullRange: false,
      isHdr: false,
      color: { matrix: null, primaries: null, transfer: null, chromaLocation: "left" },
      bitrateBps: expect.any(Number),
    },
    audio: [
      {
        index: 1,
        codec: "aac",
        language: "und",
        title: null,
        isDefault: true,
        startTimeSeconds: 0,
        endTimeSeconds: 4.5,
        profile: "LC",
        bitDepth: null,
        channels: 2,
        channelLayout: "stereo",
        sampleRateHz: 48_000,
        packetTimeSeconds: expect.any(Number),
        bitrateBps: expect.any(Number),
        isCommentary: false,
        isDescription: false,
      },
    ],
    subtitles: [],
    leftOut: [],
    covers: [],
    chapters: [],
    truncated: null,
  });
});

test.each([
  ["mkv", ["-c", "copy"], 4.004],
  ["ts", ["-c", "copy"], 4.004],
  ["avi", ["-c", "copy"], 4.004],
  ["flv", ["-c", "copy"], 4.004],
  ["webm", ["-c:v", "libvpx", "-s", "64x64", "-deadline", "realtime", "-cpu-used", "8"], 4.004],
  ["mpg", ["-c:v", "mpeg2video", "-c:a", "mp2"], 4.004],
  ["wmv", ["-c:v", "wmv2", "-c:a", "wmav2"], 4.004],
  ["m2ts", ["-c:v", "mpeg2video", "-c:a", "ac3", "-bf", "2"], 4.004],
])(
  "the picture of a %s file lasts as long as it does in the MP4",
  async (extension, args, seconds) => {
    const source = await probeCopy(`copy.${extension}`, ...args);
    const video = pictureOf(source);
    // Half a picture: then the number of pictures is right after rounding.
    const half = 1001 / 24000 / 2;
    expect(Math.abs(video.endTimeSeconds - video.startTimeSeconds - seconds)).toBeLessThan(half);
    expect(video.frameRate && formatRational(video.frameRate)).toBe("24000/1001");
    expect(video.isVariableFrameRate).toBe(false);
    expect(source.truncated).toBeNull();
    expect(source.audio).toHaveLength(1);
  },
);

test.each([
  [
    "fragmented, without a random access table",
    ["-movflags", "frag_keyframe+empty_moov+skip_trailer"],
  ],
  ["fragmented", ["-movflags", "frag_keyframe+empty_moov"]],
  ["with its index first", ["-movflags", "+faststart"]],
])("an MP4 %s has its real length", async (label, args) => {
  const source = await probeCopy(`${label}.mp4`, "-c", "copy", ...args);
  const { startTimeSeconds, endTimeSeconds } = pictureOf(source);
  expect(endTimeSeconds - startTimeSeconds).toBeCloseTo(4.004, 2);
  expect(source.truncated).toBeNull();
});

test.each([
  ["MPEG-4", ["-c:v", "mpeg4"]],
  ["MPEG-4 with one B picture in a row", ["-c:v", "mpeg4", "-bf", "1"]],
  ["MPEG-4 with two", ["-c:v", "mpeg4", "-bf", "2", "-vtag", "DX50"]],
  ["Xvid with two", ["-c:v", "libxvid", "-bf", "2"]],
  ["MPEG-2 with two", ["-c:v", "mpeg2video", "-bf", "2"]],
  ["H.264 with two", x264],
  [
    "H.264 with B pictures of B pictures",
    [...x264, "-bf", "3", "-x264-params", "b-pyramid=normal"],
  ],
])("the pictures of an AVI (%s) last until FFmpeg has shown the last one", async (name, args) => {
  const file = `avi-${name.replaceAll(" ", "-")}.avi`;
  const { endTimeSeconds } = await probePicture(file, "testsrc2=s=64x64:r=25:d=3", ...args);
  const shown = await shownTimes(folder.file(file));
  expect(endTimeSeconds).toBeCloseTo((shown.at(-1) ?? Number.NaN) + 1 / 25, 3);
});

test.each(["mp3", "flac", "wav", "ogg", "aac", "ac3", "m4a"])(
  "a sound file (%s) has sound, a length and no picture",
  async (extension) => {
    const args = extension === "aac" ? ["-f", "adts"] : [];
    const source = await probeCopy(`sound.${extension}`, "-vn", ...args);
    expect(source.video).toBeNull();
    expect(source.audio).toHaveLength(1);
    expect(Math.abs(source.durationSeconds - 4.5)).toBeLessThan(0.06);
    expect(source.truncated).toBeNull();
  },
);

test("a cover picture is not taken for the film", async () => {
  const cover = folder.file("cover.png");
  await ffmpeg("-f", "lavfi", "-i", "testsrc2=s=600x600:d=1", "-frames:v", "1", cover);
  const maps = ["-i", cover, "-map", "1:v", "-map", "0:v", "-map", "0:a", "-c", "copy"];
  const source = await probeCopy("covered.mp4", ...maps, "-disposition:v:0", "attached_pic");
  expect(pictureOf(source)).toMatchObject({ codec: "h264", width: 320 });
  const onlySound = [...maps.slice(0, 4), "-map", "0:a", "-c", "copy"];
  const song = await probeCopy("song.m4a", ...onlySound, "-disposition:v:0", "attached_pic");
  expect(song.video).toBeNull();
  expect(song.audio).toHaveLength(1);
});

test("languages, titles, dispositions and subtitles are read, and cleaned", async () => {
  const subtitles = folder.file("subtitles.srt");
  await Bun.write(subtitles, "1\n00:00:01,000 --> 00:00:02,000\nHello\n");
  const source = await probeCopy(
    "tagged.mkv",
    ...[
      "-i",
      subtitles,
      "-map",
      "0:v",
      "-map",
      "0:a",
      "-map",
      "0:a",
      "-map",
      "0:a",
      "-map",
      "0:a",
      "-map",
      "1:s",
    ],
    ...["-c", "copy", "-c:s", "srt"],
    ...[
      "-metadata:s:a:0",
      "language=GER",
      "-metadata:s:a:0",
      "title=  Ton\n\u{202E}\u{7}mit  Bild ",
    ],
    ...["-metadata:s:a:1", "language=eng", "-metadata:s:a:1", "title=Director's Commentary"],
    ...["-metadata:s:a:2", 'language="><script>', "-disposition:a:2", "comment"],
    ...["-disposition:a:0", "0", "-disposition:a:1", "default"],
    ...["-disposition:a:3", "visual_impaired"],
    ...["-metadata:s:s:0", "language=fre", "-disposition:s:0", "forced"],
  );
  expect(source.audio).toMatchObject([
    { language: "de", title: "Ton mit Bild", isDefault: false, isCommentary: false },
    { language: "en", title: "Director's Commentary", isDefault: true, isCommentary: true },
    { language: "und", title: null, isCommentary: true, isDescription: false },
    { isCommentary: false, isDescription: true },
  ]);
  expect(source.subtitles).toMatchObject([{ codec: "subrip", language: "fr", isForced: true }]);
});

describe("chapters", () => {
  const write = async (name: string, chapters: readonly (readonly [number, string])[]) => {
    const text = chapters.map(([seconds, title]) => {
      const escaped = title.replaceAll(/[=;#\\\n]/g, "\\$&");
      const times = `START=${seconds * 1000}\nEND=${seconds * 1000 + 500}`;
      return `[CHAPTER]\nTIMEBASE=1/1000\n${times}\ntitle=${escaped}`;
    });
    await Bun.write(folder.file("chapters.txt"), `;FFMETADATA1\n${text.join("\n")}\n`);
    return probeCopy(name, "-i", folder.file("chapters.txt"), "-map_chapters", "1", "-c", "copy");
  };

  test.each(["mkv", "mp4", "mov"])(
    "are read, in their order, with their names (%s)",
    async (to) => {
      const odd = '"] } ],\n { "a": 1 },';
      const source = await write(`chapters.${to}`, [
        [0, "One"],
        [2, "Zwei — 二"],
        [3, odd],
        [900, "Behind the end"],
      ]);
      const start = source.startTimeSeconds;
      expect(source.chapters.map(({ title }) => title)).toEqual([
        ...["One", "Zwei — 二", '"] } ], { "a": 1 },'],
      ]);
      const starts = source.chapters.map(({ startSeconds }) => startSeconds - start);
      for (const [i, expected] of [0, 2, 3].entries()) {
        expect(Math.abs((starts[i] ?? NaN) - expected)).toBeLessThan(0.05);
      }
      expect(source.chapters.at(-1)?.endSeconds).toBe(start + source.durationSeconds);
    },
  );

  test("of a file that has more than any film are left out, and it plays", async () => {
    const many = Array.from({ length: 20_000 }, (_, i) => [i / 10_000, "x".repeat(100)] as const);
    const source = await write("many-chapters.mkv", many);
    expect(source.chapters.length).toBeLessThan(1001);
    expect(source.video).not.toBeNull();
  });

  test("are none where the file has none", async () => {
    expect((await write("no-chapters.mkv", [])).chapters).toEqual([]);
  });
});

test("the default one of two pictures is the film", async () => {
  const second = ["-f", "lavfi", "-i", "testsrc2=s=64x64:d=4"];
  const maps = ["-map", "1:v", "-map", "0:v", "-c:v:0", "mpeg4", "-c:v:1", "copy"];
  const dispositions = ["-disposition:v:0", "0", "-disposition:v:1", "default"];
  const source = await probeCopy("two.mkv", ...second, ...maps, ...dispositions);
  expect(pictureOf(source)).toMatchObject({ index: 1, width: 320 });
});

test("late sound and a start that is not zero are kept as they are", async () => {
  const late = ["-itsoffset", "2", "-i", film, "-map", "0:v", "-map", "1:a", "-c", "copy"];
  const source = await probeCopy("late.ts", ...late, "-output_ts_offset", "1000");
  expect(source.startTimeSeconds).toBeGreaterThan(1000);
  const [sound] = source.audio;
  expect((sound?.startTimeSeconds ?? 0) - pictureOf(source).startTimeSeconds).toBeCloseTo(2, 1);
});

test.each(["mkv", "mp4", "ts"])(
  "sound that is over before the first picture of a %s is a track of it",
  async (extension) => {
    const path = folder.file(`early-sound.${extension}`);
    const picture = ["-itsoffset", "12", "-f", "lavfi", "-i", "testsrc2=s=64x64:r=25:d=8"];
    await ffmpeg(...picture, "-f", "lavfi", "-i", "sine=d=4", ...x264, "-c:a", "ac3", path);
    const source = await prober.probe(path);
    expect(source.audio).toHaveLength(1);
    expect(source.durationSeconds).toBeCloseTo(20, 1);
  },
);

test("sound that outlasts the picture by more than a second makes the film longer", async () => {
  const source = await probeCopy("long sound.mkv", "-t", "1", "-map", "0:v", "-c", "copy");
  expect(source.durationSeconds).toBeLessThan(1.2);
  const short = ["-i", folder.file("long sound.mkv"), "-map", "1:v", "-map", "0:a", "-c", "copy"];
  const longer = await probeCopy("longer sound.mkv", ...short);
  expect(longer.durationSeconds).toBeGreaterThan(4.4);
  expect(longer.truncated).toBeNull();
});

test("anamorphic, turned and coloured pictures are told as they are", async () => {
  const wide = await probePicture(
    "wide.mp4",
    "testsrc2=s=180x144:r=25:d=1",
    "-vf",
    "setsar=16/11",
    ...x264,
  );
  expect(wide.sampleAspectRatio).toEqual(rational(16, 11));

  const colors = ["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709"];
  const hd = await probePicture("hd.mp4", "testsrc2=s=320x180:d=1", ...x264, ...colors);
  expect(hd.color).toMatchObject({ matrix: "bt709", primaries: "bt709", transfer: "bt709" });

  const pal = ["-colorspace", "bt470bg", "-color_primaries", "bt470bg", "-color_trc", "gamma28"];
  const old = await probePicture("old.mp4", "testsrc2=s=320x180:d=1", ...x264, ...pal);
  expect(old.color).toMatchObject({
    ...{ matrix: "bt470bg", primaries: "bt470bg", transfer: "bt470bg" },
  });

  const pq = ["-colorspace", "bt2020nc", "-color_primaries", "bt2020", "-color_trc", "smpte2084"];
  const hdr = await probePicture("hdr.mp4", "testsrc2=s=320x180:d=1", ...x264, ...pq);
  expect(hdr).toMatchObject({ isHdr: true, color: { matrix: "bt2020nc", primaries: "bt2020" } });
});

test("a turned film is turned the way FFmpeg turns it", async () => {
  // White on the left, black on the right.
  const graph = "color=white:s=64x64:d=1,drawbox=x=32:w=32:h=64:color=black:t=fill";
  await ffmpeg("-f", "lavfi", "-i", graph, ...x264, folder.file("upright.mp4"));
  for (const tag of ["90", "180", "270"]) {
    const turned = folder.file(`turned ${tag}.mp4`);
    await ffmpeg(
      "-i",
      folder.file("upright.mp4"),
      "-c",
      "copy",
      "-metadata:s:v",
      `rotate=${tag}`,
      turned,
    );
    const { rotationDegrees } = pictureOf(await prober.probe(turned));
    const grey = folder.file(`${tag}.grey`);
    await ffmpeg("-i", turned, "-frames:v", "1", "-pix_fmt", "gray", "-f", "rawvideo", grey);
    const samples = await Bun.file(grey).bytes();
    const isWhite = (x: number, y: number): boolean => (samples[y * 64 + x] ?? 0) > 128;
    // Turned clockwise, the left edge comes to the top.
    const shown =
      isWhite(32, 8) && !isWhite(32, 56) ? 90 : isWhite(56, 32) && !isWhite(8, 32) ? 180 : 270;
    expect(rotationDegrees).toBe(shown);
  }
});

const rates = ["24000/1001", "24", "25", "30000/1001", "30", "50", "60000/1001", "60", "25/2"];

test.each(rates)("an even rate of %s stays exact in every container", async (rate) => {
  const containers = ["mp4", "mkv", "ts", "flv", "avi"];
  const file = (extension: string): string => folder.file(`${rate.replace("/", "_")}.${extension}`);
  const outputs = containers.flatMap((extension) => [...x264, file(extension)]);
  await ffmpeg("-f", "lavfi", "-i", `testsrc2=s=64x64:r=${rate}:d=3`, ...outputs);
  const [num = 0, den = 1] = rate.split("/").map(Number);
  for (const extension of containers) {
    const video = pictureOf(await prober.probe(file(extension)));
    expect([extension, video.frameRate]).toEqual([extension, rational(num, den)]);
    expect([extension, video.isVariableFrameRate]).toEqual([extension, false]);
  }
});

test("a phone's jitter is no variable rate where the average is a standard one", async () => {
  const jitter = "testsrc2=s=64x64:r=30:d=8,settb=1/90000,setpts='N*3003+mod(N*7919,300)'";
  const args = ["-fps_mode", "passthrough", "-enc_time_base", "1/90000", ...x264, "-bf", "0"];
  const video = await probePicture("phone.mp4", jitter, ...args, "-video_track_timescale", "90000");
  expect(video).toMatchObject({ frameRate: rational(30000, 1001), isVariableFrameRate: false });
});

test.each([
  ["dropped pictures", "select='not(eq(mod(n,7),3))*not(eq(mod(n,11),5))'", 30],
  ["half the rate in its second half", "select='lt(t,6)+not(mod(n,2))'", 30],
  ["a slide show", "select='not(mod(n,6))'", 5],
])("%s: the rate is variable, in MP4 and in Matroska", async (label, filter, pace) => {
  const graph = `testsrc2=s=64x64:r=30:d=12,${filter.replaceAll(",", "\\,")}`;
  const args = ["-fps_mode", "vfr", ...x264, "-g", "1000", "-sc_threshold", "0"];
  const mp4 = await probePicture(`${label}.mp4`, graph, ...args);
  expect(mp4.isVariableFrameRate).toBe(true);
  const rate = mp4.frameRate;
  expect(rate && Math.abs(rate.num / rate.den - pace)).toBeLessThan(0.2);
  const mkv = await probePicture(`${label}.mkv`, graph, ...args);
  expect(mkv.isVariableFrameRate).toBe(true);
});

test.each([
  ["mkv", "24 then 29.97", "24", "if(lt(N,96),N/24,4+(N-96)*1001/30000)", 30_000 / 1001],
  ["mp4", "24 then 29.97", "24", "if(lt(N,96),N/24,4+(N-96)*1001/30000)", 30_000 / 1001],
  ["mp4", "30 then 60", "60", "if(lt(N,60),N/30,2+(N-60)/60)", 60],
  ["mkv", "30 then 60", "60", "if(lt(N,60),N/30,2+(N-60)/60)", 60],
  ["mp4", "60 then 30", "60", "if(lt(N,180),N/60,3+(N-180)/30)", 60],
  ["mkv", "60 then 30", "60", "if(lt(N,180),N/60,3+(N-180)/30)", 60],
] as const)(
  "a film (%s) of %s pictures a second is played at the faster rate",
  async (extension, name, rate, times, fastest) => {
    const graph = `testsrc2=s=64x64:r=${rate}:d=8,settb=1/90000,setpts='(${times})/TB'`;
    const passthrough = ["-fps_mode", "passthrough", "-enc_time_base", "1:90000", ...x264];
    const file = `hybrid-${name.replaceAll(" ", "-")}.${extension}`;
    const picture = await probePicture(file, graph, ...passthrough);
    expect(Math.abs(toNumber(conformedFrameRate(picture)) - fastest)).toBeLessThan(0.05);
  },
);

test.each([
  // Matroska tells one rate for all, whatever comes; MP4's average is of all pictures.
  ["mkv", 60_000 / 1001],
  ["ts", 60_000 / 1001],
  ["mp4", 24_000 / 1001],
] as const)(
  "film whose pictures last two fields and three in turn loses none (%s)",
  async (extension, rate) => {
    const fields = "(floor(N/2)*5+mod(N,2)*3)*1001/60000";
    const graph = `testsrc2=s=64x64:r=24000/1001:d=6,settb=1/90000,setpts='${fields}/TB'`;
    const passthrough = [
      "-fps_mode",
      "passthrough",
      "-enc_time_base",
      "1:90000",
      ...x264,
      "-bf",
      "0",
    ];
    const named = extension === "mkv" ? ["-r", "30000/1001"] : [];
    const picture = await probePicture(`film.${extension}`, graph, ...passthrough, ...named);
    expect(Math.abs(toNumber(conformedFrameRate(picture)) - rate)).toBeLessThan(0.001);
  },
);

test.each(
  ["24000/1001", "25", "30"].flatMap((rate) => [40, 1000].map((group) => [rate, group] as const)),
)(
  "a pause in a film of %s, key frames every %d pictures, does not slow it",
  async (rate, group) => {
    const pause = "setpts='PTS+gte(N\\,50)*1.5/TB'";
    const file = (extension: string): string =>
      folder.file(`pause-${rate.replace("/", "_")}-${group}.${extension}`);
    const settings = [...x264, "-g", String(group), "-fps_mode", "passthrough"];
    const containers = ["mp4", "mkv", "ts"];
    const outputs = containers.flatMap((extension) => [...settings, file(extension)]);
    await ffmpeg("-f", "lavfi", "-i", `testsrc2=s=64x64:r=${rate}:d=4,${pause}`, ...outputs);
    const [num = 0, den = 1] = rate.split("/").map(Number);
    for (const extension of containers) {
      const picture = pictureOf(await prober.probe(file(extension)));
      expect([extension, conformedFrameRate(picture)]).toEqual([extension, rational(num, den)]);
    }
  },
);

test("interlaced 25 is not taken for 50", async () => {
  const flags = ["-flags", "+ildct+ilme", "-x264opts", "tff=1"];
  const graph = "testsrc2=s=128x128:r=50:d=3,interlace";
  const mp4 = await probePicture("interlaced.mp4", graph, ...x264, ...flags);
  const copies = ["mkv", "ts"].map((extension) => folder.file(`interlaced.${extension}`));
  const outputs = copies.flatMap((copy) => ["-c", "copy", copy]);
  await ffmpeg("-i", folder.file("interlaced.mp4"), ...outputs);
  const others = await Promise.all(copies.map((copy) => prober.probe(copy)));
  for (const video of [mp4, ...others.map(pictureOf)]) {
    expect(video).toMatchObject({ isInterlaced: true, frameRate: rational(25) });
    expect(video.isVariableFrameRate).toBe(false);
  }
});

test("the fingerprint follows the bytes, not the name", async () => {
  const copy = folder.file("moved.mkv");
  await Bun.write(copy, Bun.file(film));
  const [first, second] = [await prober.probe(film), await prober.probe(copy)];
  expect(second.fingerprint).toBe(first.fingerprint);
  await appendFile(copy, "\0");
  expect((await prober.probe(copy)).fingerprint).not.toBe(first.fingerprint);
});

test("a probe that is given up ends its ffprobe and says so", async () => {
  const controller = new AbortController();
  const probing = prober.probe(film, controller.signal);
  controller.abort();
  await expect(probing).rejects.toMatchObject({ code: "CANCELLED" });
  expect(runner.running).toBe(0);
});

/** When FFmpeg shows each picture of a file, seconds on its clock. */
async function shownTimes(path: string): Promise<number[]> {
  const passthrough = ["-copyts", "-i", path, "-fps_mode", "passthrough", "-f", "framecrc", "-"];
  const { stdout } = await runTool(["ffmpeg", "-nostdin", "-v", "error", ...passthrough]);
  const lines = new TextDecoder().decode(stdout).split("\n");
  return lines
    .filter((line) => line.startsWith("0,"))
    .map((line) => Number(line.split(",")[2]) / 25);
}
