import { languageOf } from "../media/language.ts";
import { oneLine } from "../media/one-line.ts";
import type { FfprobeStream } from "./ffprobe-output.ts";

/** A tag by its name without regard to case; Matroska appends a language to some (`DURATION-eng`). */
export function tag(stream: FfprobeStream, name: string): string | undefined {
  const wanted = [name, `${name}-eng`];
  return Object.entries(stream.tags).find(([key]) => wanted.includes(key.toLowerCase()))?.[1];
}

/** BCP 47; `und` for none and for what is no language. See `media/language`. */
export function language(stream: FfprobeStream): string {
  return languageOf(tag(stream, "language") ?? "", title(stream));
}

/** The track's title; see `oneLine`. */
export function title(stream: FfprobeStream): string | null {
  return oneLine(tag(stream, "title"));
}

/** What Matroska muxers note of a track: its pictures (mkvmerge only) and where it ends. */
export function statistics(stream: FfprobeStream): {
  readonly frames: number | undefined;
  readonly durationSeconds: number | undefined;
} {
  const frames = /^\d{1,15}$/.exec(tag(stream, "number_of_frames") ?? "");
  const clock = /^(\d{1,6}):(\d\d):(\d\d(?:\.\d+)?)$/.exec(tag(stream, "duration") ?? "");
  return {
    frames: frames === null ? undefined : Number(frames[0]),
    durationSeconds:
      clock === null
        ? undefined
        : Number(clock[1]) * 3600 + Number(clock[2]) * 60 + Number(clock[3]),
  };
}
