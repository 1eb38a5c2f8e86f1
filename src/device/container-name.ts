import type { Source } from "../media/source.ts";

/** What people and FFmpeg call one container. A MOV is played by what plays MP4. */
const aliases: ReadonlyMap<string, string> = new Map([
  ["mov", "mp4"],
  ["m4v", "mp4"],
  ["m4a", "mp4"],
  ["3gp", "mp4"],
  ["mkv", "matroska"],
  ["mka", "matroska"],
  ["ts", "mpegts"],
  ["m2ts", "mpegts"],
  ["mts", "mpegts"],
  ["mpg", "mpeg"],
  ["vob", "mpeg"],
  ["wmv", "asf"],
  ["wma", "asf"],
  ["oga", "ogg"],
  ["ogv", "ogg"],
]);

export function containerName(name: string): string {
  const lower = name.trim().toLowerCase();
  return aliases.get(lower) ?? lower;
}

const webmCodecs: ReadonlySet<string> = new Set(["vp8", "vp9", "av1", "opus", "vorbis"]);

/**
 * The names under which a device may know the file's container. One demuxer reads Matroska and WebM, and a Matroska
 * file is WebM when its codecs are WebM's.
 */
export function containersOf({ container, video, audio }: Source): readonly string[] {
  if (container === "matroska,webm") {
    const isWebm = [video?.codec ?? "vp9", ...audio.map(({ codec }) => codec)].every((codec) =>
      webmCodecs.has(codec),
    );
    return isWebm ? ["webm", "matroska"] : ["matroska"];
  }
  const [first = "", ...others] = container.split(",");
  return others.includes("mp4") ? ["mp4"] : [containerName(first)];
}
