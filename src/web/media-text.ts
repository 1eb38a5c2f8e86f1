import type { MediaFile } from "./api-shapes.ts";

/** A title and the small print under it, from what the library knows of a file. */
export interface MediaText {
  readonly title: string;
  /** Series, year, edition, `1080p`, `1 h 42 min`, `H.264`, `5.1`, `4.2 GB`: what is known, in this order. */
  readonly facts: readonly string[];
}

export function mediaText(file: MediaFile): MediaText {
  const facts = [
    file.series?.title ?? "",
    file.year === null ? "" : String(file.year),
    file.edition ?? "",
    file.video === null ? "" : resolutionName(file.video.width, file.video.height),
    durationText(file.duration ?? 0),
    file.video === null ? "" : codecName(file.video.codec),
    audioText(file.audio),
    sizeText(file.file_size),
  ];
  const title = [episodeNumber(file), file.title ?? fileName(file.path)];
  return {
    title: title.filter((word) => word !== "").join(" · "),
    facts: facts.filter((fact) => fact !== ""),
  };
}

/** `S1 E2`, `S1 E2–3`, `E12` of those counted from a series' beginning; empty for all else. */
function episodeNumber(file: MediaFile): string {
  const first = file.episode ?? file.absolute_episode;
  if (file.series === null || first === null) return "";
  const last = file.episode_end === null ? "" : `–${file.episode_end}`;
  return `${file.season === null ? "" : `S${file.season} `}E${first}${last}`;
}

export function fileName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
}

/** `1920x800` is 1080p like the films it came from: the 16:9 box that holds it counts. */
export function resolutionName(width: number, height: number): string {
  const [long, short] = [Math.max(width, height), Math.min(width, height)];
  const box = Math.max(short, Math.round((long * 9) / 16));
  const known = [4320, 2160, 1440, 1080, 720, 576, 480, 360, 240].find(
    (lines) => Math.abs(lines - box) <= lines * 0.04,
  );
  return `${known ?? box}p`;
}

/** `1 h 42 min`, `3 min`, `12 s`; empty for nothing. */
export function durationText(seconds: number): string {
  if (!(seconds > 0)) return "";
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return rest === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${rest} min`;
}

/** `1:02:03` or `2:03`. */
export function clockText(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (n: number): string => String(n).padStart(2, "0");
  const minutes = Math.floor(whole / 60) % 60;
  const hours = Math.floor(whole / 3600);
  return hours > 0
    ? `${hours}:${two(minutes)}:${two(whole % 60)}`
    : `${minutes}:${two(whole % 60)}`;
}

/** Decimal units, as disks are sold: `4.2 GB`. Empty for nothing. */
export function sizeText(bytes: number): string {
  if (!(bytes > 0)) return "";
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${value < 10 && power > 0 ? value.toFixed(1) : Math.round(value)} ${units[power]}`;
}

/** `3.5 Mbit/s`, `900 kbit/s`. */
export function bitrateText(bitsPerSecond: number): string {
  return bitsPerSecond >= 1e6
    ? `${(bitsPerSecond / 1e6).toFixed(1)} Mbit/s`
    : `${Math.round(bitsPerSecond / 1e3)} kbit/s`;
}

const codecNames: Readonly<Record<string, string>> = {
  h264: "H.264",
  hevc: "HEVC",
  av1: "AV1",
  vp9: "VP9",
  vp8: "VP8",
  mpeg2video: "MPEG-2",
  mpeg4: "MPEG-4",
};

function codecName(codec: string): string {
  return codecNames[codec] ?? codec.toUpperCase();
}

function audioText(tracks: MediaFile["audio"]): string {
  const [first] = tracks;
  if (first === undefined) return "No sound";
  const layout = { 1: "Mono", 2: "Stereo", 6: "5.1", 8: "7.1" }[first.channels];
  const name = layout ?? `${first.channels} channels`;
  return tracks.length > 1 ? `${name} · ${tracks.length} audio tracks` : name;
}
