import { printClock, readClock } from "./clock.ts";
import { escapeCueText, withoutEmptyLines, type Cue } from "./cue.ts";

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
 * that players know stay; others, scripts and styles among them, are text or nothing.
 */
export function readWebVtt(file: string): Cue[] {
  const lines = file.replace(/^\u{FEFF}/u, "").split(/\r\n|\r|\n/);
  const cues: Cue[] = [];
  const settings = createSettingsReader();
  for (let i = 0; i < lines.length; i++) {
    const times = timesLine.exec(lines[i] ?? "");
    if (times === null) continue;
    const text: string[] = [];
    while (i + 1 < lines.length && lines[i + 1] !== "" && !timesLine.test(lines[i + 1] ?? "")) {
      text.push(lines[++i] ?? "");
    }
    const [startMs, endMs] = [readClock(times[1]), readClock(times[2])];
    const markup = withoutEmptyLines(knownMarkup(text.join("\n")));
    if (markup === "" || !(endMs > startMs)) continue;
    cues.push({ startMs, endMs, markup, settings: settings(times[3] ?? "") });
  }
  return cues.toSorted((a, b) => a.startMs - b.startMs);
}

const clock = String.raw`(?:\d{2,}:)?[0-5]\d:[0-5]\d\.\d{3}`;
const timesLine = new RegExp(
  String.raw`^[ \t]*(${clock})[ \t]+-->[ \t]+(${clock})(?:[ \t]+(.*))?$`,
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

const knownTag =
  /^<(?:\/?(?:i|b|u|ruby|rt)|\/?c(?:\.[\w.-]+)?|\/?v(?:[ \t][^<>&]*)?|\/?lang(?:[ \t][\w-]+)?)>$/;
const references = /&(?!(?:amp|lt|gt|nbsp|lrm|rlm|#\d{1,7}|#x[0-9a-f]{1,6});)/gi;

function knownMarkup(text: string): string {
  if (!/[<>&\0]/.test(text)) return text.toWellFormed();
  return text
    .split(/(<[^<>]*>)/)
    .map((part) => {
      if (knownTag.test(part)) return part;
      if (part.startsWith("<") && part.endsWith(">")) return "";
      return escapeCueText(part.replaceAll(references, "&amp;")).replaceAll("&amp;", "&");
    })
    .join("");
}
