import type { AudioTrack, Source } from "../media/source.ts";
import { containersOf } from "./container-name.ts";
import type { Device } from "./device.ts";
import { audioReasons } from "./judge-audio.ts";
import { videoReasons } from "./judge-video.ts";
import type { Pictures } from "./pictures.ts";
import { listed, type Reason } from "./reason.ts";

/** Why the device cannot be given the file as it is, with that sound of it; empty when it can. */
export function fileReasons(
  source: Source,
  pictures: Pictures | null,
  audio: AudioTrack | null,
  device: Device,
): Reason[] {
  const containers = containersOf(source);
  const codecs = [pictures?.track.codec ?? [], audio?.codec ?? []].flat();
  return [
    ...containerReasons(containers, codecs, device),
    ...wholeReasons(source),
    ...(audio === null ? [] : choiceReasons(source, audio, device)),
    ...(pictures === null
      ? bitrateReasons(source, device)
      : filePictures(source, pictures, containers, device)),
    ...(audio === null ? [] : audioReasons(audio, device, "file")),
  ];
}

function containerReasons(
  containers: readonly string[],
  codecs: readonly string[],
  device: Device,
): Reason[] {
  const played = containers.filter((name) => device.containers.has(name));
  if (played.length === 0) {
    const message = `The device does not play ${containers[0]} files; it plays ${listed(device.containers.keys())}`;
    return [{ code: "CONTAINER_UNSUPPORTED", message }];
  }
  const missing = played.map((name) => {
    const inside = device.containers.get(name) ?? null;
    return inside === null ? [] : codecs.filter((codec) => !inside.has(codec));
  });
  if (missing.some((codecs) => codecs.length === 0)) return [];
  const message = `The device does not play ${listed(missing[0] ?? [])} in ${played[0]} files`;
  return [{ code: "CONTAINER_CODEC_UNSUPPORTED", message }];
}

/**
 * A file that ends early promises the film that it was: players show its whole length, and fail or hang where
 * nothing is. Of a clock that jumps they make what they can. A content ends where the film does, on one clock.
 */
function wholeReasons({ truncated, pieces }: Source): Reason[] {
  const reasons: Reason[] = [];
  if (truncated !== null) {
    const message = "The file ends before its own header says so, and players fail there";
    reasons.push({ code: "SOURCE_TRUNCATED", message });
  }
  if (pieces !== undefined) {
    const message = "The file's clock jumps, and players lose their place";
    reasons.push({ code: "SOURCE_CLOCK_JUMPS", message });
  }
  return reasons;
}

/** Some players follow the default flag, some the order: sure is only what both lead to. */
function choiceReasons(source: Source, audio: AudioTrack, device: Device): Reason[] {
  if (device.choosesAudio) return [];
  const unknown = source.leftOut.filter(({ kind }) => kind === "audio").map(({ index }) => index);
  const first = Math.min(...source.audio.map(({ index }) => index), ...unknown);
  const flagged = source.audio.filter(({ isDefault }) => isDefault);
  const isSure = audio.index === first && (flagged.length === 0 || flagged.includes(audio));
  if (isSure) return [];
  const message = `The device plays the first or default sound of a file, and stream ${audio.index} is to be heard`;
  return [{ code: "AUDIO_TRACK_FIXED", message }];
}

/** All of the file comes over the line, so all of its bits count. */
function filePictures(
  source: Source,
  pictures: Pictures,
  containers: readonly string[],
  device: Device,
): Reason[] {
  const bitrateBps = Math.max(source.bitrateBps, pictures.bitrateBps);
  return videoReasons({ ...pictures, bitrateBps }, device, { kind: "file", containers });
}

function bitrateReasons({ bitrateBps }: Source, { maxBitrateBps }: Device): Reason[] {
  if (maxBitrateBps === null || bitrateBps <= maxBitrateBps) return [];
  const [needs, takes] = [bitrateBps, maxBitrateBps].map(
    (bps) => `${(bps / 1e6).toFixed(1)} Mbit/s`,
  );
  return [
    { code: "BITRATE_TOO_HIGH", message: `The file needs ${needs}, the device takes ${takes}` },
  ];
}
