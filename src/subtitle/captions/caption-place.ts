/** Captions stand in the middle four fifths of the picture, in either direction. */
const safe = { from: 10, share: 80 } as const;

export function rowPercent(row: number, rows: number): number {
  return safe.from + (safe.share * row) / rows;
}

export function columnPercent(column: number, columns: number): number {
  return safe.from + (safe.share * column) / columns;
}

/** Where lines stand in the picture, hundredths of its height and width. */
export interface PlacedBlock {
  readonly topPercent: number;
  /** Whether they stand where subtitles usually stand: players know best how far above the edge that is. */
  readonly isAtBottom: boolean;
  readonly lines: readonly { readonly leftPercent: number; readonly rightPercent: number }[];
}

/** Half a letter: a line of an odd number of letters cannot stand in the very middle. */
const tolerancePercent = 2.5;
const middlePercent = 50;
const nearMiddlePercent = 5;

/** WebVTT's settings: centred where the lines are centred on one another, else by the edge that they share. */
export function placedBlock({ topPercent, isAtBottom, lines }: PlacedBlock): string {
  const line = isAtBottom ? "" : `line:${Math.round(topPercent)}%`;
  return [line, sideOf(lines)].filter(Boolean).join(" ");
}

function sideOf(lines: PlacedBlock["lines"]): string {
  const left = Math.min(...lines.map(({ leftPercent }) => leftPercent));
  const right = Math.max(...lines.map(({ rightPercent }) => rightPercent));
  const middles = lines.map(({ leftPercent, rightPercent }) => (leftPercent + rightPercent) / 2);
  const middle = (left + right) / 2;
  const isAlike = (values: readonly number[], wanted: number): boolean =>
    values.every((value) => Math.abs(value - wanted) <= tolerancePercent);
  const isMiddle = Math.abs(middle - middlePercent) <= nearMiddlePercent;
  if (isMiddle && isAlike(middles, middle)) return "";
  const lefts = lines.map(({ leftPercent }) => leftPercent);
  if (isAlike(lefts, left)) return `position:${Math.round(left)}% align:left`;
  if (isAlike(middles, middle)) return `position:${Math.round(middle)}%`;
  const rights = lines.map(({ rightPercent }) => rightPercent);
  if (isAlike(rights, right)) return `position:${Math.round(right)}% align:right`;
  return `position:${Math.round(left)}% align:left`;
}
