import * as v from "valibot";
import type { ClaimedChapter } from "../media/chapters.ts";
import { parseRational } from "../media/rational.ts";
import { hdrSideDataEntries } from "./hdr-side-data.ts";
import { musicTagNames } from "./music-tag-names.ts";

/** What ffprobe prints is text from a stranger's file: absent and `N/A` are undefined, nonsense is an issue. */
const absent = new Set(["N/A", "", "unknown", "none"]);

const numeric = v.pipe(
  v.union([v.string(), v.number()]),
  v.transform((value) => (absent.has(String(value)) ? undefined : Number(value))),
);

/** Some 300 years: beyond that no clock value is meant. */
const farthestSecond = 1e10;

export const seconds = v.optional(
  v.pipe(
    numeric,
    v.check(
      (value) => value === undefined || Math.abs(value) <= farthestSecond,
      "expected a time in seconds",
    ),
  ),
);

/** One wild time stamp among a film's packets says nothing: it is as good as none. */
const packetSeconds = v.optional(
  v.pipe(
    numeric,
    v.check((value) => value === undefined || Number.isFinite(value), "expected a time in seconds"),
    v.transform((value) =>
      value !== undefined && Math.abs(value) <= farthestSecond ? value : undefined,
    ),
  ),
);

const count = v.optional(
  v.pipe(
    numeric,
    v.check(
      (value) => value === undefined || (Number.isSafeInteger(value) && value >= 0),
      "expected a whole number",
    ),
  ),
);

/** Where a codec has no such number, ffprobe prints one below 0. */
const level = v.optional(
  v.pipe(
    numeric,
    v.transform((value) =>
      value !== undefined && Number.isSafeInteger(value) && value >= 0 ? value : undefined,
    ),
  ),
);

const word = v.optional(
  v.pipe(
    v.string(),
    v.transform((value) => (absent.has(value) ? undefined : value)),
  ),
);

/** `0/0` and `0:1` mean "not known", as does any other fraction that is not positive. */
const ratio = v.optional(
  v.pipe(
    v.string(),
    v.transform((value) => {
      const parsed = parseRational(value);
      return parsed !== undefined && parsed.num > 0 ? parsed : undefined;
    }),
  ),
);

const flag = v.optional(
  v.pipe(
    numeric,
    v.transform((value) => value === 1),
  ),
  0,
);

const tags = v.optional(v.record(v.string(), v.string()), {});

const streamIndex = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const sideDataSchema = v.object({
  rotation: v.optional(v.number()),
  displaymatrix: v.optional(v.string()),
  dv_profile: count,
  dv_level: count,
  dv_bl_signal_compatibility_id: count,
  ...hdrSideDataEntries,
});

const streamSchema = v.object({
  index: streamIndex,
  codec_type: word,
  codec_name: word,
  profile: word,
  level,
  codec_tag_string: word,
  bits_per_sample: count,
  bits_per_raw_sample: count,
  width: count,
  height: count,
  has_b_frames: count,
  pix_fmt: word,
  sample_aspect_ratio: ratio,
  field_order: word,
  r_frame_rate: ratio,
  avg_frame_rate: ratio,
  nb_frames: count,
  start_time: seconds,
  duration: seconds,
  bit_rate: count,
  channels: count,
  channel_layout: word,
  sample_rate: count,
  color_range: word,
  color_space: word,
  color_primaries: word,
  color_transfer: word,
  chroma_location: word,
  disposition: v.optional(
    v.object({
      default: flag,
      comment: flag,
      forced: flag,
      hearing_impaired: flag,
      visual_impaired: flag,
      attached_pic: flag,
      timed_thumbnails: flag,
      still_image: flag,
    }),
  ),
  tags,
  side_data_list: v.optional(v.array(sideDataSchema), []),
});

export const outputSchema = v.object({
  streams: v.array(streamSchema),
  format: v.object({
    format_name: v.pipe(v.string(), v.nonEmpty()),
    start_time: seconds,
    duration: seconds,
    bit_rate: count,
    tags,
  }),
});

export const packetSchema = v.object({
  stream_index: streamIndex,
  pts_time: packetSeconds,
  dts_time: packetSeconds,
  duration_time: packetSeconds,
  flags: v.optional(v.string(), ""),
});

export interface FfprobeOutput extends v.InferOutput<typeof outputSchema> {
  readonly chapters: readonly ClaimedChapter[];
}
export type FfprobeStream = v.InferOutput<typeof streamSchema>;
export type FfprobePacket = v.InferOutput<typeof packetSchema>;

const streamTagNames = [
  ...["language", "filename", "rotate", "duration", "duration-eng"],
  ...["number_of_frames", "number_of_frames-eng"],
];

/** What `-show_entries` must select for the schemas above; tags of any size stay out but for these few. */
export const outputEntries = [
  "format=format_name,start_time,duration,bit_rate",
  `stream=${Object.keys(streamSchema.entries).join(",")}`,
  "stream_disposition=default,comment,forced,hearing_impaired,visual_impaired,attached_pic,timed_thumbnails,still_image",
  `stream_tags=${[...streamTagNames, ...musicTagNames].join(",")}`,
  `format_tags=${musicTagNames.join(",")}`,
  `stream_side_data=${Object.keys(sideDataSchema.entries).join(",")}`,
].join(":");

export const packetEntries = [
  `packet=${Object.keys(packetSchema.entries).join(",")}`,
  "packet_side_data=discard_padding",
].join(":");
