import type { Source } from "../media/source.ts";
import { containersOf } from "./container-name.ts";

/** What a media file is called and served as: RFC 9110 8.3, types as IANA or, where it has none, browsers know them. */
export interface FileType {
  /** Without the dot. */
  readonly extension: string;
  readonly mediaType: string;
}

interface ContainerType {
  /** The one that is used first, and others that mean the same. */
  readonly extensions: readonly string[];
  readonly video: string;
  readonly audio: string;
}

const isoBase = { video: "video/mp4", audio: "audio/mp4" };

const containers: readonly (readonly [name: string, type: ContainerType])[] = [
  ["mp4", { extensions: ["mp4", "m4v", "m4a", "m4b", "3gp", "3g2"], ...isoBase }],
  ["webm", { extensions: ["webm"], video: "video/webm", audio: "audio/webm" }],
  [
    "matroska",
    { extensions: ["mkv", "mka"], video: "video/x-matroska", audio: "audio/x-matroska" },
  ],
  ["mpegts", { extensions: ["ts", "m2ts", "mts"], video: "video/mp2t", audio: "video/mp2t" }],
  ["mpeg", { extensions: ["mpg", "mpeg", "vob"], video: "video/mpeg", audio: "video/mpeg" }],
  ["avi", { extensions: ["avi"], video: "video/x-msvideo", audio: "video/x-msvideo" }],
  ["ogg", { extensions: ["ogg", "ogv", "oga"], video: "video/ogg", audio: "audio/ogg" }],
  ["asf", { extensions: ["wmv", "asf", "wma"], video: "video/x-ms-wmv", audio: "audio/x-ms-wma" }],
  ["flv", { extensions: ["flv"], video: "video/x-flv", audio: "video/x-flv" }],
  ["mp3", { extensions: ["mp3"], video: "audio/mpeg", audio: "audio/mpeg" }],
  ["aac", { extensions: ["aac"], video: "audio/aac", audio: "audio/aac" }],
  ["flac", { extensions: ["flac"], video: "audio/flac", audio: "audio/flac" }],
  ["wav", { extensions: ["wav"], video: "audio/wav", audio: "audio/wav" }],
];

/** The extension that QuickTime's own files have, and what they are then served as. */
const quickTime: FileType = { extension: "mov", mediaType: "video/quicktime" };

/**
 * The type of a file that lies at a path, by what most players know its container as. The path's own extension stays
 * where it is one of that container's.
 */
export function fileTypeOf(source: Source, path: string): FileType {
  const own = /\.([A-Za-z0-9]+)$/.exec(path)?.[1]?.toLowerCase() ?? "";
  const [called] = containersOf(source);
  const [, type] = containers.find(([name]) => name === called) ?? [];
  if (type === undefined) return { extension: "bin", mediaType: "application/octet-stream" };
  if (called === "mp4" && own === quickTime.extension) return quickTime;
  const [usual = "bin"] = type.extensions;
  return {
    extension: type.extensions.includes(own) ? own : usual,
    mediaType: source.video === null ? type.audio : type.video,
  };
}
