import { changes } from "./classes/changes.ts";
import { codecShapes } from "./classes/codecs.ts";
import { colours } from "./classes/colours.ts";
import { containers } from "./classes/containers.ts";
import { geometry } from "./classes/geometry.ts";
import { lengthShapes } from "./classes/lengths.ts";
import { rateShapes } from "./classes/rates.ts";
import { sounds } from "./classes/sounds.ts";
import { tracks } from "./classes/tracks.ts";
import type { Shape } from "./shape.ts";

export const allShapes: readonly Shape[] = [
  ...[
    codecShapes,
    colours,
    containers,
    sounds,
    changes,
    geometry,
    rateShapes,
    lengthShapes,
    tracks,
  ].flat(),
];

/** How many shapes every check of the project plays; all of them are played at night. */
const quickCount = 28;

/**
 * The shapes to play: those whose class or name matches `pattern`, a regular expression; without one, the few
 * that meet as many different property values as so many can.
 */
export function chooseShapes(pattern: string | undefined): readonly Shape[] {
  if (pattern !== undefined) {
    const wanted = new RegExp(pattern);
    return allShapes.filter(({ class: group, name }) => wanted.test(`${group}/${name}`));
  }
  const met = new Set<string>();
  const chosen: Shape[] = [];
  const news = (shape: Shape): string[] => valuesOf(shape).filter((value) => !met.has(value));
  while (chosen.length < quickCount) {
    const rest = allShapes.filter((shape) => !chosen.includes(shape) && isQuick(shape));
    const best = rest.toSorted((a, b) => news(b).length - news(a).length)[0];
    if (best === undefined) break;
    for (const value of news(best)) met.add(value);
    chosen.push(best);
  }
  return allShapes.filter((shape) => chosen.includes(shape));
}

/** What costs a second of its own waits for the night. */
function isQuick({ films, isAdaptive, expected }: Shape): boolean {
  const samples = films.reduce(
    (sum, { width, height, frames }) => sum + width * height * frames,
    0,
  );
  return samples < 9e6 && !isAdaptive && expected.sounds.length < 3 && expected.outcome === "plays";
}

function valuesOf({ class: group, properties }: Shape): string[] {
  return [
    `class:${group}`,
    ...Object.entries(properties).map(([name, value]) => `${name}:${value}`),
  ];
}
