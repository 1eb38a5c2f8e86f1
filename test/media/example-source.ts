import { rational } from "../../src/media/rational.ts";
import type { AudioTrack, Source, VideoTrack } from "../../src/media/source.ts";

/** An ordinary film: 1080p at 24000/1001, stereo, an hour and a half. */
export function exampleSource(change: Partial<Source> = {}): Source {
  return {
    fingerprint: "sha256-sampled:1000:00ff",
    sizeBytes: 1000,
    container: "matroska,webm",
    startTimeSeconds: 0,
    durationSeconds: 5400,
    bitrateBps: 9_000_000,
    video: exampleVideo(),
    audio: [exampleAudio()],
    subtitles: [],
    leftOut: [],
    covers: [],
    chapters: [],
    truncated: null,
    ...change,
  };
}

export function exampleVideo(change: Partial<VideoTrack> = {}): VideoTrack {
  return {
    index: 0,
    codec: "h264",
    language: "und",
    title: null,
    isDefault: true,
    startTimeSeconds: 0,
    endTimeSeconds: 5400,
    profile: "High",
    level: null,
    codecTag: null,
    dolbyVision: null,
    hdrMetadata: null,
    width: 1920,
    height: 1080,
    sampleAspectRatio: rational(1),
    rotationDegrees: 0,
    isMirrored: false,
    frameRate: rational(24000, 1001),
    isVariableFrameRate: false,
    isInterlaced: false,
    reorderFrames: 2,
    pixelFormat: "yuv420p",
    isHdr: false,
    color: null,
    bitrateBps: null,
    ...change,
  };
}

export function exampleAudio(change: Partial<AudioTrack> = {}): AudioTrack {
  return {
    index: 1,
    codec: "aac",
    language: "en",
    title: null,
    isDefault: true,
    startTimeSeconds: 0,
    endTimeSeconds: 5400,
    profile: "LC",
    bitDepth: null,
    channels: 2,
    channelLayout: "stereo",
    sampleRateHz: 48_000,
    packetTimeSeconds: null,
    bitrateBps: null,
    isCommentary: false,
    isDescription: false,
    ...change,
  };
}
