/** What plays the zoo: nothing is copied for `none`; the others are given what they can play as it is. */
export type ZooDevice = "none" | "plain" | "capable";

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
      supported_containers: ["mp4", "mkv", "webm", "mov"],
      max_resolution: "4k",
      supports_hdr: true,
      max_audio_channels: 8,
    },
  },
};

/** `ZOO_DEVICE`, of those above; `none` where it is not set. */
export function deviceWishes(name: string | undefined): Readonly<Record<string, unknown>> {
  const device = Object.entries(wishes).find(([each]) => each === (name ?? "none"));
  if (device === undefined)
    throw new Error(`ZOO_DEVICE: expected none, plain or capable; got ${name}`);
  return device[1];
}
