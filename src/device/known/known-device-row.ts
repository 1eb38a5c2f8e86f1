import type { AudioLimits, Device, VideoLimits } from "../device.ts";
import { defaultDevice } from "../default-device.ts";
import { anyAudio } from "../limits.ts";

/** One row of the table of known devices: data, and where it was found. */
export interface KnownDevice {
  readonly id: string;
  /** Matches its User-Agent; with `versions`, the first group is a version. */
  readonly userAgent: RegExp;
  /** From this version on, below that one. */
  readonly versions?: readonly [from: number, below: number];
  /** Addresses of the pages, or repository and file. */
  readonly sources: readonly string[];
  /** Which facts were not found there, so that the careful value stands; absent when all were. */
  readonly assumed?: string;
  readonly device: Device;
}

interface Row extends Omit<KnownDevice, "device"> {
  readonly name: string;
  /** Containers that it plays as a file: `mp4`, or `avi:h264,hevc` with these codecs alone. */
  readonly files: readonly string[];
  readonly streaming?: Device["streaming"];
  readonly video: readonly (readonly [codec: string, ...limits: VideoLimits[]])[];
  readonly audio: Readonly<Record<string, Partial<AudioLimits>>>;
  readonly maxHeight: number;
  readonly maxAudioChannels: number;
  readonly change?: Partial<Device>;
}

/** Both formats: by Media Source Extensions, or by a player of its own. */
const everyFormat: Device["streaming"] = new Set(["dash", "hls"]);

export function row({ name, files, video, audio, change, ...rest }: Row): KnownDevice {
  const { id, userAgent, versions, sources, assumed, ...limits } = rest;
  const device: Device = {
    ...defaultDevice,
    name,
    containers: new Map(files.map(container)),
    streaming: limits.streaming ?? everyFormat,
    video: new Map(video.map(([codec, ...alternatives]) => [codec, alternatives])),
    audio: new Map(Object.entries(audio).map(([codec, of]) => [codec, [{ ...anyAudio, ...of }]])),
    maxHeight: limits.maxHeight,
    maxAudioChannels: limits.maxAudioChannels,
    ...change,
  };
  return {
    id,
    userAgent,
    sources,
    device,
    ...(versions && { versions }),
    ...(assumed !== undefined && { assumed }),
  };
}

function container(text: string): [string, ReadonlySet<string> | null] {
  const [name = "", codecs] = text.split(":");
  return [name, codecs === undefined ? null : new Set(codecs.split(","))];
}
