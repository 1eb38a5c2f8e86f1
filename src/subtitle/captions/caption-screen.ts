import type { Cue } from "../cue.ts";
import { markupOf, plainLook, type Look, type StyledText } from "../styled-text.ts";

/** A place for one character. */
export interface Cell {
  readonly character: string;
  readonly look: Look;
}

/** Text in rows and columns; undefined where nothing is. */
export class CaptionGrid {
  readonly columns: number;
  #rows: (Cell | undefined)[][];

  constructor(rows: number, columns: number) {
    this.columns = columns;
    this.#rows = Array.from({ length: rows }, () => []);
  }

  get rowCount(): number {
    return this.#rows.length;
  }

  put(row: number, column: number, cell: Cell | undefined): void {
    const cells = this.#rows[row];
    if (cells !== undefined && column >= 0 && column < this.columns) cells[column] = cell;
  }

  /** From a column on. */
  clearRow(row: number, from = 0): void {
    const cells = this.#rows[row];
    if (cells !== undefined && cells.length > from) cells.length = from;
  }

  clear(): void {
    for (const row of this.#rows.keys()) this.#rows[row] = [];
  }

  /** The rows from `top` to `bottom` go up by one; what stood on the first is gone, the last is empty. */
  rollUp(top: number, bottom: number): void {
    for (let row = top; row < bottom; row++) this.#rows[row] = this.#rows[row + 1] ?? [];
    if (bottom < this.#rows.length) this.#rows[bottom] = [];
  }

  /** The rows from `top` to `bottom` stand so many rows lower; what stood elsewhere is gone. */
  moveRows(top: number, bottom: number, by: number): void {
    const moved = this.#rows.slice(Math.max(0, top), bottom + 1);
    this.clear();
    for (const [i, cells] of moved.entries()) {
      const row = Math.max(0, top) + i + by;
      if (row >= 0 && row < this.#rows.length) this.#rows[row] = cells;
    }
  }

  /** Whether anything is seen. */
  get isEmpty(): boolean {
    return this.#rows.every((cells) => cells.every((cell) => !isSeen(cell)));
  }

  /** What is seen of each row; null for a row of which nothing is. */
  lines(): (CaptionLine | null)[] {
    return this.#rows.map((cells) => {
      const first = cells.findIndex(isSeen);
      if (first < 0) return null;
      const last = cells.findLastIndex(isSeen);
      const parts: StyledText[] = [];
      for (let column = first; column <= last; column++) {
        const { character, look } = cells[column] ?? { character: " ", look: plainLook };
        const before = parts.at(-1);
        // A gap between two words of one look has it too.
        const own = character === " " && before !== undefined ? before.look : look;
        if (before !== undefined && isAlike(before.look, own)) {
          parts[parts.length - 1] = { text: before.text + character, look: before.look };
        } else {
          parts.push({ text: character, look: own });
        }
      }
      return { first, last, parts };
    });
  }
}

/** The columns of the first and last character that is seen. */
export interface CaptionLine {
  readonly first: number;
  readonly last: number;
  readonly parts: readonly StyledText[];
}

function isSeen(cell: Cell | undefined): boolean {
  return cell !== undefined && cell.character !== " ";
}

function isAlike(a: Look, b: Look): boolean {
  return a.italic === b.italic && a.bold === b.bold && a.underline === b.underline;
}

/** Lines that stand below one another, as one cue has them. */
export interface CaptionBlock {
  /** Of the grid. */
  readonly topRow: number;
  readonly lines: readonly CaptionLine[];
}

/** Rows of which nothing is seen part blocks. */
export function blocksOf(grid: CaptionGrid): CaptionBlock[] {
  const blocks: { topRow: number; lines: CaptionLine[] }[] = [];
  let isOpen = false;
  for (const [row, line] of grid.lines().entries()) {
    if (line === null) {
      isOpen = false;
      continue;
    }
    const before = blocks.at(-1);
    if (isOpen && before !== undefined) before.lines.push(line);
    else blocks.push({ topRow: row, lines: [line] });
    isOpen = true;
  }
  return blocks;
}

/** See Cue. */
export function blockMarkup({ lines }: CaptionBlock): string {
  return markupOf(
    lines.flatMap(({ parts }, i) =>
      i === 0 ? parts : [{ text: "\n", look: plainLook }, ...parts],
    ),
  );
}

/** What is on a screen at one moment: texts with their places. */
export type ShownTexts = readonly Pick<Cue, "markup" | "settings">[];

/** Text that comes letter by letter is one text as long as no pause is longer. */
const longestPauseMs = 1000;

/** Writes down as cues what a screen shows over time. Times never go back. */
export class CaptionRecorder {
  readonly #shown: () => ShownTexts;
  readonly #cues: Cue[] = [];
  #sinceMs: number | null = null;
  #touchedMs = 0;

  /** `shown`: what the screen shows now. */
  constructor(shown: () => ShownTexts) {
    this.#shown = shown;
  }

  get cues(): readonly Cue[] {
    return this.#cues;
  }

  /** To be called before all of what is seen changes: what was seen until now was seen until now. */
  cut(ms: number): void {
    const startMs = this.#sinceMs;
    this.#sinceMs = ms;
    this.#touchedMs = ms;
    if (startMs === null || ms <= startMs) return;
    for (const text of this.#shown()) {
      if (text.markup !== "") this.#cues.push({ startMs, endMs: ms, ...text });
    }
  }

  /** To be called before a letter is written where it is seen at once; `isBlank`: where nothing is seen yet. */
  touch(ms: number, isBlank: boolean): void {
    if (isBlank || ms - this.#touchedMs > longestPauseMs) this.cut(ms);
    this.#touchedMs = ms;
  }
}
