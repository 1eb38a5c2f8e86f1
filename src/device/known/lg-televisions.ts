import type { AudioLimits, Device, VideoLimits } from "../device.ts";
import { anyVideo, everyHdr, videoLimits } from "../limits.ts";
import { row, type KnownDevice } from "./known-device-row.ts";

/** Versions of webOS by that of the Chromium in it; what plays, by LG's manuals as others read them. */
const sources = [
  "github:jellyfin/jellyfin-web:src/scripts/browser.js",
  "github:jellyfin/jellyfin-web:src/scripts/browserDeviceProfile.js",
  "https://webostv.developer.lge.com/develop/specifications/streaming-protocol-drm",
];
const renderers =
  "github:UniversalMediaServer/UniversalMediaServer:src/main/external-resources/renderers";

const assumed =
  "That it is a UHD set, as nearly all are, and one without Dolby Vision, as cheaper ones are: of profiles 7 and 8 it shows the HDR10 in them.";

const files = [
  "mp4",
  "matroska",
  "mpegts:h264,hevc,mpeg2video,vc1,aac,ac3,eac3,dts,mp2,mp3,pcm_s16le",
  "avi:h264,mpeg4,mjpeg,aac,ac3,dts,mp2,mp3",
  "mpeg:mpeg1video,mpeg2video,ac3,mp2",
  "asf:vc1,wmv3,wmav2",
  "mp3:mp3",
  "wav",
];

const inFile = { carriage: "file" } as const;

const common: (readonly [string, VideoLimits])[] = [
  ["h264", videoLimits("h264", "High", "5.1")],
  ["hevc", videoLimits("hevc", "Main 10", "5.1", { hdr: everyHdr })],
  ["vp8", { ...anyVideo, maxHeight: 1080 }],
  ["vp9", videoLimits("vp9", "Profile 2", "5.1", { hdr: everyHdr })],
  ...["mpeg1video", "mpeg2video", "mpeg4", "vc1", "wmv3", "mjpeg"].map(
    (codec): [string, VideoLimits] => [codec, { ...anyVideo, maxHeight: 1080 }],
  ),
];
const withAv1 = [...common, ["av1", videoLimits("av1", "Main", "5.1", { hdr: everyHdr })] as const];

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
  flac: { maxChannels: 2 },
};
const opus = { maxChannels: 6 };
const dts = { maxChannels: 6, ...inFile };

/** It finds Dolby Vision in MP4 and MPEG-TS alone; from webOS 25 on in Matroska, too. */
const dolbyVisionContainers = new Set(["mp4", "mpegts"]);

interface Year {
  readonly id: string;
  readonly name: string;
  /** Chromium's major version, and the first that belongs to the next year. */
  readonly versions: readonly [number, number];
  readonly manual: string;
  readonly video: readonly (readonly [string, VideoLimits])[];
  readonly audio: Readonly<Record<string, Partial<AudioLimits>>>;
  readonly change?: Partial<Device>;
}

function television({ manual, change, ...year }: Year): KnownDevice {
  return row({
    ...year,
    ...{
      userAgent: /Web0S.*\bChrome\/(\d+)/,
      sources: [...sources, `${renderers}/${manual}`],
      assumed,
    },
    ...{ files, maxHeight: 2160, maxAudioChannels: 6 },
    change: { deinterlaces: true, dolbyVisionContainers, ...change },
  });
}

const chooses = { choosesAudio: true };
const choosesAndShapes = { choosesAudio: true, keepsAspect: true };

export const lgTelevisions: readonly KnownDevice[] = [
  television({
    ...{ id: "lg-webos-3", name: "LG webOS TV 3.x (2016, 2017)", versions: [38, 53] },
    ...{ manual: "LG-UH770.conf", video: common, audio: { ...sound, dts } },
    change: { streaming: new Set(["dash"]) },
  }),
  television({
    ...{ id: "lg-webos-4", name: "LG webOS TV 4.x (2018, 2019)", versions: [53, 68] },
    ...{ manual: "LG-OLED.conf", video: common, audio: { ...sound, opus, dts }, change: chooses },
  }),
  television({
    ...{ id: "lg-webos-5", name: "LG webOS TV 5 (2020)", versions: [68, 79] },
    ...{ manual: "LG-OLED-2020+.conf", video: withAv1, audio: { ...sound, opus } },
    change: choosesAndShapes,
  }),
  television({
    ...{ id: "lg-webos-6", name: "LG webOS TV 6 (2021)", versions: [79, 87] },
    ...{
      manual: "LG-NANO.conf",
      video: withAv1,
      audio: { ...sound, opus },
      change: choosesAndShapes,
    },
  }),
  television({
    ...{ id: "lg-webos-22", name: "LG webOS TV 22 (2022)", versions: [87, 94] },
    ...{ manual: "LG-OLED-2022.conf", video: withAv1, audio: { ...sound, opus } },
    change: choosesAndShapes,
  }),
  television({
    ...{ id: "lg-webos-23", name: "LG webOS TV 23 (2023)", versions: [94, 108] },
    ...{ manual: "LG-TV-2023+.conf", video: withAv1, audio: { ...sound, opus, dts } },
    change: choosesAndShapes,
  }),
  television({
    ...{ id: "lg-webos-24", name: "LG webOS TV 24 (2024)", versions: [108, 120] },
    ...{ manual: "LG-TV-2023+.conf", video: withAv1, audio: { ...sound, opus, dts } },
    change: choosesAndShapes,
  }),
  television({
    ...{ id: "lg-webos-25", name: "LG webOS TV 25 and later (2025)", versions: [120, Infinity] },
    ...{ manual: "LG-TV-2025+.conf", video: withAv1, audio: { ...sound, opus } },
    change: { ...choosesAndShapes, dolbyVisionContainers: new Set(["mp4", "mpegts", "matroska"]) },
  }),
  row({
    ...{ id: "lg-webos-old", name: "LG TV before 2016", userAgent: /Web0S|NetCast/, sources },
    assumed: "What plays in them was not looked up: H.264 and AAC as every client.",
    ...{ files: ["mp4"], video: [["h264", videoLimits("h264", "High", "4.1")]] },
    ...{ audio: { aac: { maxChannels: 2 } }, maxHeight: 1080, maxAudioChannels: 2 },
  }),
];
