import type { LibraryType } from "../../db/schema.ts";

/** An id as it stands in addresses; null for what could stand in none. */
export function oldId(value: unknown): string | null {
  const text = typeof value === "number" || typeof value === "bigint" ? String(value) : value;
  return typeof text === "string" && /^[\w.:~-]{1,100}$/.test(text) ? text : null;
}

/** The types of a library that files of an old type belong into. */
export function oldType(value: unknown): LibraryType {
  const name = typeof value === "string" ? value.toLowerCase() : "";
  if (/^(?:movie|film)s?$/.test(name)) return "movie";
  if (/^(?:tv|tv_?shows?|shows?|series|episodes?)$/.test(name)) return "tv";
  if (/^(?:music|audio|tracks?|songs?)$/.test(name)) return "music";
  return "video";
}

/** A SHA-256 in hexadecimal, as addresses of contents have it. */
export function oldHash(value: unknown): string | null {
  return typeof value === "string" && /^[0-9a-f]{64}$/i.test(value) ? value.toLowerCase() : null;
}

/**
 * A moment in Unix milliseconds: `2024-05-01 12:00:00.5`, with `T`, with an offset, with Go's `+0000 UTC` behind it, or a
 * number of seconds, milliseconds, micro- or nanoseconds, which can be told apart by their size for the next thousand
 * years. Null for anything else.
 */
export function oldTime(value: unknown): number | null {
  if (typeof value === "number" || typeof value === "bigint") return unixTime(Number(value));
  if (typeof value !== "string") return null;
  const text = value.trim();
  if (/^\d{9,20}$/.test(text)) return unixTime(Number(text));
  const [, date, time, offset = "Z"] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?) ?(Z|[+-]\d\d:?\d\d)?)?(?: [A-Z]{3,4}.*)?$/.exec(
      text,
    ) ?? [];
  if (date === undefined) return null;
  const zone = offset.length === 5 ? `${offset.slice(0, 3)}:${offset.slice(3)}` : offset;
  const moment = Date.parse(`${date}T${time ?? "00:00"}${time === undefined ? "Z" : zone}`);
  return Number.isNaN(moment) ? null : Math.trunc(moment);
}

function unixTime(count: number): number | null {
  if (!Number.isFinite(count) || count <= 0) return null;
  // Divided, as a thousandth is no number that a computer has.
  const readings = [count * 1000, count, count / 1000, count / 1_000_000];
  const milliseconds = readings.find((ms) => ms < Date.UTC(3000, 0, 1));
  return milliseconds === undefined ? null : Math.round(milliseconds);
}

/** What of a session's start request is of use: which file it was about, and how it was to be delivered. */
export interface OldRequest {
  readonly mediaId: string | null;
  readonly path: string | null;
  readonly container: "dash" | "hls";
}

/** Reads a request whatever the spelling of its keys: `media_file_id`, `mediaId`, `MediaFileID` … */
export function oldRequest(value: unknown): OldRequest {
  const fields = new Map(
    Object.entries(parsedObject(value)).map(([key, field]) => [
      key.replaceAll(/[_-]/g, "").toLowerCase(),
      field,
    ]),
  );
  const path = fields.get("inputpath") ?? fields.get("mediapath") ?? fields.get("path");
  return {
    mediaId: oldId(fields.get("mediafileid")) ?? oldId(fields.get("mediaid")),
    path: typeof path === "string" ? path : null,
    container: fields.get("container") === "hls" ? "hls" : "dash",
  };
}

function parsedObject(value: unknown): object {
  if (typeof value !== "string") return {};
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === "object" && parsed !== null ? parsed : {};
  } catch {
    return {};
  }
}
