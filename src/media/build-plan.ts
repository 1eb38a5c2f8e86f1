import { ViewraError } from "../errors/viewra-error.ts";
import { conformedFrameRate } from "./frame-rate.ts";
import { h264Level } from "./h264-level.ts";
import { createLadder, displaySize, type LadderLimits } from "./ladder.ts";
import type { AudioRendition, Plan, VideoRendition } from "./plan.ts";
import { rational, toNumber, type Rational } from "./rational.ts";
import { planColor, untagged } from "./color.ts";
import {
  videoTimescale,
  type AudioRecipe,
  type CodedPictures,
  type VideoRecipe,
  type VideoTarget,
} from "./recipe.ts";
import { canBeMixed } from "./channel-layout.ts";
import type { AudioTrack, Source, VideoTrack } from "./source.ts";
import { createGrid, type Grid } from "./timeline.ts";

export type Quality = "low" | "medium" | "high";

/** How a provider's encoder reaches a target: the part of a recipe that is the provider's to say. */
export type VideoTuning = Pick<VideoRecipe, "encoder" | "profile" | "settings">;

export interface PlanOptions extends LadderLimits {
  readonly segmentSeconds: number;
  readonly quality: Quality;
  readonly maxAudioChannels: number;
  /** Asked of the chosen provider for each rung. Must be pure: it is part of the content hash. */
  readonly tune: (target: VideoTarget, quality: Quality) => VideoTuning;
}

const pictureLimit = 16_384;
/** Sound that begins less than this before the pictures begins with them, seconds. */
const shortestLead = 0.05;
/** The grid of a film without pictures. */
const soundOnlyRate = rational(25);

/**
 * The plan for a source: same source and options, same plan, on any machine.
 * Throws MEDIA_UNSUPPORTED when nothing in it can be played.
 */
export function buildPlan(source: Source, options: PlanOptions): Plan {
  const { video } = source;
  // A film cut off early may name a track of which nothing is left.
  const audio = source.audio.filter((track) => track.endTimeSeconds > track.startTimeSeconds);
  if (video === null && audio.length === 0) {
    throw new ViewraError("MEDIA_UNSUPPORTED", "The file holds neither pictures nor sound");
  }
  const frameRate = video === null ? soundOnlyRate : conformedFrameRate(video);
  const origin = video === null ? source.startTimeSeconds : pictureOrigin(source, video, frameRate);
  const end = source.startTimeSeconds + source.durationSeconds;
  if (!(end - origin > 0)) {
    throw new ViewraError("MEDIA_UNSUPPORTED", "The file has no duration");
  }
  const grid = createGrid(end - origin, frameRate, options.segmentSeconds);
  return {
    version: 1,
    source: {
      fingerprint: source.fingerprint,
      originMicroseconds: Math.round(origin * 1e6),
      ...(source.pieces && { joined: { container: source.container, pieces: source.pieces } }),
    },
    grid,
    renditions: [
      ...(video === null ? [] : videoRenditions(video, end, grid, options)),
      ...audioRenditions(audio, end, options),
    ],
  };
}

/** What a track may lack at its end, to a tenth of a second, with half a second for rounded headers. */
function holdSeconds(endSeconds: number, contentEnd: number): number {
  return Math.ceil(Math.max(0, contentEnd - endSeconds) * 10 + 5) / 10;
}

/** Where a sound track ends at the earliest: what its header says is nothing where no last packet was seen. */
function provenEnd({ packetTimeSeconds, startTimeSeconds, endTimeSeconds }: AudioTrack): number {
  return packetTimeSeconds === null ? startTimeSeconds : endTimeSeconds;
}

/**
 * The content's zero on the source's clock: the source's start, moved by less than half a frame so that
 * the first picture falls exactly on the grid. Without that, rounded time stamps of a picture half a
 * frame off the grid would flip between two grid positions, and pictures be doubled and dropped.
 * Sound moves along, so both stay together.
 */
function pictureOrigin(source: Source, video: VideoTrack, frameRate: Rational): number {
  const rate = toNumber(frameRate);
  const delay = Math.max(0, video.startTimeSeconds - source.startTimeSeconds);
  // Matroska counts from an encoder's priming, 21 ms of silence: no reason to invent a picture.
  const inventedFrames = delay < shortestLead ? 0 : Math.round(delay * rate);
  return source.startTimeSeconds + delay - inventedFrames / rate;
}

function videoRenditions(
  track: VideoTrack,
  contentEnd: number,
  { frameRate, framesPerSegment, totalFrames }: Grid,
  options: PlanOptions,
): VideoRendition[] {
  const size = displaySize(track);
  if (size.width < 1 || size.height < 1 || Math.max(size.width, size.height) > pictureLimit) {
    const message = `Pictures of ${size.width}×${size.height} are not supported`;
    throw new ViewraError("MEDIA_UNSUPPORTED", message);
  }
  const color = planColor(track.color ?? untagged, track.pixelFormat, track);
  // A film of one segment has no more: what an encoder may reorder follows from it.
  const gopFrames = Math.min(framesPerSegment, totalFrames);
  const { rotationDegrees, isMirrored } = track;
  return createLadder(track, frameRate, options).map((rung) => {
    const { id, ...shape } = rung;
    const target: VideoTarget = {
      codec: "h264",
      ...shape,
      frameRate,
      gopFrames,
      color: color.output,
    };
    const recipe: VideoRecipe = {
      kind: "video",
      revision: 2,
      ...target,
      treatment: {
        deinterlace: track.isInterlaced ? codedPictures(track) : null,
        orientation: { rotationDegrees, isMirrored },
        sourceColor: color.source,
        conversion: color.conversion,
      },
      timescale: videoTimescale(frameRate),
      level: h264Level(target),
      ...options.tune(target, options.quality),
    };
    const hold = holdSeconds(track.endTimeSeconds, contentEnd);
    return { kind: "video", id, track: track.index, holdSeconds: hold, recipe };
  });
}

const planarYuv = /^yuvj?4(?:20|22|44)p(?:(?:10|12|14|16)le)?$/;

/** What the deinterlacer is given: the decoder's own form where it takes that one. */
function codedPictures({ width, height, pixelFormat }: VideoTrack): CodedPictures {
  const deep = /(?:10|12|14|16)(?:le|be)|^v210|^p01/.test(pixelFormat ?? "");
  const fallback = deep ? "yuv422p10le" : "yuv422p";
  const isKnown = pixelFormat !== null && planarYuv.test(pixelFormat);
  return { width, height, pixelFormat: isKnown ? pixelFormat : fallback };
}

function audioRenditions(
  tracks: readonly AudioTrack[],
  contentEnd: number,
  options: PlanOptions,
): AudioRendition[] {
  const defaultIndex = (tracks.find((track) => track.isDefault) ?? tracks[0])?.index;
  const labels = new Set<string>();
  return tracks.map((track, i) => {
    const isDefault = track.index === defaultIndex;
    return {
      kind: "audio",
      id: `a${i + 1}`,
      track: track.index,
      holdSeconds: holdSeconds(provenEnd(track), contentEnd),
      packetMicroseconds: packetMicroseconds(track),
      language: track.language,
      label: uniqueLabel(track.title ?? languageLabel(track.language, i + 1), labels),
      isDefault,
      role: track.isCommentary ? "commentary" : isDefault ? "main" : "alternate",
      recipe: audioRecipe(track, options.maxAudioChannels),
    };
  });
}

function audioRecipe(track: AudioTrack, maxChannels: number): AudioRecipe {
  const channels = track.channels === 1 ? 1 : track.channels >= 6 && maxChannels >= 6 ? 6 : 2;
  const bitrateBps = { 1: 96_000, 2: 160_000, 6: 384_000 }[channels];
  return {
    kind: "audio",
    revision: 2,
    codec: "aac",
    encoder: "aac",
    sampleRateHz: 48_000,
    channels,
    mix: !canBeMixed(track) ? "front-channels" : track.channels === channels ? "none" : "layout",
    bitrateBps,
    frameSamples: 1024,
    prerollFrames: 8,
  };
}

/** Codecs whose packets all hold as many samples (Vorbis' and WMA's do not; PCM's are whatever was read). */
const evenCodecs = new Set([
  ...["aac", "ac3", "eac3", "mp1", "mp2", "mp3", "dts", "opus", "flac", "alac"],
]);

function packetMicroseconds({ codec, packetTimeSeconds }: AudioTrack): number | null {
  if (packetTimeSeconds === null || !evenCodecs.has(codec)) return null;
  return Math.round(packetTimeSeconds * 1e6);
}

/** A fixed table, not Intl: the label is part of the hash and must not follow a machine's language data. */
const languageNames: Readonly<Record<string, string>> = {
  ara: "Arabic",
  chi: "Chinese",
  zho: "Chinese",
  cze: "Czech",
  ces: "Czech",
  dan: "Danish",
  dut: "Dutch",
  nld: "Dutch",
  eng: "English",
  en: "English",
  fin: "Finnish",
  fre: "French",
  fra: "French",
  ger: "German",
  deu: "German",
  gre: "Greek",
  ell: "Greek",
  heb: "Hebrew",
  hin: "Hindi",
  hun: "Hungarian",
  ita: "Italian",
  jpn: "Japanese",
  kor: "Korean",
  nor: "Norwegian",
  pol: "Polish",
  por: "Portuguese",
  rum: "Romanian",
  ron: "Romanian",
  rus: "Russian",
  spa: "Spanish",
  swe: "Swedish",
  tha: "Thai",
  tur: "Turkish",
  ukr: "Ukrainian",
  vie: "Vietnamese",
};

function languageLabel(language: string, position: number): string {
  return languageNames[language] ?? (language === "und" ? `Audio ${position}` : language);
}

/** Menus and HLS NAME attributes need distinct labels without quotes or line breaks (RFC 8216 4.2). */
function uniqueLabel(wanted: string, taken: Set<string>): string {
  const clean =
    wanted
      .replaceAll(/["\p{Cc}]+/gu, " ")
      .trim()
      .slice(0, 80) || "Audio";
  let label = clean;
  for (let i = 2; taken.has(label); i++) label = `${clean} (${i})`;
  taken.add(label);
  return label;
}
