import type { Triple } from "./colour.ts";

/** CIE L*a*b* of an XYZ colour (white is Y = 1), relative to D65. */
export function toLab([x, y, z]: Triple): Triple {
  const f = (t: number): number =>
    t > 216 / 24_389 ? Math.cbrt(t) : ((24_389 / 27) * t + 16) / 116;
  const [fx, fy, fz] = [f(x / (0.3127 / 0.329)), f(y), f(z / (0.3583 / 0.329))];
  return [116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)];
}

const radians = Math.PI / 180;

/** CIEDE2000 of two L*a*b* colours (Sharma, Wu, Dalal 2005, its formulae in its order). */
export function deltaE2000(one: Triple, two: Triple): number {
  const chroma = (Math.hypot(one[1], one[2]) + Math.hypot(two[1], two[2])) / 2;
  const g = 0.5 * (1 - Math.sqrt(chroma ** 7 / (chroma ** 7 + 25 ** 7)));
  const polar = ([l, a, b]: Triple) => {
    const redness = a * (1 + g);
    const hue = redness === 0 && b === 0 ? 0 : Math.atan2(b, redness) / radians;
    return { l, c: Math.hypot(redness, b), h: (hue + 360) % 360 };
  };
  const [first, second] = [polar(one), polar(two)];
  const isGrey = first.c * second.c === 0;
  const turn = second.h - first.h;
  const hueStep = isGrey ? 0 : turn > 180 ? turn - 360 : turn < -180 ? turn + 360 : turn;
  const dL = second.l - first.l;
  const dC = second.c - first.c;
  const dH = 2 * Math.sqrt(first.c * second.c) * Math.sin((hueStep / 2) * radians);
  const sum = first.h + second.h;
  const meanH = isGrey
    ? sum
    : Math.abs(turn) <= 180
      ? sum / 2
      : (sum + (sum < 360 ? 360 : -360)) / 2;
  const meanL = (first.l + second.l) / 2;
  const meanC = (first.c + second.c) / 2;
  const cos = (degrees: number): number => Math.cos(degrees * radians);
  const t =
    1 -
    0.17 * cos(meanH - 30) +
    0.24 * cos(2 * meanH) +
    0.32 * cos(3 * meanH + 6) -
    0.2 * cos(4 * meanH - 63);
  const sL = 1 + (0.015 * (meanL - 50) ** 2) / Math.sqrt(20 + (meanL - 50) ** 2);
  const sC = 1 + 0.045 * meanC;
  const sH = 1 + 0.015 * meanC * t;
  const rotation = 30 * Math.exp(-(((meanH - 275) / 25) ** 2));
  const rC = 2 * Math.sqrt(meanC ** 7 / (meanC ** 7 + 25 ** 7));
  const rT = -Math.sin(2 * rotation * radians) * rC;
  return Math.sqrt((dL / sL) ** 2 + (dC / sC) ** 2 + (dH / sH) ** 2 + rT * (dC / sC) * (dH / sH));
}
