import { clockMs } from "./read-cues.ts";

/** What a document's times count in (TTML2, 7.2). */
export interface TtmlClock {
  readonly framesPerSecond: number;
  readonly subFramesPerFrame: number;
  readonly ticksPerSecond: number;
}

/** By the attributes of its `tt`. */
export function ttmlClock(attributes: Readonly<Record<string, string>>): TtmlClock {
  const positive = (name: string): number | null => {
    const value = Number(attributes[name]);
    return Number.isFinite(value) && value > 0 ? value : null;
  };
  const [up = NaN, down = NaN] = (attributes["frameRateMultiplier"] ?? "")
    .trim()
    .split(/[\s:]+/, 2)
    .map(Number);
  const multiplier = up > 0 && down > 0 ? up / down : 1;
  const frameRate = positive("frameRate");
  const framesPerSecond = (frameRate ?? 30) * multiplier;
  const subFramesPerFrame = positive("subFrameRate") ?? 1;
  return {
    ...{ framesPerSecond, subFramesPerFrame },
    ticksPerSecond:
      positive("tickRate") ?? (frameRate === null ? 1 : framesPerSecond * subFramesPerFrame),
  };
}

/** A time expression in milliseconds (TTML2, 12.3.1); null for what is none. */
export function ttmlTimeMs(text: string, clock: TtmlClock): number | null {
  const said = text.trim();
  const whole =
    /^(\d{1,5}):(\d{1,2}):(\d{1,2})(?:[.,](\d{1,18})|:(\d{1,3})(?:\.(\d{1,3}))?)?$/.exec(said);
  if (whole !== null) {
    const [, hours, minutes, seconds, fraction, frames = "0", subFrames = "0"] = whole;
    const inFrames = Number(frames) + Number(subFrames) / clock.subFramesPerFrame;
    return Math.round(
      clockMs(hours, minutes, seconds, fraction) + (1000 * inFrames) / clock.framesPerSecond,
    );
  }
  const [, count, unit] = /^(\d{1,18}(?:\.\d{1,18})?)(h|m|s|ms|f|t)$/.exec(said) ?? [];
  if (count === undefined) return null;
  const unitMs = {
    ...{ h: 3_600_000, m: 60_000, s: 1000, ms: 1 },
    ...{ f: 1000 / clock.framesPerSecond, t: 1000 / clock.ticksPerSecond },
  }[unit ?? ""];
  return unitMs === undefined ? null : Math.round(Number(count) * unitMs);
}
