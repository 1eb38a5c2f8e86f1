import type { AudioLimits, Device, VideoLimits } from "../device.ts";
import { anyVideo, everyHdr, videoLimits } from "../limits.ts";
import { row, type KnownDevice } from "./known-device-row.ts";

const jellyfinWeb = "github:jellyfin/jellyfin-web:src/scripts/browserDeviceProfile.js";
const general =
  "https://developer.samsung.com/smarttv/develop/specifications/general-specifications.html";
const yearPage = (year: number): string =>
  `https://developer.samsung.com/smarttv/develop/specifications/media-specifications/${year}-tv-video-specifications.html`;

/** The vendor's tables count all of these; before Tizen 4 MPEG-4 ASP (DivX, XviD) plays in AVI as well. */
const otherFiles = ["mp4", "matroska", "webm", "mpegts", "mpeg", "asf", "flv", "mp3:mp3", "wav"];
const files = [...otherFiles, "avi:h264,hevc,aac,ac3,eac3,mp3,pcm_s16le"];
const olderFiles = [...otherFiles, "avi"];

const inFile = { carriage: "file" } as const;
const older = ["mpeg1video", "mpeg2video", "mpeg4", "vc1", "wmv3", "h263", "vp6f", "msmpeg4v3"].map(
  (codec): [string, VideoLimits] => [codec, { ...anyVideo, maxHeight: 1080, maxFrameRate: 60 }],
);

/** No set shows Dolby Vision; all show the HDR10 in it. */
function video(
  h264: string,
  vp9Profile: string,
  hasAv1: boolean,
): (readonly [string, VideoLimits])[] {
  return [
    ["h264", videoLimits("h264", "High", h264)],
    ["hevc", videoLimits("hevc", "Main 10", "5.1", { hdr: everyHdr, maxFrameRate: 60 })],
    ["vp8", { ...anyVideo, maxHeight: 1080, maxFrameRate: 60 }],
    [
      "vp9",
      videoLimits("vp9", vp9Profile, "5.1", {
        maxFrameRate: 60,
        ...(vp9Profile === "Profile 2" && { hdr: everyHdr }),
      }),
    ],
    ...(hasAv1 ? [["av1", videoLimits("av1", "Main", "5.1", { hdr: everyHdr })] as const] : []),
    ...older,
  ];
}

/** FLAC beside pictures plays with a delay, so it counts as none. */
const sound: Readonly<Record<string, Partial<AudioLimits>>> = {
  aac: { maxChannels: 6 },
  ac3: { maxChannels: 6 },
  eac3: { maxChannels: 8 },
  mp3: { maxChannels: 2, ...inFile },
  mp2: { maxChannels: 2, ...inFile },
  pcm_s16le: { maxChannels: 2, ...inFile },
  pcm_s24le: { maxChannels: 2, ...inFile },
  vorbis: { maxChannels: 2, ...inFile },
  wmav2: { maxChannels: 2, ...inFile },
};
const withOpus = { ...sound, opus: { maxChannels: 6 } };
const dts = { maxChannels: 6, ...inFile };

interface Year {
  readonly id: string;
  readonly name: string;
  readonly versions: readonly [number, number];
  readonly pages: readonly number[];
  readonly video: readonly (readonly [string, VideoLimits])[];
  readonly audio?: Readonly<Record<string, Partial<AudioLimits>>>;
  readonly files?: readonly string[];
  readonly assumed?: string;
  readonly change?: Partial<Device>;
}

function television({ pages, change, ...year }: Year): KnownDevice {
  return row({
    ...{ audio: withOpus, files, ...year },
    ...{ userAgent: /Tizen (\d+\.\d+)/, sources: [jellyfinWeb, general, ...pages.map(yearPage)] },
    ...{ maxHeight: 2160, maxAudioChannels: 6 },
    change: { deinterlaces: true, ...change },
  });
}

/** Native HLS takes fragmented MP4 from Tizen 5 on; before, DASH through Media Source Extensions. */
const dash: Device["streaming"] = new Set(["dash"]);
const likeTheYearBefore = "As the year before: its own page was not looked up.";

export const samsungTelevisions: readonly KnownDevice[] = [
  television({
    ...{ id: "samsung-2015", name: "Samsung TV of 2015 and 2016", versions: [2, 3], pages: [2016] },
    ...{ video: video("5.1", "Profile 0", false), audio: { ...sound, dts }, files: olderFiles },
    change: { streaming: dash },
  }),
  television({
    ...{ id: "samsung-2017", name: "Samsung TV of 2017", versions: [3, 4], pages: [] },
    ...{ video: video("5.1", "Profile 0", false), audio: sound, files: olderFiles },
    assumed: "As 2016, but without DTS and Opus: its own page was not looked up.",
    change: { streaming: dash },
  }),
  television({
    ...{ id: "samsung-2018", name: "Samsung TV of 2018", versions: [4, 5], pages: [2018] },
    ...{ video: video("5.1", "Profile 2", false), change: { streaming: dash } },
  }),
  television({
    ...{ id: "samsung-2019", name: "Samsung TV of 2019", versions: [5, 5.5], pages: [] },
    ...{ video: video("5.1", "Profile 2", false), assumed: likeTheYearBefore },
  }),
  television({
    ...{ id: "samsung-2020", name: "Samsung TV of 2020", versions: [5.5, 6], pages: [2020] },
    ...{ video: video("5.1", "Profile 2", true), change: { choosesAudio: true } },
  }),
  television({
    ...{ id: "samsung-2021", name: "Samsung TV of 2021 to 2023", versions: [6, 8], pages: [] },
    ...{ video: video("5.1", "Profile 2", true), assumed: likeTheYearBefore },
    change: { choosesAudio: true, keepsAspect: true },
  }),
  television({
    ...{
      id: "samsung-2024",
      name: "Samsung TV of 2024 and later",
      versions: [8, Infinity],
      pages: [],
    },
    ...{ video: video("5.1", "Profile 2", true), change: { keepsAspect: true } },
    assumed: `${likeTheYearBefore} Choosing a sound is reported to fail on it.`,
  }),
];
