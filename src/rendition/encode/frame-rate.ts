import { rational, toNumber, type Rational } from "../../media/rational.ts";
import type { VideoTrack } from "../../media/source.ts";

/** The rates that broadcasting, film and players know. */
const standardRates: readonly Rational[] = [
  rational(24000, 1001),
  rational(24),
  rational(25),
  rational(30000, 1001),
  rational(30),
  rational(50),
  rational(60000, 1001),
  rational(60),
];

const highestRate = 60;
/** Below this a variable rate is a slide show: it keeps its own pace rather than be blown up to 24. */
const slowestConformed = 20;

/**
 * The constant rate a track is played at. A constant source keeps its own, halved until it is at most 60;
 * a variable one takes a standard rate that is no slower, a very slow one its own, rounded to whole frames.
 */
export function conformedFrameRate(track: VideoTrack): Rational {
  const rate = track.frameRate;
  if (rate === null || !(toNumber(rate) > 0)) return rational(25);
  if (!track.isVariableFrameRate) return halvedToLimit(nearStandard(rate));
  const measured = toNumber(rate);
  if (measured < slowestConformed) return rational(Math.max(1, Math.round(measured)));
  return nextStandard(measured);
}

/** What was measured is that far from what is meant, at most: time stamps are rounded, and pauses add up. */
const measuredTolerance = 0.02;

/** On a slower grid pictures would be lost. */
function nextStandard(measured: number): Rational {
  const near = nearest(measured);
  if (toNumber(near) >= measured * (1 - measuredTolerance)) return near;
  return standardRates.find((rate) => toNumber(rate) > measured) ?? near;
}

/** 23.976 written as 2997/125 or 23976/1000 is 24000/1001: snap what is closer than a frame an hour or so. */
function nearStandard(rate: Rational): Rational {
  const candidate = nearest(toNumber(rate));
  const error = Math.abs(toNumber(candidate) / toNumber(rate) - 1);
  return error < 1e-5 ? candidate : rate;
}

function halvedToLimit(rate: Rational): Rational {
  let limited = rate;
  while (toNumber(limited) > highestRate + 0.01) limited = rational(limited.num, limited.den * 2);
  return limited;
}

function nearest(measured: number): Rational {
  let best = rational(25);
  for (const candidate of standardRates) {
    const distance = Math.abs(toNumber(candidate) - measured);
    if (distance < Math.abs(toNumber(best) - measured)) best = candidate;
  }
  return best;
}
