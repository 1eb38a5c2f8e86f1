import type { z } from "@hono/zod-openapi";
import type { LibraryRow } from "../db/libraries.ts";
import type { ViewedFile } from "../db/media-files.ts";
import type { ScanRow } from "../db/scans.ts";
import type { Series } from "../db/series.ts";
import type { Relatives } from "../library/collection.ts";
import type { FilmSegment } from "../library/intros/find-segments.ts";
import { chapterName } from "../media/chapters.ts";
import { isBurnable, isText } from "../media/decoded-codecs.ts";
import {
  chromaticityUnits,
  luminanceUnits,
  type Chromaticity,
  type HdrMetadata,
} from "../media/hdr-metadata.ts";
import { toNumber } from "../media/rational.ts";
import type { AudioTrack, Source, SubtitleTrack, VideoTrack } from "../media/source.ts";
import { musicBody } from "./music-body.ts";
import { namingBody, relativesBody } from "./naming-body.ts";
import type * as schemas from "./schemas/library-schemas.ts";
import { isoTime } from "./schemas/wire.ts";

type MediaFileBody = z.infer<typeof schemas.mediaFileSchema>;

export function libraryBody(row: LibraryRow): z.infer<typeof schemas.librarySchema> {
  const { id, path, name, type, createdAt } = row;
  return { id, path, name, type, created_at: isoTime(createdAt) };
}

export function scanBody(scan: ScanRow): z.infer<typeof schemas.scanSchema> {
  const { id, status, found, added, updated, moved, removed, failed, error } = scan;
  return {
    ...{ id, status, found, added, updated, moved, removed, failed, error },
    library_id: scan.libraryId,
    current_path: scan.currentPath,
    started_at: isoTime(scan.startedAt),
    finished_at: isoTimeOrNull(scan.finishedAt),
  };
}

export function mediaFileBody(file: ViewedFile, series: Series | undefined): MediaFileBody {
  const { id, path, title, status, reason, container, duration, source } = file;
  const truncated = source?.truncated ?? null;
  return {
    ...{ id, path, title, status, reason, container, duration },
    library_id: file.libraryId,
    type: file.mediaType,
    reason_code: file.reasonCode,
    file_size: file.fileSize,
    bitrate: source?.bitrateBps ?? null,
    truncated: truncated && { declared_duration: truncated.declaredDurationSeconds },
    video: source?.video ? videoBody(source.video) : null,
    audio: source?.audio.map(audioBody) ?? [],
    subtitles: source?.subtitles.map(subtitleBody) ?? [],
    left_out: source?.leftOut.map(({ kind, index, codec }) => ({ kind, index, codec })) ?? [],
    album_id: file.albumId,
    music: source?.music ? musicBody(source.music) : null,
    resume_position: file.resumePosition,
    watched: file.watchedAt !== null,
    watched_at: isoTimeOrNull(file.watchedAt),
    added_at: isoTime(file.addedAt),
    updated_at: isoTime(file.updatedAt),
    last_watched_at: isoTimeOrNull(file.lastWatchedAt),
    missing_since: isoTimeOrNull(file.missingSince),
    ...namingBody(file.naming, series),
  };
}

/** What is known of a file that does not stand in it. */
export interface FileSurroundings {
  readonly series: Series | undefined;
  readonly relatives: Relatives;
  readonly segments: readonly FilmSegment[];
}

export function mediaFileDetailsBody(
  file: ViewedFile,
  { series, relatives, segments }: FileSurroundings,
): z.infer<typeof schemas.mediaFileDetailsSchema> {
  return {
    ...mediaFileBody(file, series),
    ...relativesBody(relatives),
    chapters: chapterBodies(file.source),
    segments: segments.map(({ kind, start, end }) => ({ kind, start, end })),
  };
}

/** In seconds from the film's beginning. */
export function chapterBodies(source: Source | null) {
  const zero = source?.startTimeSeconds ?? 0;
  const fromZero = (seconds: number): number => Math.round((seconds - zero) * 1e6) / 1e6;
  return (source?.chapters ?? []).map((chapter, n) => ({
    start: fromZero(chapter.startSeconds),
    end: fromZero(chapter.endSeconds),
    title: chapterName(chapter, n),
  }));
}

function videoBody(track: VideoTrack): NonNullable<MediaFileBody["video"]> {
  return {
    ...trackBody(track),
    profile: track.profile,
    width: track.width,
    height: track.height,
    frame_rate: track.frameRate && toNumber(track.frameRate),
    is_hdr: track.isHdr,
    hdr_metadata: hdrMetadataBody(track.hdrMetadata),
    is_interlaced: track.isInterlaced,
    rotation: track.rotationDegrees,
    bitrate: track.bitrateBps,
  };
}

function hdrMetadataBody(
  metadata: HdrMetadata | null,
): NonNullable<MediaFileBody["video"]>["hdr_metadata"] {
  if (metadata === null) return null;
  const { mastering, light } = metadata;
  const xy = ({ x, y }: Chromaticity): [number, number] => [
    x / chromaticityUnits,
    y / chromaticityUnits,
  ];
  return {
    mastering_display: mastering && {
      red: xy(mastering.red),
      green: xy(mastering.green),
      blue: xy(mastering.blue),
      white: xy(mastering.whitePoint),
      min_luminance: mastering.minLuminance / luminanceUnits,
      max_luminance: mastering.maxLuminance / luminanceUnits,
    },
    content_light: light && { max_cll: light.maxCll, max_fall: light.maxFall },
  };
}

function audioBody(track: AudioTrack): MediaFileBody["audio"][number] {
  return {
    ...trackBody(track),
    channels: track.channels,
    channel_layout: track.channelLayout,
    sample_rate: track.sampleRateHz,
    bitrate: track.bitrateBps,
    is_commentary: track.isCommentary,
    is_description: track.isDescription,
  };
}

function subtitleBody(track: SubtitleTrack): MediaFileBody["subtitles"][number] {
  return {
    ...trackBody(track),
    is_forced: track.isForced,
    is_for_hearing_impaired: track.isForHearingImpaired,
    is_commentary: track.isCommentary,
    is_text: isText(track),
    is_burnable: isBurnable(track),
    is_beside: track.side !== undefined,
  };
}

function trackBody({
  index,
  codec,
  language,
  title,
  isDefault,
}: VideoTrack | AudioTrack | SubtitleTrack) {
  return { index, codec, language, title, is_default: isDefault };
}

function isoTimeOrNull(unixMs: number | null): string | null {
  return unixMs === null ? null : isoTime(unixMs);
}
