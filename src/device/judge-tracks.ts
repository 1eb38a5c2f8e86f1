import { isBurnable, isText } from "../media/decoded-codecs.ts";
import type { AudioTrack, LeftOutTrack, Source, SubtitleTrack } from "../media/source.ts";
import type { Device } from "./device.ts";
import { audioReasons } from "./judge-audio.ts";
import { fileReasons } from "./judge-file.ts";
import { videoReasons } from "./judge-video.ts";
import { picturesOf, type Pictures } from "./pictures.ts";
import { burnReason, type SubtitleWish } from "./judge-subtitle.ts";
import { leftOutReason } from "./left-out.ts";
import { distinctReasons, type Reason } from "./reason.ts";

export const deliveryWishes = ["auto", "direct_play", "remux", "transcode"] as const;
export type DeliveryWish = (typeof deliveryWishes)[number];

export interface Wishes {
  /** Stream index of the sound the viewer will hear first; null for the default one, or a silent film. */
  readonly audioIndex: number | null;
  /** Class height the viewer asked for as a cap; null when none was. */
  readonly maxHeight: number | null;
  readonly delivery: DeliveryWish;
  /** The subtitles asked for; null for none. */
  readonly subtitle: SubtitleWish | null;
  /** Whether quiet sound is to become louder, and loud sound quieter. */
  readonly nightMode: boolean;
}

export interface TrackVerdict {
  /** Stream index in the file. */
  readonly index: number;
  readonly kind: "video" | "audio" | "subtitle" | "cover";
  /** `burn`: subtitles that become part of the pictures. */
  readonly action: "copy" | "encode" | "burn" | "drop";
  /** The source's, as FFmpeg names it; null for one that FFmpeg does not know. */
  readonly codec: string | null;
  /** Empty exactly when it is copied. */
  readonly reasons: readonly Reason[];
}

export interface Verdict {
  /** `impossible`: what was wished for cannot be, for these reasons, and no track is judged. */
  readonly delivery: "file" | "content" | "impossible";
  /** In the file's order; in a file all of them are there. */
  readonly tracks: readonly TrackVerdict[];
  /** Stream index of the sound heard first; null for a silent film. */
  readonly audioIndex: number | null;
  /** Why it is not delivered with less work; empty for a file. */
  readonly reasons: readonly Reason[];
}

/** How a title reaches a device, and what becomes of each of its tracks. Pure: the same answer to the same question. */
export function judgeTracks(source: Source, device: Device, wishes: Wishes): Verdict {
  const audio = playedAudio(source.audio, wishes.audioIndex);
  const audioIndex = audio?.index ?? null;
  const pictures = source.video === null ? null : picturesOf(source.video, source.bitrateBps);
  const asked = pictures === null ? [] : qualityReasons(pictures, wishes.maxHeight);
  const burnt = burnReason(source, device, wishes.subtitle, "file");
  const ofFile = distinctReasons([
    ...fileReasons(source, pictures, audio, device),
    ...asked,
    ...(burnt === null ? [] : [burnt]),
    ...(audio === null ? [] : nightReasons(wishes)),
  ]);
  if (ofFile.length === 0 && (wishes.delivery === "auto" || wishes.delivery === "direct_play")) {
    return { delivery: "file", tracks: inFile(source), audioIndex, reasons: [] };
  }
  if (wishes.delivery === "direct_play") {
    return { delivery: "impossible", tracks: [], audioIndex, reasons: ofFile };
  }
  const tracks = inContent(source, pictures, device, wishes, asked);
  const ofTracks = played(tracks, audioIndex).flatMap(({ reasons }) => reasons);
  if (wishes.delivery === "remux" && ofTracks.length > 0) {
    return { delivery: "impossible", tracks: [], audioIndex, reasons: distinctReasons(ofTracks) };
  }
  const found = distinctReasons([...ofFile, ...ofTracks]);
  return {
    delivery: "content",
    tracks,
    audioIndex,
    reasons: found.length > 0 ? found : [requested],
  };
}

/** What API and statistics call a verdict; null for one that cannot be. */
export function decisionOf({
  delivery,
  tracks,
  audioIndex,
}: Verdict): "direct_play" | "remux" | "transcode" | null {
  if (delivery === "impossible") return null;
  if (delivery === "file") return "direct_play";
  const isEncoded = played(tracks, audioIndex).some(({ action }) => action === "encode");
  return isEncoded ? "transcode" : "remux";
}

/** The sound asked for; else the default one; else the first. */
export function playedAudio(audio: readonly AudioTrack[], index: number | null): AudioTrack | null {
  const inOrder = audio.toSorted((a, b) => a.index - b.index);
  const asked = inOrder.find((track) => track.index === index);
  return asked ?? inOrder.find(({ isDefault }) => isDefault) ?? inOrder[0] ?? null;
}

/** What the viewer sees and hears first. */
function played(tracks: readonly TrackVerdict[], audioIndex: number | null): TrackVerdict[] {
  return tracks.filter(
    ({ kind, index }) => kind === "video" || (kind === "audio" && index === audioIndex),
  );
}

function qualityReasons({ height }: Pictures, maxHeight: number | null): Reason[] {
  if (maxHeight === null || height <= maxHeight) return [];
  const message = `The pictures are ${height}p and ${maxHeight}p was asked for`;
  return [{ code: "QUALITY_REQUESTED", message }];
}

function nightReasons({ nightMode }: Wishes): Reason[] {
  if (!nightMode) return [];
  const message = "The sound was asked for in night mode, and is encoded for it";
  return [{ code: "NIGHT_MODE_REQUESTED", message }];
}

const requested: Reason = {
  code: "DELIVERY_REQUESTED",
  message: "The device could be given it as it is, but another way was asked for",
};

function inFile({ video, audio, subtitles, leftOut }: Source): TrackVerdict[] {
  const copied = { action: "copy", reasons: [] } as const;
  return inOrder([
    ...(video === null
      ? []
      : [{ ...copied, index: video.index, kind: "video" as const, codec: video.codec }]),
    ...audio.map(({ index, codec }) => ({ ...copied, index, kind: "audio" as const, codec })),
    ...subtitles.map(({ index, codec }) => ({
      ...copied,
      index,
      kind: "subtitle" as const,
      codec,
    })),
    ...leftOut.map(({ index, codec, kind }) => ({ ...copied, index, kind, codec })),
  ]);
}

/** A content holds the pictures and every sound: the others are judged as the one that is heard first. */
function inContent(
  source: Source,
  pictures: Pictures | null,
  device: Device,
  wishes: Wishes,
  asked: readonly Reason[],
): TrackVerdict[] {
  const { delivery, subtitle: wished } = wishes;
  const burnt = burnReason(source, device, wished, "stream");
  const made = (
    index: number,
    kind: "video" | "audio",
    codec: string,
    found: readonly Reason[],
  ): TrackVerdict => {
    const unlessFound = delivery === "transcode" ? [requested] : [];
    const reasons = found.length > 0 ? distinctReasons(found) : unlessFound;
    return { index, kind, codec, action: reasons.length > 0 ? "encode" : "copy", reasons };
  };
  const ofVideo =
    pictures === null
      ? []
      : [
          ...videoReasons(pictures, device, { kind: "stream" }),
          ...asked,
          ...(burnt === null ? [] : [burnt]),
        ];
  return inOrder([
    ...(pictures === null
      ? []
      : [made(pictures.track.index, "video", pictures.track.codec, ofVideo)]),
    ...source.audio.map((track) =>
      made(track.index, "audio", track.codec, [
        ...audioReasons(track, device, "stream"),
        ...nightReasons(wishes),
      ]),
    ),
    ...source.subtitles.map((track) =>
      subtitle(track, track.index === wished?.index ? burnt : null),
    ),
    ...source.leftOut.map(leftOut),
  ]);
}

/** Text is made WebVTT for every device: players of streams take nothing else. */
function subtitle(own: SubtitleTrack, burnt: Reason | null): TrackVerdict {
  const { index, codec } = own;
  const track = { index, kind: "subtitle", codec } as const;
  if (burnt !== null) return { ...track, action: "burn", reasons: [burnt] };
  if (isText(own)) {
    const message = `Subtitles of the codec ${codec} are delivered as WebVTT`;
    return { ...track, action: "encode", reasons: [{ code: "SUBTITLES_CONVERTED", message }] };
  }
  return { ...track, action: "drop", reasons: [notDelivered(own)] };
}

/** Why subtitles that are no text are left out. */
export function notDelivered(track: SubtitleTrack): Reason {
  const message = isBurnable(track)
    ? `Subtitles of the codec ${track.codec} are pictures: they become part of the film's when they are asked for`
    : `Subtitles of the codec ${track.codec} are not decoded here`;
  return { code: "SUBTITLES_NOT_DELIVERED", message };
}

function leftOut(track: LeftOutTrack): TrackVerdict {
  const { kind, index, codec } = track;
  return { index, kind, codec, action: "drop", reasons: [leftOutReason(track)] };
}

function inOrder(tracks: readonly TrackVerdict[]): TrackVerdict[] {
  return tracks.toSorted((a, b) => a.index - b.index);
}
