import { rational } from "../../src/media/rational.ts";
import type { AudioTrack, Source, SubtitleTrack, VideoTrack } from "../../src/media/source.ts";

const track = {
  language: "und",
  title: null,
  isDefault: true,
  startTimeSeconds: 0,
  endTimeSeconds: 60,
};

const sampleVideo: VideoTrack = {
  ...track,
  index: 0,
  codec: "h264",
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
  frameRate: rational(25),
  isVariableFrameRate: false,
  isInterlaced: false,
  reorderFrames: 2,
  pixelFormat: "yuv420p",
  isHdr: false,
  color: null,
  bitrateBps: null,
};

export const sampleAudio: AudioTrack = {
  ...track,
  index: 1,
  codec: "aac",
  profile: "LC",
  bitDepth: null,
  channels: 2,
  channelLayout: "stereo",
  sampleRateHz: 48_000,
  packetTimeSeconds: null,
  bitrateBps: 128_000,
  isCommentary: false,
  isDescription: false,
};

export const sampleSubtitle: SubtitleTrack = {
  ...track,
  index: 3,
  codec: "subrip",
  isForced: false,
  isForHearingImpaired: false,
  isCommentary: false,
};

/** A minute of 1080p H.264 with AAC stereo in MP4: what every device plays. */
export const sampleSource: Source = {
  fingerprint: `sha256-sampled:1000:${"0123456789abcdef".repeat(4)}`,
  sizeBytes: 1000,
  container: "mov,mp4,m4a,3gp,3g2,mj2",
  startTimeSeconds: 0,
  durationSeconds: 60,
  bitrateBps: 4_000_000,
  video: sampleVideo,
  audio: [sampleAudio],
  subtitles: [],
  leftOut: [],
  covers: [],
  chapters: [],
  truncated: null,
};
