import type { Cue } from "../cue.ts";
import { plainLook, type Look } from "../styled-text.ts";
import { placeSettings, type Alignment } from "../placement.ts";
import {
  blockMarkup,
  blocksOf,
  CaptionGrid,
  CaptionRecorder,
  type ShownTexts,
} from "./caption-screen.ts";
import { dtvccCharacter } from "./dtvcc-characters.ts";

const windowCount = 8;
/** More columns than a picture of 16:9 has places for; what letters there are more stand on the last. */
const mostColumns = 42;

interface CaptionWindow {
  readonly grid: CaptionGrid;
  readonly alignment: Alignment;
  /** Of the point of the window that is fixed, hundredths of the picture. */
  readonly position: { readonly x: number; readonly y: number };
  isVisible: boolean;
  row: number;
  column: number;
  look: Look;
}

/** One service of CTA-708-E: what its windows say and when. Colours, sizes and effects are left out. */
export class DtvccService {
  readonly #windows: (CaptionWindow | undefined)[] = Array.from({ length: windowCount });
  readonly #recorder = new CaptionRecorder(() => this.#shown());
  #current = 0;

  get cues(): readonly Cue[] {
    return this.#recorder.cues;
  }

  /** The end of the film. */
  end(ms: number): void {
    this.#recorder.cut(ms);
  }

  /** A block of the service (8.4 to 8.11): a command that is cut off with it is left out. */
  block(bytes: readonly number[], ms: number): void {
    for (let at = 0; at < bytes.length;) {
      const length = lengthAt(bytes, at);
      if (at + length > bytes.length) return;
      this.#command(bytes.slice(at, at + length), ms);
      at += length;
    }
  }

  #command(bytes: readonly number[], ms: number): void {
    const [first = 0] = bytes;
    const character = dtvccCharacter(bytes);
    if (character !== null) return this.#write(character, ms);
    if (first < 0x20) return this.#control(first, ms);
    if (first >= 0x80 && first < 0xa0) this.#windowCommand(first, bytes, ms);
  }

  #control(code: number, ms: number): void {
    const window = this.#windows[this.#current];
    if (window === undefined) return;
    const { grid } = window;
    switch (code) {
      case 0x08:
        if (window.column === 0) return;
        this.#touch(window, ms);
        window.column -= 1;
        grid.put(window.row, window.column, undefined);
        break;
      case 0x0c:
        this.#cut(window, ms);
        grid.clear();
        [window.row, window.column] = [0, 0];
        break;
      case 0x0d:
        window.column = 0;
        if (window.row + 1 < grid.rowCount) {
          window.row += 1;
          break;
        }
        this.#cut(window, ms);
        grid.rollUp(0, grid.rowCount - 1);
        break;
      case 0x0e:
        this.#cut(window, ms);
        grid.clearRow(window.row);
        window.column = 0;
        break;
    }
  }

  #windowCommand(code: number, bytes: readonly number[], ms: number): void {
    if (code < 0x88) {
      this.#current = code - 0x80;
      return;
    }
    if (code >= 0x98) return this.#define(code - 0x98, bytes, ms);
    const window = this.#windows[this.#current];
    switch (code) {
      case 0x88:
        return this.#each(bytes[1] ?? 0, ms, ({ grid }) => grid.clear());
      case 0x89:
        return this.#each(bytes[1] ?? 0, ms, (each) => (each.isVisible = true));
      case 0x8a:
        return this.#each(bytes[1] ?? 0, ms, (each) => (each.isVisible = false));
      case 0x8b:
        return this.#each(bytes[1] ?? 0, ms, (each) => (each.isVisible = !each.isVisible));
      case 0x8c:
        return this.#delete(bytes[1] ?? 0, ms);
      case 0x8f:
        return this.#delete(0xff, ms);
      case 0x90: {
        const flags = bytes[2] ?? 0;
        const look = { italic: (flags & 0x80) !== 0, underline: (flags & 0x40) !== 0 };
        if (window !== undefined) window.look = { ...plainLook, ...look };
        return;
      }
      case 0x92:
        if (window !== undefined) {
          window.row = Math.min((bytes[1] ?? 0) & 15, window.grid.rowCount - 1);
          window.column = Math.min((bytes[2] ?? 0) & 63, window.grid.columns - 1);
        }
    }
  }

  /** What a set of windows, a bit each, is told. */
  #each(set: number, ms: number, change: (window: CaptionWindow) => void): void {
    this.#recorder.cut(ms);
    for (const [i, window] of this.#windows.entries()) {
      if (window !== undefined && ((set >> i) & 1) === 1) change(window);
    }
  }

  #delete(set: number, ms: number): void {
    this.#recorder.cut(ms);
    for (let i = 0; i < windowCount; i++) if (((set >> i) & 1) === 1) this.#windows[i] = undefined;
  }

  /** A window that is defined again keeps what is in it. */
  #define(place: number, bytes: readonly number[], ms: number): void {
    const [, flags = 0, vertical = 0, horizontal = 0, rows = 0, columns = 0] = bytes;
    this.#current = place;
    const before = this.#windows[place];
    const isRelative = (vertical & 0x80) !== 0;
    const [tall, wide] = isRelative ? [99, 99] : [74, 209];
    const rowCount = 1 + (rows & 15);
    const columnCount = Math.min(mostColumns, 1 + (columns & 63));
    const isSame = before?.grid.rowCount === rowCount && before.grid.columns === columnCount;
    this.#recorder.cut(ms);
    this.#windows[place] = {
      grid: isSame ? before.grid : new CaptionGrid(rowCount, columnCount),
      alignment: alignments[rows >> 4] ?? 2,
      position: {
        x: (100 * Math.min(wide, horizontal)) / wide,
        y: (100 * Math.min(tall, vertical & 0x7f)) / tall,
      },
      isVisible: (flags & 0x20) !== 0,
      row: isSame ? before.row : 0,
      column: isSame ? before.column : 0,
      look: plainLook,
    };
  }

  #write(character: string, ms: number): void {
    const window = this.#windows[this.#current];
    if (window === undefined) return;
    const { grid, row, look } = window;
    this.#touch(window, ms);
    const column = Math.min(window.column, grid.columns - 1);
    grid.put(row, column, { character, look });
    window.column = column + 1;
  }

  #touch({ isVisible }: CaptionWindow, ms: number): void {
    if (isVisible)
      this.#recorder.touch(
        ms,
        this.#seen().every(({ grid }) => grid.isEmpty),
      );
  }

  #cut({ isVisible }: CaptionWindow, ms: number): void {
    if (isVisible) this.#recorder.cut(ms);
  }

  #seen(): CaptionWindow[] {
    return this.#windows.flatMap((window) => (window?.isVisible === true ? [window] : []));
  }

  #shown(): ShownTexts {
    return this.#seen().flatMap(({ grid, alignment, position }) => {
      const lines = blocksOf(grid).flatMap((block) => block.lines);
      if (lines.length === 0) return [];
      const markup = blockMarkup({ topRow: 0, lines });
      // Where nearly all stand players have a place of their own.
      const isUsual = alignment === 2 && position.y >= 85 && Math.abs(position.x - 50) <= 5;
      const settings = isUsual ? "" : placeSettings(alignment, position, lines.length);
      return [{ markup, settings }];
    });
  }
}

/** By the number of a window's anchor (8.4.3), from the upper left on. */
const alignments: readonly Alignment[] = [7, 8, 9, 4, 5, 6, 1, 2, 3];

/** Bytes of a command with its parameters (7.1); of what CTA-708 keeps for later as well. */
function lengthAt(bytes: readonly number[], at: number): number {
  const first = bytes[at] ?? 0;
  if (first === 0x10) return 1 + extendedLength(bytes, at + 1);
  if (first < 0x10) return 1;
  if (first < 0x18) return 2;
  if (first < 0x20) return 3;
  if (first < 0x80 || first >= 0xa0) return 1;
  if (first >= 0x98) return 7;
  return parameterBytes[first] ?? 1;
}

const parameterBytes: Readonly<Record<number, number>> = {
  ...{ 0x88: 2, 0x89: 2, 0x8a: 2, 0x8b: 2, 0x8c: 2, 0x8d: 2, 0x90: 3, 0x91: 4, 0x92: 3, 0x97: 5 },
};

/** What follows an extension's first byte. */
function extendedLength(bytes: readonly number[], at: number): number {
  const code = bytes[at] ?? 0;
  if (code < 0x20) return 1 + (code >> 3);
  if (code < 0x80 || code >= 0xa0) return 1;
  if (code < 0x88) return 5;
  if (code < 0x90) return 6;
  return 2 + ((bytes[at + 1] ?? 0) & 0x3f);
}
