import type { RenditionMethod, StreamFacts } from "../rendition.ts";
import type { TilesRendition } from "./tiles-rendition.ts";
import { tilesRevisionLead, tilesSchema } from "./tiles-schema.ts";
import { sheetSize } from "./tiles-size.ts";
import { sheetSeconds, tilesTimeline } from "./tiles-timeline.ts";
import { verifyTiles } from "./verify-tiles.ts";

/** A few pictures of a film are decoded, on two threads. */
const weight = 1 / 4;
/** Of a picture with much in it, at the quality that sheets are written in. */
const bitsPerPixel = 1.5;

/** Small pictures of the film's key frames, many on a sheet. */
export const tilesMethod: RenditionMethod<TilesRendition> = {
  schema: tilesSchema,
  revisionLead: tilesRevisionLead,
  fits: () => true,
  timeline: tilesTimeline,
  facts: tilesFacts,
  weight: () => weight,
  // Where nobody points at the time bar, nobody needs it.
  isWorthFilling: false,
  isFollowed: false,
  runLimit: () => 1,
  together: (renditions) => renditions.map((rendition) => [rendition]),
  verify: (bytes, { rendition }) => verifyTiles(bytes, rendition),
};

function tilesFacts({ recipe }: TilesRendition): StreamFacts {
  const size = sheetSize(recipe);
  const bits = size.width * size.height * bitsPerPixel;
  return {
    ...{ codec: "mjpeg", bitrateBps: Math.ceil(bits / sheetSeconds(recipe)) },
    ...size,
    ...{ framesPerSecond: null, channels: null },
  };
}
