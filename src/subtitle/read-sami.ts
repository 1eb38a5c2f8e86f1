import type { Cue } from "./cue.ts";
import { withoutReferences } from "./plain-text.ts";
import { inOrder } from "./read-cues.ts";
import { taggedText } from "./tagged-text.ts";

interface Said {
  readonly startMs: number;
  /** Of the language it is in, lower case; empty for none. */
  readonly className: string;
  readonly html: string;
}

/**
 * The cues of a file of SAMI; null where it has no moment of anything. What is said lasts until something else is, or
 * nothing: a space. `language` (BCP 47): of a file of several that one, all where it has none of it.
 */
export function readSami(text: string, language: string): Cue[] | null {
  const all = saidIn(text.replaceAll(/<!--|-->/g, ""));
  if (all.length === 0) return null;
  const classes = new Set(all.map(({ className }) => className));
  const wanted = classes.size > 1 ? classOf(text, classes, language) : null;
  const shown = all.filter(({ className }) => wanted === null || className === wanted);
  const moments = new Map<string, { readonly startMs: number; readonly endMs: number }>();
  const cues = shown.toReversed().map(({ startMs, className, html }): Cue => {
    const later = moments.get(className) ?? { startMs: Infinity, endMs: Infinity };
    // What is said at one moment ends together.
    const endMs = later.startMs === startMs ? later.endMs : later.startMs;
    moments.set(className, { startMs, endMs });
    return { startMs, endMs, ...taggedText(linesOf(html), withoutReferences) };
  });
  return inOrder(cues.toReversed());
}

/** `<SYNC Start=1000><P Class=ENCC>`: what ends them is most often left out. */
function saidIn(text: string): Said[] {
  const said: Said[] = [];
  for (const block of text.split(/(?=<sync\b)/i)) {
    const head =
      /^<sync\b[^<>]{0,200}?\bstart\s{0,9}=\s{0,9}["']?\s{0,9}(-?\d{1,12})[^<>]{0,200}>/i.exec(
        block,
      );
    if (head === null) continue;
    const startMs = Number(head[1]);
    for (const part of block.slice(head[0].length).split(/(?=<p\b)/i)) {
      const paragraph = /^<p\b([^<>]{0,200})>/i.exec(part);
      if (paragraph === null && part.trim() === "") continue;
      const className =
        /\bclass\s{0,9}=\s{0,9}["']?([\w-]+)/i.exec(paragraph?.[1] ?? "")?.[1] ?? "";
      const html = part.slice(paragraph?.[0].length ?? 0);
      said.push({ startMs, className: className.toLowerCase(), html });
    }
  }
  return said.toSorted((a, b) => a.startMs - b.startMs);
}

/** The class that the file's styles say is of a language: `.ENCC { Name: English; lang: en-US; }`. */
function classOf(text: string, classes: ReadonlySet<string>, language: string): string | null {
  const [primary = ""] = language.toLowerCase().split("-", 1);
  const styles = text.slice(0, 64 * 1024).matchAll(/\.([\w-]{1,40})\s{0,99}\{([^{}]{0,2000})\}/g);
  for (const [, name = "", style = ""] of styles) {
    const lang = /\blang\s{0,9}:\s{0,9}([a-z]{2,3})\b/i.exec(style)?.[1]?.toLowerCase();
    if (lang === primary && classes.has(name.toLowerCase())) return name.toLowerCase();
  }
  return null;
}

/** Lines of the file are spaces, `br` ends one. Tags that say nothing here go, so that no text becomes one of them. */
function linesOf(html: string): string {
  return html
    .replaceAll(/\s+/g, " ")
    .replaceAll(/<\/?(?!(?:i|b|u|s|em|strong|br)\b)[a-z!?][^<>]{0,500}>/gi, "")
    .replaceAll(/ ?(<br\b[^<>]{0,99}>) ?/gi, "$1");
}
