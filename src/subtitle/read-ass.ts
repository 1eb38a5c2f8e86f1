import type { AssEvent } from "./ass-script.ts";
import { clockMs, linesIn } from "./read-cues.ts";

export interface AssFile {
  /** The script up to its events, as `readAssHeader` and `printAss` want it. */
  readonly header: string;
  readonly events: readonly AssEvent[];
}

/** The order that scripts of version 4+ have when they do not say it. */
const usualFormat = "layer start end style name marginl marginr marginv effect text".split(" ");

/** There are eleven. */
const mostFields = 50;

/** Whole sections of them are letters that stand for bytes. */
const binarySections = new Set(["fonts", "graphics"]);

/**
 * A script of SubStation Alpha, of any version; null where it has neither a section of events nor an event. Events count
 * wherever they stand.
 */
export function readAss(text: string): AssFile | null {
  const header: string[] = [];
  const events: AssEvent[] = [];
  let section = "";
  let hasEvents = false;
  let fields = fieldsOf(usualFormat);
  for (const line of linesIn(text)) {
    const head = line.includes("]") ? /^\s{0,99}\[([^\]]{1,40})\]\s{0,99}$/.exec(line)?.[1] : null;
    if (head) {
      section = head.trim().toLowerCase();
      hasEvents ||= section === "events";
    }
    if (binarySections.has(section)) continue;
    const isOfEvents = section === "events";
    const [, kind = ""] = /^\s{0,99}(dialogue|format)\s{0,99}:/i.exec(line) ?? [];
    const values = line.slice(line.indexOf(":") + 1);
    if (/^f/i.test(kind) && isOfEvents) fields = fieldsOf(formatOf(values));
    if (/^d/i.test(kind)) {
      hasEvents = true;
      const event = eventOf(values, fields, events.length);
      if (event !== null) events.push(event);
    } else if (!isOfEvents) header.push(line);
  }
  if (!hasEvents) return null;
  return { header: header.join("\n").trim(), events };
}

/** One without what makes an event is a mistake. */
function formatOf(line: string): readonly string[] {
  const fields = line.split(",").map((field) => field.trim().toLowerCase());
  const isWhole = ["start", "end", "text"].every((field) => fields.includes(field));
  return isWhole && fields.length <= mostFields ? fields : usualFormat;
}

/** Where the fields of an event stand; -1 for nowhere. */
interface Fields {
  readonly count: number;
  readonly start: number;
  readonly end: number;
  readonly text: number;
  readonly layer: number;
  /** Of those that are taken over. */
  readonly others: readonly number[];
}

function fieldsOf(format: readonly string[]): Fields {
  const at = (name: string): number => format.indexOf(name);
  // SubStation Alpha 4 has actors.
  const name = at("name") < 0 ? at("actor") : at("name");
  return {
    ...{ count: format.length, start: at("start"), end: at("end"), text: at("text") },
    layer: at("layer"),
    others: [at("style"), name, ...["marginl", "marginr", "marginv", "effect"].map(at)],
  };
}

function eventOf(line: string, fields: Fields, order: number): AssEvent | null {
  const values = splitInto(line, fields.count, fields.text);
  const of = (field: number): string => values[field]?.trim() ?? "";
  const startMs = timeOf(of(fields.start));
  const endMs = timeOf(of(fields.end));
  if (startMs === null || endMs === null) return null;
  const layer = /^\d{1,9}$/.test(of(fields.layer)) ? of(fields.layer) : "0";
  const others = fields.others.map(of).join(",");
  return { startMs, endMs, fields: `${order},${layer},${others},${values[fields.text] ?? ""}` };
}

/** So many fields, of which the one that is text has all commas that are left, wherever it stands. */
function splitInto(line: string, count: number, text: number): string[] {
  const values: string[] = [];
  let from = 0;
  while (values.length < text) {
    const comma = line.indexOf(",", from);
    if (comma < 0) break;
    values.push(line.slice(from, comma));
    from = comma + 1;
  }
  const behind: string[] = [];
  let to = line.length;
  while (behind.length < count - 1 - text) {
    const comma = line.lastIndexOf(",", to - 1);
    if (comma < from) break;
    behind.unshift(line.slice(comma + 1, to));
    to = comma;
  }
  return [...values, line.slice(from, to), ...behind];
}

function timeOf(text: string): number | null {
  const [, hours, minutes, seconds, fraction] =
    /^(\d{1,4}):(\d{1,2}):(\d{1,2})(?:[.,:](\d{1,9}))?$/.exec(text) ?? [];
  return minutes === undefined ? null : clockMs(hours, minutes, seconds, fraction);
}
