/** What this browser says of itself, in the names of the API. */
export interface DeviceProfile {
  /** Of whole files; left out where a stream is wanted. */
  readonly supported_containers?: readonly string[];
  readonly supported_codecs: readonly string[];
  readonly max_resolution: string;
  readonly supports_hdr: boolean;
  readonly max_audio_channels: number;
}

/** RFC 6381 codec strings that stand for a whole family: a common profile at 1080p. */
const probes: readonly (readonly [codec: string, type: string])[] = [
  ["h264", 'video/mp4; codecs="avc1.640028"'],
  ["hevc", 'video/mp4; codecs="hvc1.1.6.L120.90"'],
  ["av1", 'video/mp4; codecs="av01.0.08M.08"'],
  ["vp9", 'video/mp4; codecs="vp09.00.40.08"'],
  ["aac", 'audio/mp4; codecs="mp4a.40.2"'],
  ["opus", 'audio/mp4; codecs="opus"'],
  ["flac", 'audio/mp4; codecs="flac"'],
  ["ac3", 'audio/mp4; codecs="ac-3"'],
  ["eac3", 'audio/mp4; codecs="ec-3"'],
  // What a name does not say: ten bits, and levels of UHD.
  ...["hvc1.2.4.L153.B0", "av01.0.12M.10", "vp09.02.51.10"].map(
    (codec) => [codec, `video/mp4; codecs="${codec}"`] as const,
  ),
];

const files: readonly (readonly [container: string, type: string])[] = [
  ["mp4", 'video/mp4; codecs="avc1.640028,mp4a.40.2"'],
  ["webm", 'video/webm; codecs="vp9,opus"'],
];

/** `takesFiles`: whether the viewer may be given a file as it is. */
export function detectDeviceProfile(takesFiles: boolean): DeviceProfile {
  const video = document.createElement("video");
  const plays = (type: string): boolean =>
    "MediaSource" in window ? MediaSource.isTypeSupported(type) : video.canPlayType(type) !== "";
  const tallest = Math.min(screen.width, screen.height) * devicePixelRatio;
  return {
    ...(takesFiles ? { supported_containers: playedFiles(video) } : {}),
    supported_codecs: probes.filter(([, type]) => plays(type)).map(([codec]) => codec),
    max_resolution: tallest > 1440 ? "2160p" : tallest > 1080 ? "1440p" : "1080p",
    supports_hdr: matchMedia("(dynamic-range: high)").matches,
    max_audio_channels: 2,
  };
}

function playedFiles(video: HTMLVideoElement): string[] {
  return files.filter(([, type]) => video.canPlayType(type) !== "").map(([name]) => name);
}
