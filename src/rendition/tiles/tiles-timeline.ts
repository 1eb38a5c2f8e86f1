import { boundaryTicks, type Boundaries } from "../../media/boundaries.ts";
import { remembered } from "../../media/remembered.ts";
import type { Timeline } from "../../media/timeline.ts";
import type { PlanFrame } from "../rendition.ts";
import type { TilesRecipe, TilesRendition } from "./tiles-rendition.ts";

/** A segment is a sheet; the last one lasts as long as the film does. */
export function tilesTimeline({ boundaries }: PlanFrame, { recipe }: TilesRendition): Timeline {
  return timelineOf(recipe, boundaries);
}

const timelineOf = remembered((recipe: TilesRecipe, boundaries: Boundaries): Timeline => {
  const { timescale } = boundaries;
  const end = endTicks(boundaries);
  const sheetTicks = sheetSeconds(recipe) * timescale;
  const cuts = [0];
  for (let at = sheetTicks; at < end; at += sheetTicks) cuts.push(at);
  return { timescale, boundaries: [...cuts, end] };
});

export const tilesPerSheet = ({ columns, rows }: TilesRecipe): number => columns * rows;

/** What a whole sheet shows of a film, seconds. */
export function sheetSeconds(recipe: TilesRecipe): number {
  return tilesPerSheet(recipe) * recipe.intervalSeconds;
}

/** How many tiles there are: one at the beginning, and one an interval for as long as the film lasts. */
export function tileCount(
  { boundaries }: Pick<PlanFrame, "boundaries">,
  { intervalSeconds }: TilesRecipe,
): number {
  return Math.max(1, Math.ceil(endTicks(boundaries) / (intervalSeconds * boundaries.timescale)));
}

/** The tiles of sheet n (from 1), counted from 0 over all sheets: `[first, end)`. */
export function sheetTiles(
  frame: PlanFrame,
  { recipe }: TilesRendition,
  n: number,
): { readonly first: number; readonly end: number } {
  const each = tilesPerSheet(recipe);
  return { first: (n - 1) * each, end: Math.min(n * each, tileCount(frame, recipe)) };
}

function endTicks(boundaries: Boundaries): number {
  return boundaryTicks(boundaries).at(-1) ?? 0;
}
