import * as v from "valibot";
import { evenBoundaries } from "../media/frame-boundaries.ts";

const positive = v.pipe(v.number(), v.safeInteger(), v.minValue(1));

/** What of a plan of version 1 became something else. */
const version1 = v.looseObject({
  version: v.literal(1),
  grid: v.pipe(
    v.strictObject({
      frameRate: v.strictObject({ num: positive, den: positive }),
      framesPerSegment: positive,
      totalFrames: positive,
    }),
    // Before a list is made of it: a month in segments of 3 s.
    v.check(({ framesPerSegment, totalFrames }) => totalFrames / framesPerSegment <= 1e6),
  ),
  renditions: v.array(v.looseObject({ kind: v.string(), recipe: v.looseObject({}) })),
});

/** Version 1 knew one provider, and no revision of it. */
const onlyProvider = { id: "ffmpeg_software", revision: 1 };

/**
 * A plan of version 1 in the form of version 2: one raster of frames became a list of boundaries, and how a
 * rendition is made got a name. What is made of it is the same to the byte. null for none of version 1.
 */
export function upgradeVersion1(plan: unknown): unknown {
  const parsed = v.safeParse(version1, plan);
  if (!parsed.success) return null;
  const { grid, renditions, ...rest } = parsed.output;
  const { totalFrames, frameRate, framesPerSegment } = grid;
  return {
    ...rest,
    version: 2,
    boundaries: evenBoundaries(totalFrames, frameRate, framesPerSegment),
    renditions: renditions.map((rendition) => ({
      ...rendition,
      method: "encode",
      recipe:
        rendition.kind === "video"
          ? { ...rendition.recipe, provider: onlyProvider }
          : rendition.recipe,
    })),
  };
}
