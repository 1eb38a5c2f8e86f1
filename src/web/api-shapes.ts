import * as v from "valibot";

/**
 * What this page reads of the API's answers. Anything else in them is ignored, so that the server can
 * say more without breaking a page that a browser kept open. Seconds, bytes, bits per second.
 */

const optionalText = v.optional(v.nullable(v.string()), null);
const optionalNumber = v.optional(v.nullable(v.number()), null);

const errorSchema = v.object({
  code: v.string(),
  message: v.string(),
  retry_after: optionalNumber,
});
export const errorBodySchema = v.object({ error: errorSchema });

const librarySchema = v.object({
  id: v.string(),
  path: v.string(),
  name: optionalText,
  type: v.string(),
});
export type Library = v.InferOutput<typeof librarySchema>;
export const addedLibrarySchema = librarySchema;
export const librariesSchema = v.object({ libraries: v.array(librarySchema) });

export const scanSchema = v.object({
  id: v.optional(v.string()),
  library_id: optionalText,
  status: v.string(),
  found: v.optional(v.number(), 0),
  added: v.optional(v.number(), 0),
  updated: v.optional(v.number(), 0),
  removed: v.optional(v.number(), 0),
  failed: v.optional(v.number(), 0),
  error: optionalText,
});
export type Scan = v.InferOutput<typeof scanSchema>;
export const startedScanSchema = v.object({ scan_id: v.string() });

const videoTrackSchema = v.object({
  codec: v.string(),
  width: v.number(),
  height: v.number(),
});
const audioTrackSchema = v.object({
  codec: v.string(),
  channels: v.optional(v.number(), 2),
  language: optionalText,
});

const subtitleTrackSchema = v.object({
  index: v.number(),
  language: optionalText,
  title: optionalText,
  is_default: v.optional(v.boolean(), false),
  is_forced: v.optional(v.boolean(), false),
  /** Not pictures. */
  is_text: v.optional(v.boolean(), false),
  /** Can become part of the pictures. */
  is_burnable: v.optional(v.boolean(), false),
});

const mediaFileSchema = v.object({
  id: v.string(),
  path: v.string(),
  title: optionalText,
  container: optionalText,
  duration: v.optional(v.nullable(v.number()), 0),
  file_size: v.optional(v.number(), 0),
  /** `ready`, `unreadable` or `missing`. */
  status: v.optional(v.string(), "ready"),
  reason: optionalText,
  resume_position: v.optional(v.nullable(v.number()), 0),
  watched: v.optional(v.boolean(), false),
  video: v.optional(v.nullable(videoTrackSchema), null),
  audio: v.optional(v.array(audioTrackSchema), []),
  subtitles: v.optional(v.array(subtitleTrackSchema), []),
  year: optionalNumber,
  edition: optionalText,
  series: v.optional(v.nullable(v.object({ title: v.string() })), null),
  season: optionalNumber,
  episode: optionalNumber,
  episode_end: optionalNumber,
  absolute_episode: optionalNumber,
  /** Of one file alone; lists leave them out. */
  chapters: v.optional(v.array(v.object({ start: v.number(), title: v.string() })), []),
});
export type MediaFile = v.InferOutput<typeof mediaFileSchema>;
export const mediaFileBodySchema = mediaFileSchema;

export const mediaPageSchema = v.object({
  files: v.array(mediaFileSchema),
  next_cursor: optionalText,
  total: v.number(),
});
export type MediaPage = v.InferOutput<typeof mediaPageSchema>;

/** A sentence, or a code with its sentence. */
const reasonSchema = v.union([
  v.string(),
  v.pipe(
    v.object({ message: v.string() }),
    v.transform(({ message }) => message),
  ),
]);

export const playbackSchema = v.object({
  session_id: v.string(),
  decision: v.string(),
  reasons: v.optional(v.array(reasonSchema), []),
  /** What the viewer should know, such as that the film ends early. */
  warnings: v.optional(v.array(reasonSchema), []),
  provider: optionalText,
  container: optionalText,
  content_hash: optionalText,
  manifest_url: v.string(),
  /** WebVTT of small pictures for the time bar. */
  storyboard_url: optionalText,
  duration: optionalNumber,
  seek_position: v.optional(v.nullable(v.number()), 0),
  cached: v.optional(v.boolean(), false),
  /** The pictures that the server prepares first, e.g. v240; null for a file as it is. */
  start_rendition: v.optional(v.nullable(v.string()), null),
  /** What is made of each track of the file. */
  tracks: v.optional(
    v.array(v.object({ index: v.number(), renditions: v.optional(v.array(v.string()), []) })),
    [],
  ),
});
export type Playback = v.InferOutput<typeof playbackSchema>;

/** Of the answer to a report: whether the film goes on in another session. */
export const reportedSchema = v.object({
  replaced_by: v.optional(v.nullable(v.object({ reason: v.string() })), null),
});
export type Reported = v.InferOutput<typeof reportedSchema>;

export const sessionProgressSchema = v.object({
  progress: v.object({
    percent: optionalNumber,
    speed: optionalNumber,
    segments_ready: optionalNumber,
    segments_total: optionalNumber,
  }),
});
export type SessionProgress = v.InferOutput<typeof sessionProgressSchema>["progress"];
