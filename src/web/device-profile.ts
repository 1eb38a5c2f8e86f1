/** What this browser says of itself, in the names of the API. */
export interface DeviceProfile {
  readonly supported_containers: readonly string[];
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
];

export function detectDeviceProfile(): DeviceProfile {
  const video = document.createElement("video");
  const plays = (type: string): boolean =>
    "MediaSource" in window ? MediaSource.isTypeSupported(type) : video.canPlayType(type) !== "";
  const tallest = Math.min(screen.width, screen.height) * devicePixelRatio;
  return {
    supported_containers: ["mp4"],
    supported_codecs: probes.filter(([, type]) => plays(type)).map(([codec]) => codec),
    max_resolution: tallest > 1440 ? "2160p" : tallest > 1080 ? "1440p" : "1080p",
    supports_hdr: matchMedia("(dynamic-range: high)").matches,
    max_audio_channels: 2,
  };
}
