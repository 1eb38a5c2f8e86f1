import type { StartedTrack } from "../support/api-client.ts";

/** What plays the zoo: nothing is copied for `none`; the others are given what they can play as it is. */
export const zooDevices = ["none", "plain", "capable"] as const;
export type ZooDevice = (typeof zooDevices)[number];

const wishes: Readonly<Record<ZooDevice, Readonly<Record<string, unknown>>>> = {
  none: { delivery: "transcode" },
  plain: { delivery: "auto" },
  capable: {
    delivery: "auto",
    device_profile: {
      supported_codecs: [
        ...["h264", "hevc", "hvc1.2.4.L186.B0", "av1", "vp9"],
        ...["aac", "ac3", "eac3", "opus", "flac", "mp3"],
      ],
      supported_containers: ["dash", "hls"],
      max_resolution: "4k",
      supports_hdr: true,
      max_audio_channels: 8,
    },
  },
};

export function deviceWishes(device: ZooDevice): Readonly<Record<string, unknown>> {
  return wishes[device];
}

/** `ZOO_DEVICE`, some of those above with commas between them; all of them where it is not set. */
export function chooseDevices(names: string | undefined): readonly ZooDevice[] {
  if (names === undefined) return zooDevices;
  return names.split(",").map((name) => {
    const device = zooDevices.find((each) => each === name);
    if (device !== undefined) return device;
    throw new Error(`ZOO_DEVICE: expected some of ${zooDevices.join(", ")}; got ${name}`);
  });
}

/** What each plays, as FFmpeg names it. */
const played: Readonly<Record<ZooDevice, readonly string[]>> = {
  none: [],
  plain: ["h264", "aac"],
  capable: [...["h264", "hevc", "av1", "vp9"], ...["aac", "ac3", "eac3", "opus", "flac", "mp3"]],
};
/** Reasons that say that a codec is not played at all. */
const ofCodec = ["VIDEO_CODEC_UNSUPPORTED", "AUDIO_CODEC_UNSUPPORTED"];

/** A track that is not copied says why, and does not say that the device lacks a codec that it has. */
export function judgeTracks(tracks: readonly StartedTrack[], device: ZooDevice): string[] {
  return tracks.flatMap(({ index, action, codec, reasons }) => {
    if (action === "copy") {
      const isAsked = played[device].includes(codec ?? "");
      return isAsked ? [] : [`stream ${index}: ${codec} is copied for who does not play it`];
    }
    if (reasons.length === 0) return [`stream ${index}: nothing says why it is not copied`];
    const lie = reasons.find(({ code }) => ofCodec.includes(code));
    return action === "encode" && lie !== undefined && played[device].includes(codec ?? "")
      ? [`stream ${index}: ${codec} is played, and it is said that ${lie.message}`]
      : [];
  });
}
