import { describe, expect, test } from "bun:test";
import { resolve } from "node:path";
import { decisionOf, judgeTracks, type Wishes } from "../../src/device/judge-tracks.ts";
import { resolveDevice } from "../../src/device/resolve-device.ts";
import type { Source, SubtitleTrack } from "../../src/media/source.ts";
import { cmafAudioCodecs, cmafVideoCodecs } from "../../src/media/cmaf-codecs.ts";
import { videoRange } from "../../src/media/video-range.ts";
import * as shapes from "./source-shapes.ts";
import { userAgents } from "./user-agents.ts";

/** The README's table “What becomes of what”: each row is judged as it says, for films of all that its first cell names. */
const readme = await Bun.file(resolve(import.meta.dir, "../../README.md")).text();
const table = /^## What becomes of what\n([\s\S]*?)^## /m.exec(readme)?.[1] ?? "";
const rows = table
  .split("\n")
  .filter((line) => line.startsWith("| "))
  .map((line) =>
    line
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim()),
  )
  .slice(2)
  .map(([what = "", ...cells]) => ({ what, cells }));

const { film, sound, h264, hevc, hevc10, av1, vp9, other, hdr10, hlg, dolby } = shapes;
const auto: Wishes = {
  audioIndex: null,
  maxHeight: null,
  delivery: "auto",
  subtitle: null,
  nightMode: false,
};
const subtitled = (codec: string, beside = false, part?: SubtitleTrack["part"]): Source => {
  const track: SubtitleTrack = {
    ...{ index: 7, codec, language: "en", title: null, isDefault: false, isForced: false },
    ...{ isForHearingImpaired: false, isCommentary: false, startTimeSeconds: 0, endTimeSeconds: 9 },
    ...(beside ? { side: { path: "/a.srt", sha256: "0" } } : {}),
    ...(part && { part }),
  };
  return film("mkv", h264(), [sound("aac")], { subtitles: [track] });
};
const inHdr = (
  codec = hevc10,
  range: typeof hdr10 | typeof hlg = hdr10,
  dolbyVision: ReturnType<typeof dolby> | null = null,
) => film("mkv", codec({ ...range, dolbyVision }), [sound("aac")]);

/** Films by the words of first cells. */
const films: readonly (readonly [RegExp, readonly Source[]])[] = [
  [/^H\.264/, [h264(), hevc(), av1(), vp9()].map((video) => film("mkv", video, [sound("aac")]))],
  [
    /^other pictures/,
    ["mpeg2video", "vc1", "mpeg4", "theora", "prores"].map((codec) =>
      film("mkv", other(codec), [sound("aac")]),
    ),
  ],
  [
    /^HDR10/,
    [
      ...[inHdr(), inHdr(hevc10, hlg), inHdr(hevc10, hdr10, dolby(7, 6))],
      ...[inHdr(hevc10, hdr10, dolby(8, 1)), inHdr(hevc10, hlg, dolby(8, 4))],
    ],
  ],
  [/^Dolby Vision 5/, [inHdr(hevc10, hdr10, dolby(5, 0))]],
  [
    /^AAC/,
    ["aac", "ac3", "eac3", "opus", "flac"].map((codec) => film("mkv", h264(), [sound(codec, 6)])),
  ],
  [
    /^DTS/,
    ["dts", "truehd", "mp3", "vorbis", "alac", "pcm_s16le"].map((codec) =>
      film("mkv", h264(), [sound(codec)]),
    ),
  ],
  [
    /^SubRip/,
    [
      ...["subrip", "ass", "webvtt", "mov_text"].map((codec) => subtitled(codec)),
      subtitled("sami", true),
    ],
  ],
  [
    /^PGS/,
    ["hdmv_pgs_subtitle", "dvd_subtitle", "dvb_subtitle", "xsub"].map((codec) => subtitled(codec)),
  ],
  [
    /^teletext/,
    [
      ["dvb_teletext", "dvb_teletext", "888"] as const,
      ...["CC1", "S1"].map((service) => ["eia_608", "h264", service] as const),
    ].map(([codec, own, service]) => subtitled(codec, false, { stream: 0, codec: own, service })),
  ],
];

/** What is copied; of MP3 Shaka writes no header, so that a plan leaves it out where a device would take it. */
const inStreams = new Set(
  [...cmafVideoCodecs, ...cmafAudioCodecs].filter((codec) => codec !== "mp3"),
);

/** Plays everything, and streams of what streams may hold. */
const { device: kodi } = resolveDevice({ userAgent: userAgents.kodi });
const { device: dolbyPlayer } = resolveDevice({
  ...{ userAgent: userAgents.kodi, supportedCodecs: ["hevc", "dvh1.05.09", "aac"] },
  ...{ supportsHdr: true, maxResolution: "4k" },
});
const { device: plain } = resolveDevice({});
/** Which track a row is about. */
function kindOf(what: string): "video" | "audio" | "subtitle" {
  if (/^(?:SubRip|PGS|teletext)/.test(what)) return "subtitle";
  return /^(?:AAC|DTS)/.test(what) ? "audio" : "video";
}

function tracksOf(what: string, { video, audio, subtitles }: Source): readonly { codec: string }[] {
  return { video: video === null ? [] : [video], audio, subtitle: subtitles }[kindOf(what)];
}

function actionOf(what: string, source: Source, change: Partial<Wishes>, device = kodi): string {
  const kind = kindOf(what);
  const verdict = judgeTracks(source, device, { ...auto, ...change });
  if (verdict.delivery === "impossible") return "impossible";
  return verdict.tracks.find((track) => track.kind === kind)?.action ?? "none";
}
const asked = (burn: boolean | null) => ({ subtitle: { index: 7, burn } });

type Cell = (what: string, source: Source) => void;
/** A device that plays it. */
const playerOf = (source: Source) =>
  source.video?.dolbyVision?.profile === 5 ? dolbyPlayer : kodi;
const theFile: Cell = (_, source) => {
  expect(decisionOf(judgeTracks(source, playerOf(source), auto))).toBe("direct_play");
};
const encoded: Cell = (what, source) => {
  expect(actionOf(what, source, { delivery: "transcode" }, plain)).toBe("encode");
};

/** What cells say, by how they begin; the longest that fits is meant. */
const cells: readonly (readonly [RegExp, Cell])[] = [
  [
    /^the file, or copied$/,
    (what, source) => {
      theFile(what, source);
      expect(actionOf(what, source, { delivery: "remux" }, playerOf(source))).toBe("copy");
      for (const { codec } of tracksOf(what, source)) expect(inStreams.has(codec)).toBe(true);
    },
  ],
  [
    /^the file$/,
    (what, source) => {
      theFile(what, source);
      for (const { codec } of tracksOf(what, source)) expect(inStreams.has(codec)).toBe(false);
    },
  ],
  [/^H\.264 /, encoded],
  [/^the same/, encoded],
  [/^AAC; /, encoded],
  [/^refused: /, (_, { video }) => expect(video && videoRange(video).base).toBeNull()],
  [
    /^WebVTT, beside/,
    (what, source) => {
      for (const device of [kodi, plain]) {
        expect(actionOf(what, source, { delivery: "transcode" }, device)).toBe("encode");
      }
    },
  ],
  [
    /^part of the pictures$/,
    (what, source) => {
      const without = { ...plain, subtitles: new Set<string>() };
      expect(actionOf(what, source, { ...asked(null), delivery: "transcode" }, without)).toBe(
        "burn",
      );
    },
  ],
  [
    /^part of the pictures, when asked for/,
    (what, source) => {
      expect(actionOf(what, source, { delivery: "transcode" }, plain)).toBe("drop");
      expect(actionOf(what, source, asked(null), plain)).toBe("burn");
    },
  ],
];

test("the table is read, and every row has films", () => {
  expect(rows.length).toBeGreaterThanOrEqual(9);
  for (const [pattern] of films) {
    expect(rows.filter(({ what }) => pattern.test(what))).toHaveLength(1);
  }
});

describe.each(rows)("$what", ({ what, cells: said }) => {
  test.each(said)("%s", (text) => {
    const [, own = []] = films.find(([pattern]) => pattern.test(what)) ?? [];
    const [, judge] = cells.find(([pattern]) => pattern.test(text)) ?? [];
    expect(own.length).toBeGreaterThan(0);
    if (judge === undefined) throw new Error(`no test knows what “${text}” means`);
    for (const source of own) judge(what, source);
  });
});
