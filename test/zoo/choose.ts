import { changes } from "./classes/changes.ts";
import { codecShapes } from "./classes/codecs.ts";
import { colours } from "./classes/colours.ts";
import { containers } from "./classes/containers.ts";
import { geometry } from "./classes/geometry.ts";
import { lengthShapes } from "./classes/lengths.ts";
import { mixed } from "./classes/mixed.ts";
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
    mixed,
  ].flat(),
];

/** How many shapes of each class every check of the project plays; all of them are played at night. */
const quickOfEach = 2;

/** What once did not play, a kind of trouble each: played by every check. */
export const oftenBroken: readonly string[] = [
  ...["codec-libx264-yuv420p-topleft.mp4", "colour-pq-without-matrix.mkv", "colour-gbrp-tall.mkv"],
  ...["in-jump-forward-an-hour.ts", "channels-9.mkv", "gap-58ms.mkv", "shape-16x2000.mkv"],
  ...["codec-rawvideo-bgr24.avi", "codec-libx264-yuv420p-silent.avi"],
  ...["tracks-empty.mp4", "tracks-unknown-second-sound.mkv"],
];

/**
 * The shapes to play: those whose class or name matches `pattern`, a regular expression; without one, what is
 * often broken, and those few of each class that meet the most property values which none before them met.
 */
export function chooseShapes(pattern: string | undefined): readonly Shape[] {
  if (pattern !== undefined) {
    const wanted = new RegExp(pattern);
    return allShapes.filter(({ class: group, name }) => wanted.test(`${group}/${name}`));
  }
  const chosen = new Set(allShapes.filter(({ name }) => oftenBroken.includes(name)));
  const met = new Set([...chosen].flatMap(valuesOf));
  const news = (shape: Shape): string[] => valuesOf(shape).filter((value) => !met.has(value));
  const groups = [...new Set(allShapes.map((shape) => shape.class))];
  for (const group of Array.from({ length: quickOfEach }, () => groups).flat()) {
    const rest = allShapes.filter(
      (shape) => shape.class === group && !chosen.has(shape) && isQuick(shape),
    );
    const best = rest.toSorted((a, b) => news(b).length - news(a).length)[0];
    if (best === undefined) continue;
    for (const value of news(best)) met.add(value);
    chosen.add(best);
  }
  return allShapes.filter((shape) => chosen.has(shape));
}

/** What costs a second of its own waits for the night. */
function isQuick({ films, isAdaptive, expected }: Shape): boolean {
  const samples = films.reduce(
    (sum, { width, height, frames }) => sum + width * height * frames,
    0,
  );
  return samples < 9e6 && !isAdaptive && expected.sounds.length < 3 && expected.outcome === "plays";
}

function valuesOf({ properties }: Shape): string[] {
  return Object.entries(properties).map(([name, value]) => `${name}:${value}`);
}
