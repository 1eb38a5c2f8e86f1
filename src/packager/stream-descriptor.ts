import { initName, manifestNames, mediaPlaylistName, segmentName } from "../media/object-name.ts";

/** What manifests say of a stream besides what Shaka reads from it. */
export type DescribedStream =
  | { readonly id: string; readonly kind: "video" }
  | {
      readonly id: string;
      readonly kind: "audio";
      readonly language: string;
      readonly isDefault: boolean;
      readonly role: "main" | "commentary" | "description" | "alternate";
    };

/** Shaka's number placeholder in a segment template. */
const numberPlaceholder = "$Number$";

/** Longer than any segment: what goes in as one file comes out as one segment. */
const neverCut = ["--segment_duration", "1000000"];

const always = [
  // Creation times of 0: same input, same bytes.
  "--use_fake_clock_for_muxer",
  // One thread writes the streams of the manifests in the order given; more would race.
  "--single_threaded",
  // The cache's 32 MiB a file cost 100 ms to clear; unbuffered, a segment takes 5 ms.
  "--io_cache_size=0",
  "--quiet",
];

/** An input by its name in the packager's working folder: a path may hold commas, a descriptor may not. */
export interface NamedInput {
  readonly rendition: DescribedStream;
  readonly file: string;
}

/** Arguments that package inputs with the manifests of their renditions, in the order given. */
export function describeArgs(inputs: readonly NamedInput[]): string[] {
  return [
    ...inputs.map(({ rendition, file }) => renditionDescriptor(rendition, file)),
    ...neverCut,
    ...always,
    "--generate_static_live_mpd",
    // Pictures that are HDR10 or HLG to all others: told once, with what Dolby Vision adds beside it.
    "--use_dovi_supplemental_codecs",
    `--mpd_output=${manifestNames.dash}`,
    `--hls_master_playlist_output=${manifestNames.hls}`,
  ];
}

/** TV-Anytime's purpose of sounds, which players of DASH know beside the role (ETSI TS 103 285, 4.4.3). */
const forWhoDoesNotSee = "urn:tva:metadata:cs:AudioPurposeCS:2007=1";

/** A stream as the plan names it. Labels are its id until the manifests are stretched. */
function renditionDescriptor(rendition: DescribedStream, file: string): string {
  const { id, kind } = rendition;
  const fields: [string, string][] = [
    ["in", file],
    ["stream", kind],
    ["init_segment", initName(id)],
    ["segment_template", segmentName(id, 0).replace("0.m4s", `${numberPlaceholder}.m4s`)],
    ["playlist_name", mediaPlaylistName(id)],
  ];
  if (rendition.kind === "audio") {
    const language = packagerLanguage(rendition.language);
    fields.push(
      ["hls_group_id", "audio"],
      ["hls_name", id],
      ["dash_label", id],
      ["dash_roles", rendition.role],
    );
    if (rendition.role === "description") fields.push(["dash_accessibilities", forWhoDoesNotSee]);
    if (language !== undefined) fields.push(["lang", language]);
  }
  return fields.map(([name, value]) => `${name}=${value}`).join(",");
}

/**
 * A language as Shaka takes it; undefined for none. It ends on a primary subtag that is not of two or
 * three letters, and on `und`.
 */
function packagerLanguage(language: string): string | undefined {
  const tag = language.replaceAll("_", "-").toLowerCase();
  const isTag = /^[a-z]{2,3}(-[a-z0-9]{1,8})*$/.test(tag);
  return isTag && !/^und\b/.test(tag) ? tag : undefined;
}

/** A stream to package into one init segment and one media segment, by names in the working folder. */
export interface SegmentStream {
  readonly kind: "video" | "audio";
  readonly file: string;
  readonly initFile: string;
  /** Holds `$Number$`, which will be 1. */
  readonly segmentTemplate: string;
}

/** Arguments that package one segment of each of several streams. */
export function packageArgs(streams: readonly SegmentStream[]): string[] {
  const descriptors = streams.map(
    ({ kind, file, initFile, segmentTemplate }) =>
      `in=${file},stream=${kind},init_segment=${initFile},segment_template=${segmentTemplate}`,
  );
  return [...descriptors, ...neverCut, ...always];
}
