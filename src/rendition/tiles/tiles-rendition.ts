import type { Color } from "../../media/color.ts";
import type { PictureTreatment } from "../../plugin/video-recipe.ts";
import type { ImageTrackRendition } from "../rendition.ts";

/** Small pictures of the film, one an interval, many on a sheet: what a time bar shows (a storyboard). */
export interface TilesRendition extends ImageTrackRendition {
  readonly method: "tiles";
  readonly recipe: TilesRecipe;
}

export interface TilesRecipe {
  readonly kind: "image";
  /** Raised when the same film would come out as other pictures than before. */
  readonly revision: 1;
  /** Tiles of a sheet, side by side and one row below the other. */
  readonly columns: number;
  readonly rows: number;
  /** Of one tile: even, square samples, upright. */
  readonly width: number;
  readonly height: number;
  /** From one tile to the next. */
  readonly intervalSeconds: number;
  readonly color: Color;
  readonly treatment: PictureTreatment;
}
