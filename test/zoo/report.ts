import type { Fault } from "./play-shape.ts";
import type { Shape } from "./shape.ts";

export interface PlayedShape {
  readonly shape: Shape;
  readonly faults: readonly string[];
}

/** How many of each class play, and one line for each that does not: its name, what it is, what is wrong. */
export function reportPlayed(played: readonly PlayedShape[]): string {
  const groups = [...new Set(played.map(({ shape }) => shape.class))];
  const counts = groups.map((group) => {
    const members = played.filter(({ shape }) => shape.class === group);
    const good = members.filter(({ faults }) => faults.length === 0).length;
    return `${group.padEnd(12)}${String(good).padStart(4)} of ${members.length}`;
  });
  const lines = played
    .filter(({ faults }) => faults.length > 0)
    .map(
      ({ shape, faults }) =>
        `${shape.class}/${shape.name}  [${summary(shape)}]  ${faults.join(" | ")}`,
    );
  return [...counts, "", ...lines, ""].join("\n");
}

/** What is out of the ordinary in a shape. */
function summary({ properties }: Shape): string {
  const ordinary = ["25", "1", "none", "tv", "48000", "320x180", "from zero"];
  return Object.entries(properties)
    .filter(([, value]) => !ordinary.includes(value))
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
}

/** Each fault once, with the ways of playing in which it was seen where it was not seen in all of them. */
export function mergedFaults(faults: readonly Fault[]): string[] {
  const ways = new Map<string, string[]>();
  for (const { what, way } of faults) ways.set(what, [...(ways.get(what) ?? []), way]);
  const most = Math.max(0, ...[...ways.values()].map(({ length }) => length));
  return [...ways].map(([what, seen]) =>
    seen.length >= Math.max(2, most) ? what : `${what} (${seen.join("; ")})`,
  );
}
