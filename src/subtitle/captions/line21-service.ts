import type { Cue } from "../cue.ts";
import { plainLook, type Look } from "../styled-text.ts";
import {
  blockMarkup,
  blocksOf,
  CaptionGrid,
  CaptionRecorder,
  type CaptionBlock,
  type ShownTexts,
} from "./caption-screen.ts";
import { basicCharacter, extendedCharacter, specialCharacter } from "./line21-characters.ts";
import { columnPercent, placedBlock, rowPercent } from "./caption-place.ts";

const rows = 15;
const columns = 32;

/** How what comes gets on the screen; text of a page of its own, which no film has, is left out. */
type Mode = "pop-on" | "roll-up" | "paint-on" | "text";

/**
 * One of the four caption services of line 21 (CTA-608-E; 47 CFR 15.119), CC1 to CC4: what it shows and when. It is
 * given pairs without parity, control codes once, and without the bit that tells a field's two services apart.
 */
export class Line21Service {
  #shown = new CaptionGrid(rows, columns);
  #hidden = new CaptionGrid(rows, columns);
  readonly #recorder = new CaptionRecorder(() => textsOf(this.#shown));
  /** Nothing is shown before the first code that says how. */
  #mode: Mode | null = null;
  #row = rows - 1;
  #column = 0;
  #look: Look = plainLook;
  #rollRows = 0;

  get cues(): readonly Cue[] {
    return this.#recorder.cues;
  }

  /** The end of the film. */
  end(ms: number): void {
    this.#recorder.cut(ms);
  }

  /** A byte from 0x20 on. */
  character(byte: number, ms: number): void {
    this.#write(basicCharacter(byte), ms);
  }

  /** A pair of which the first byte is from 0x10 to 0x17. */
  control(first: number, second: number, ms: number): void {
    if (second >= 0x40) return this.#preamble(first, second, ms);
    const known = specialCharacter(first, second);
    if (known !== undefined) return this.#write(known, ms);
    const extended = extendedCharacter(first, second);
    if (extended !== undefined) {
      this.#backspace(ms);
      return this.#write(extended, ms);
    }
    if (first === 0x11 && second >= 0x20) return this.#midRow(second, ms);
    if (first === 0x17 && second > 0x20 && second < 0x24) {
      this.#column = Math.min(columns - 1, this.#column + second - 0x20);
      return;
    }
    // Those of the second field have a bit more; some encoders leave it out.
    if ((first === 0x14 || first === 0x15) && second >= 0x20) this.#command(second, ms);
  }

  #command(code: number, ms: number): void {
    if (code >= 0x25 && code <= 0x27) return this.#rollUp(code - 0x23, ms);
    switch (code) {
      case 0x20:
        this.#mode = "pop-on";
        break;
      case 0x21:
        this.#backspace(ms);
        break;
      case 0x24:
        this.#beforeWriting(ms)?.clearRow(this.#row, this.#column);
        break;
      case 0x28:
        // Of letters that flash the space remains, as of other changes of looks.
        this.#write(" ", ms);
        break;
      case 0x29:
        this.#mode = "paint-on";
        break;
      case 0x2a:
      case 0x2b:
        this.#mode = "text";
        break;
      case 0x2c:
        this.#recorder.cut(ms);
        this.#shown.clear();
        break;
      case 0x2d:
        this.#carriageReturn(ms);
        break;
      case 0x2e:
        this.#hidden.clear();
        break;
      case 0x2f:
        this.#recorder.cut(ms);
        [this.#shown, this.#hidden] = [this.#hidden, this.#shown];
        this.#mode = "pop-on";
        break;
    }
  }

  #rollUp(depth: number, ms: number): void {
    if (this.#mode === "roll-up") {
      if (depth < this.#rollRows) {
        this.#recorder.cut(ms);
        for (let row = 0; row <= this.#row - depth; row++) this.#shown.clearRow(row);
      }
    } else {
      this.#recorder.cut(ms);
      this.#shown.clear();
      this.#hidden.clear();
      [this.#row, this.#column, this.#look] = [rows - 1, 0, plainLook];
    }
    this.#mode = "roll-up";
    this.#rollRows = depth;
  }

  #carriageReturn(ms: number): void {
    if (this.#mode !== "roll-up") return;
    this.#recorder.cut(ms);
    const top = Math.max(0, this.#row - this.#rollRows + 1);
    this.#shown.rollUp(top, this.#row);
    for (let row = 0; row < top; row++) this.#shown.clearRow(row);
    [this.#column, this.#look] = [0, plainLook];
  }

  #preamble(first: number, second: number, ms: number): void {
    const row = rowOf(first, second);
    if (row === null || this.#mode === null || this.#mode === "text") return;
    if (this.#mode === "roll-up" && row !== this.#row) {
      this.#recorder.cut(ms);
      this.#shown.moveRows(this.#row - this.#rollRows + 1, this.#row, row - this.#row);
    }
    const style = (second >> 1) & 15;
    this.#row = row;
    this.#column = style >= 8 ? 4 * (style - 8) : 0;
    this.#look = { ...plainLook, italic: style === 7, underline: (second & 1) === 1 };
  }

  #midRow(second: number, ms: number): void {
    // It takes the place of a letter, and holds from the next one on.
    this.#write(" ", ms);
    const isItalic = ((second >> 1) & 7) === 7;
    this.#look = { ...plainLook, italic: isItalic, underline: (second & 1) === 1 };
  }

  #write(character: string, ms: number): void {
    const column = Math.min(this.#column, columns - 1);
    this.#beforeWriting(ms)?.put(this.#row, column, { character, look: this.#look });
    if (this.#mode !== null && this.#mode !== "text") this.#column = column + 1;
  }

  #backspace(ms: number): void {
    if (this.#column === 0) return;
    const grid = this.#beforeWriting(ms);
    if (grid === null) return;
    this.#column -= 1;
    grid.put(this.#row, this.#column, undefined);
  }

  /** Where what comes is written to; null for nowhere. */
  #beforeWriting(ms: number): CaptionGrid | null {
    if (this.#mode === "pop-on") return this.#hidden;
    if (this.#mode === null || this.#mode === "text") return null;
    this.#recorder.touch(ms, this.#shown.isEmpty);
    return this.#shown;
  }
}

/** From 0 on, by a preamble's first byte; the second of each pair has a bit set (15.119, table of preambles). */
const rowPairs: Readonly<Record<number, readonly [number, number | null]>> = {
  ...{ 0x10: [10, null], 0x11: [0, 1], 0x12: [2, 3], 0x13: [11, 12] },
  ...{ 0x14: [13, 14], 0x15: [4, 5], 0x16: [6, 7], 0x17: [8, 9] },
};

function rowOf(first: number, second: number): number | null {
  return rowPairs[first]?.[(second >> 5) & 1] ?? null;
}

function textsOf(grid: CaptionGrid): ShownTexts {
  return blocksOf(grid).map((block) => ({ markup: blockMarkup(block), settings: placeOf(block) }));
}

/** Rows and columns fill the middle four fifths of the picture (15.119 (d)). */
function placeOf({ topRow, lines }: CaptionBlock): string {
  return placedBlock({
    topPercent: rowPercent(topRow, rows),
    isAtBottom: topRow + lines.length > rows - 3,
    lines: lines.map(({ first, last }) => ({
      leftPercent: columnPercent(first, columns),
      rightPercent: columnPercent(last + 1, columns),
    })),
  });
}
