import type { TilesRecipe } from "./tiles-rendition.ts";

/** A whole sheet in pixels; the last one is as large as the others. */
export function sheetSize({ columns, rows, width, height }: TilesRecipe): {
  readonly width: number;
  readonly height: number;
} {
  return { width: columns * width, height: rows * height };
}
