/** What a client says about itself. All of it may be left out. */
export interface DeviceRequest {
  readonly userAgent?: string | undefined;
  readonly supportedContainers?: readonly string[] | undefined;
  /** Names (`hevc`), and strings of RFC 6381 (`hvc1.2.4.L153.B0`) that say how much of a codec. */
  readonly supportedCodecs?: readonly string[] | undefined;
  /** `1080p`, `1920x1080`, `4k`. */
  readonly maxResolution?: string | undefined;
  /** Bits per second. */
  readonly maxBitrate?: number | undefined;
  readonly supportsHdr?: boolean | undefined;
  readonly maxAudioChannels?: number | undefined;
  readonly supportedSubtitles?: readonly string[] | undefined;
  readonly mediaCapabilities?: readonly MediaCapability[] | undefined;
}

/** A configuration that the client asked `navigator.mediaCapabilities.decodingInfo` about, and the answer. */
export interface MediaCapability {
  /** With one codec: `video/mp4; codecs="hvc1.2.4.L153.B0"`. */
  readonly contentType: string;
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  /** Frames per second. */
  readonly framerate?: number | undefined;
  /** Bits per second. */
  readonly bitrate?: number | undefined;
  readonly channels?: number | undefined;
  readonly hdr?: "hdr10" | "hdr10+" | "hlg" | undefined;
  readonly supported: boolean;
  readonly smooth?: boolean | undefined;
  /** Decoding in software costs the client power, and the viewer nothing: it decides nothing. */
  readonly powerEfficient?: boolean | undefined;
}
