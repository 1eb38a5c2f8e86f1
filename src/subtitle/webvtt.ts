import { printClock, readClock } from "./clock.ts";
import { escapeCueText, withoutEmptyLines, type Cue } from "./cue.ts";
import { withoutReferences } from "./plain-text.ts";
import { linesIn } from "./read-cues.ts";

/** A WebVTT file (https://www.w3.org/TR/webvtt1/); `header`: lines that follow its first one. */
export function webVtt(cues: readonly Cue[], header: readonly string[] = []): string {
  const blocks = cues.map(({ startMs, endMs, markup, settings }) => {
    const times = `${printClock(startMs, ".")} --> ${printClock(endMs, ".")}`;
    return `${settings === "" ? times : `${times} ${settings}`}\n${markup}\n`;
  });
  return [`${["WEBVTT", ...header].join("\n")}\n`, ...blocks].join("\n");
}

/**
 * The cues of a WebVTT file in order of time, as browsers read it (6.1): what is no cue is passed over. Tags
 * that players know stay, closed where they have to be; others, scripts and styles among them, are text or nothing.
 */
export function readWebVtt(file: string): Cue[] {
  const lines = linesIn(file.replace(/^\u{FEFF}/u, ""));
  const cues: Cue[] = [];
  const settings = createSettingsReader();
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? "";
    const times = line.includes("-->") ? timesLine.exec(line) : null;
    if (times === null) continue;
    const text: string[] = [];
    // An arrow ends a text even where it is none of times.
    while (i + 1 < lines.length && lines[i + 1] !== "" && !lines[i + 1]?.includes("-->")) {
      text.push(lines[++i] ?? "");
    }
    const [startMs, endMs] = [readClock(times[1]), readClock(times[2])];
    const markup = withoutEmptyLines(knownMarkup(text.join("\n")));
    if (markup === "" || !(endMs > startMs)) continue;
    cues.push({ startMs, endMs, markup, settings: settings(times[3] ?? "") });
  }
  return cues.toSorted((a, b) => a.startMs - b.startMs);
}

const clock = String.raw`(?:\d{1,9}:)?[0-5]\d:[0-5]\d\.\d{3}`;
const timesLine = new RegExp(
  String.raw`^[ \t\f]*(${clock})[ \t\f]*-->[ \t\f]*(${clock})(?!\d)[ \t\f]*(.*)$`,
);

/** 4.4; of a region, of which nothing is kept, none. */
const settingShapes: readonly RegExp[] = [
  /^line:(?:-?\d+|\d+(?:\.\d+)?%)(?:,(?:start|center|end))?$/,
  /^position:\d+(?:\.\d+)?%(?:,(?:line-left|center|line-right))?$/,
  /^size:\d+(?:\.\d+)?%$/,
  /^align:(?:start|center|end|left|right)$/,
  /^vertical:(?:rl|lr)$/,
];

/** Most cues of a file stand where the one before them stood. */
function createSettingsReader(): (text: string) => string {
  let last = { text: "", known: "" };
  return (text) => {
    if (text !== last.text) {
      const words = text.split(/[ \t]+/);
      const known = words.filter((word) => settingShapes.some((shape) => shape.test(word)));
      last = { text, known: known.join(" ") };
    }
    return last.known;
  };
}

const knownTag = /^<(\/?)(i|b|u|ruby|rt|c|v|lang)((?:\.[^\s.<>&]+)*)(?:[ \t\n\f][^<>&]*)?>$/;

function knownMarkup(text: string): string {
  if (!/[<>&\0]/.test(text)) return text.toWellFormed();
  const open: string[] = [];
  const kept = text.split(/(<[^<>]*>)/).map((part) => {
    const [, slash, name = ""] = knownTag.exec(part) ?? [];
    if (slash === "") {
      open.push(name);
      return part.replaceAll("\n", " ").replaceAll("\0", "\u{FFFD}").toWellFormed();
    }
    if (slash === "/") return closed(open, name);
    if (part.startsWith("<") && part.endsWith(">")) return "";
    // Not every player knows all names that HTML has.
    return escapeCueText(withoutReferences(part));
  });
  while (open.length > 0) kept.push(`</${open.pop()}>`);
  return kept.join("");
}

/** Only the innermost element can be closed, and one of annotated text with its annotations (6.4). */
function closed(open: string[], name: string): string {
  if (name === "ruby" && open.at(-1) === "rt" && open.at(-2) === "ruby") {
    open.length -= 2;
    return "</rt></ruby>";
  }
  if (open.at(-1) !== name) return "";
  open.pop();
  return `</${name}>`;
}
