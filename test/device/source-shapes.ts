import { levelNumber } from "../../src/media/codec-level.ts";
import { rational } from "../../src/media/rational.ts";
import type { AudioTrack, DolbyVision, Source, VideoTrack } from "../../src/media/source.ts";
import { exampleAudio, exampleSource, exampleVideo } from "../media/example-source.ts";

const demuxers = {
  mp4: "mov,mp4,m4a,3gp,3g2,mj2",
  mov: "mov,mp4,m4a,3gp,3g2,mj2",
  mkv: "matroska,webm",
  webm: "matroska,webm",
  ts: "mpegts",
  avi: "avi",
};

/** A file of one picture track and sounds, as ffprobe names things. */
export function film(
  container: keyof typeof demuxers,
  video: VideoTrack | null,
  audio: readonly AudioTrack[],
  change: Partial<Source> = {},
): Source {
  const tag = container === "mp4" || container === "mov" ? (video?.codecTag ?? null) : null;
  return exampleSource({
    container: demuxers[container],
    bitrateBps: video !== null && video.height > 1080 ? 40_000_000 : 5_000_000,
    video: video === null ? null : { ...video, codecTag: tag },
    audio: audio.map((track, i) => ({ ...track, index: i + 1, isDefault: i === 0 })),
    ...change,
  });
}

type VideoChange = Partial<Omit<VideoTrack, "level">> & { readonly level?: string };

function video(codec: string, base: VideoChange, change: VideoChange): VideoTrack {
  const { level, ...rest } = { ...base, ...change };
  return exampleVideo({
    ...rest,
    codec,
    level: level === undefined ? null : levelNumber(codec, level),
    frameRate: rest.frameRate ?? rational(24),
  });
}

export const h264 = (change: VideoChange = {}): VideoTrack =>
  video("h264", { profile: "High", level: "4.0", codecTag: "avc1" }, change);

export const hevc = (change: VideoChange = {}): VideoTrack =>
  video("hevc", { profile: "Main", level: "4.0", codecTag: "hvc1" }, change);

export const hevc10 = (change: VideoChange = {}): VideoTrack =>
  hevc({ profile: "Main 10", level: "4.1", pixelFormat: "yuv420p10le", ...change });

export const av1 = (change: VideoChange = {}): VideoTrack =>
  video("av1", { profile: "Main", level: "4.0", codecTag: "av01" }, change);

export const vp9 = (change: VideoChange = {}): VideoTrack =>
  video("vp9", { profile: "Profile 0" }, change);

export const other = (codec: string, change: VideoChange = {}): VideoTrack =>
  video(codec, { profile: "Main" }, change);

export const uhd = { width: 3840, height: 2160, level: "5.1" } as const;

const colors = { matrix: "bt2020nc", primaries: "bt2020", chromaLocation: "left" } as const;
export const hdr10 = { isHdr: true, color: { ...colors, transfer: "smpte2084" } } as const;
export const hlg = { isHdr: true, color: { ...colors, transfer: "arib-std-b67" } } as const;

export const dolby = (profile: number, compatibilityId: number, level = 6): DolbyVision => ({
  profile,
  level,
  compatibilityId,
});

export const sound = (codec: string, channels = 2, change: Partial<AudioTrack> = {}): AudioTrack =>
  exampleAudio({ codec, channels, profile: codec === "aac" ? "LC" : null, ...change });
