import { escapeCueText } from "./cue.ts";

export interface Look {
  readonly italic: boolean;
  readonly bold: boolean;
  readonly underline: boolean;
}

export const plainLook: Look = { italic: false, bold: false, underline: false };

/** Text of one look: lines are lines, and nothing in it is markup. */
export interface StyledText {
  readonly text: string;
  readonly look: Look;
}

/** The letters of its tags, from the outermost. */
const tagsOf = ({ italic, bold, underline }: Look): string =>
  `${italic ? "i" : ""}${bold ? "b" : ""}${underline ? "u" : ""}`;

/** A cue's markup, see Cue: balanced; empty where nothing would be seen. */
export function markupOf(parts: readonly StyledText[]): string {
  let markup = "";
  let open = "";
  const change = (wanted: string): void => {
    // Neighbours of one look share their tags.
    if (wanted === open) return;
    for (let i = open.length - 1; i >= 0; i--) markup += `</${open[i]}>`;
    for (const tag of wanted) markup += `<${tag}>`;
    open = wanted;
  };
  for (const { text, look } of shownOf(parts)) {
    change(tagsOf(look));
    markup += escapeCueText(text);
  }
  change("");
  return markup;
}

/** Lines on which something is seen, without the space around all of them; no part of it is empty. */
function shownOf(parts: readonly StyledText[]): StyledText[] {
  const [only] = parts;
  // Most texts are one line of one look.
  if (parts.length === 1 && only !== undefined && !/[\r\n]/.test(only.text)) {
    const text = only.text.trim();
    return text === "" ? [] : [{ text, look: only.look }];
  }
  const shown: StyledText[] = [];
  let line: StyledText[] = [];
  let isSeen = false;
  const endLine = (): void => {
    const [before, next] = [shown.at(-1), line[0]];
    if (isSeen && before !== undefined && next !== undefined) {
      shown.push({ text: "\n", look: inBoth(before.look, next.look) });
    }
    // Not spread: a line may have more parts than a call may have arguments.
    if (isSeen) for (const part of line) shown.push(part);
    line = [];
    isSeen = false;
  };
  for (const { text, look } of parts) {
    for (const [i, piece] of text.split(/\r\n|\r|\n/).entries()) {
      if (i > 0) endLine();
      const own: string = shown.length === 0 && !isSeen ? piece.trimStart() : piece;
      if (own !== "") line.push({ text: own, look });
      isSeen ||= own.trim() !== "";
    }
  }
  endLine();
  for (let last = shown.pop(); last !== undefined; last = shown.pop()) {
    const text = last.text.trimEnd();
    if (text === "") continue;
    shown.push({ text, look: last.look });
    break;
  }
  return shown;
}

function inBoth(a: Look, b: Look): Look {
  return {
    italic: a.italic && b.italic,
    bold: a.bold && b.bold,
    underline: a.underline && b.underline,
  };
}
