import type { AssEvent } from "./ass-script.ts";
import type { Cue } from "./cue.ts";
import { placeTag } from "./placement.ts";
import { markupParts } from "./plain-text.ts";

/** What players know a script by (libass reads none without), with the style that FFmpeg gives to what has none. */
export const usualAssHeader = `[Script Info]
ScriptType: v4.00+
PlayResX: 384
PlayResY: 288
ScaledBorderAndShadow: yes

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Arial,16,&Hffffff,&Hffffff,&H0,&H0,0,0,0,0,100,100,0,0,1,1,0,2,10,10,10,1`;

/**
 * A whole script with its events in order of time, on a clock that begins so many milliseconds later. `header`: up to
 * its events; empty for the usual one.
 */
export function printAss(header: string, events: readonly AssEvent[], zeroMs: number): string {
  const head = header.trim() === "" ? usualAssHeader : header.trim();
  const format = "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text";
  const lines = events.flatMap(({ startMs, endMs, fields }) => {
    const [, layer = "0", ...rest] = oneLine(fields).split(",");
    if (rest.length < 7 || endMs <= zeroMs) return [];
    const times = [startMs, endMs].map((ms) => timestamp(Math.max(0, ms - zeroMs)));
    return [`Dialogue: ${[layer, ...times, ...rest].join(",")}`];
  });
  const sections = /^\[events\]/im.test(head) ? [head] : [head, "", "[Events]", format];
  return `${[...sections, ...lines].join("\n")}\n`;
}

/** A backslash before a break would take it for its own. */
const oneLine = (fields: string): string =>
  fields.replaceAll(/(\\?)[\r\n]+/g, (_, before: string) =>
    before === "" ? String.raw`\N` : `${before}\u{2060}${String.raw`\N`}`,
  );

/** Of hundredths, which is all that the notation has. */
function timestamp(ms: number): string {
  const hundredths = Math.round(ms / 10);
  const field = (value: number): string => String(value).padStart(2, "0");
  const [minutes, seconds] = [
    Math.floor(hundredths / 6000) % 60,
    Math.floor(hundredths / 100) % 60,
  ];
  return `${Math.floor(hundredths / 360_000)}:${field(minutes)}:${field(seconds)}.${field(hundredths % 100)}`;
}

/** A cue as an event of the usual style. */
export function assEvent({ startMs, endMs, markup, settings }: Cue): AssEvent {
  const text = markupParts(markup)
    .map(({ tag, text: words }) => {
      if (tag !== null) return `{\\${tag.name}${tag.isEnd ? 0 : 1}}`;
      // There is no way to write a backslash before some letters: something unseen parts them.
      return words
        .replaceAll(/\\(?=[Nnh{}\\\n]|$)/g, "\\\u{2060}")
        .replaceAll(/[{}]/g, String.raw`\$&`)
        .replaceAll("\n", String.raw`\N`);
    })
    .join("");
  return { startMs, endMs, fields: `0,0,Default,,0,0,0,,${placeTag(settings)}${text}` };
}
