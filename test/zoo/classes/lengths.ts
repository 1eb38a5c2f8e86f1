import { sound } from "../film.ts";
import { shape, type Shape } from "../shape.ts";

/** A segment of the zoo's servers is two seconds: 50 pictures. */
const lengths = [1, 2, 3, 4, 5, 12, 13, 49, 50, 51, 52, 53, 62, 63, 64, 99, 100, 101, 102, 103];

export const lengthShapes: readonly Shape[] = lengths.flatMap((frames) => [
  shape(
    "lengths",
    `length-${frames}`,
    { frames, sounds: [] },
    { properties: { length: String(frames) } },
  ),
  ...(frames < 4 || frames > 99
    ? [
        shape(
          "lengths",
          `length-${frames}-sound`,
          { frames, extension: "mp4", sounds: [sound()] },
          {
            properties: { length: String(frames) },
          },
        ),
      ]
    : []),
]);
