import type { LeftOutTrack } from "../media/source.ts";
import type { Reason } from "./reason.ts";

const names = {
  ...{ video: "A picture track", audio: "A sound track", cover: "The cover" },
  subtitle: "A file of subtitles beside the film",
};

/** Why a track of the file, or what lies beside it, is not played. */
export function leftOutReason({ kind, index, codec, obstacle }: LeftOutTrack): Reason {
  const of = codec === null ? "of an unknown codec" : `of the codec ${codec}`;
  const why = obstacle ?? `it is ${of}, which is not decoded here`;
  return {
    code: "TRACK_LEFT_OUT",
    message: `${names[kind]} (stream ${index}) is left out: ${why}`,
  };
}
