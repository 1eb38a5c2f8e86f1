import {
  fromComponents,
  fromLight,
  fromXyz,
  toComponents,
  toLight,
  toXyz,
  type ColourSpace,
  type Triple,
} from "./colour.ts";
import { diffuseWhiteNits } from "./hdr-charts.ts";
import { mapped } from "./test-card.ts";

/** A space of HDR pictures, whose samples are of ten bits. */
export interface HdrSpace extends ColourSpace {
  readonly transfer: "smpte2084" | "arib-std-b67";
}

/** HLG as a display of 1000 cd/m² shows it (BT.2100, table 5): its gamma, and the curve's constants. */
const hlg = { peakNits: 1000, gamma: 1.2, a: 0.17883277, b: 0.28466892, c: 0.55991073 } as const;
const weights = { r: 0.2627, g: 0.678, b: 0.0593 } as const;
const luminance = ([r, g, b]: Triple): number => weights.r * r + weights.g * g + weights.b * b;

/** The sample values, Y, Cb and Cr of ten bits, that stand for a light of the space's primaries in cd/m². */
export function hdrSamples(nits: Triple, space: HdrSpace): Triple {
  const [y, cb, cr] = toComponents(signal(nits, space), space);
  const whole = (value: number): number => Math.min(1023, Math.max(0, Math.round(value)));
  return space.range === "pc"
    ? [whole(1023 * y), whole(512 + 1023 * cb), whole(512 + 1023 * cr)]
    : [whole(64 + 876 * y), whole(512 + 896 * cb), whole(512 + 896 * cr)];
}

function signal(nits: Triple, { transfer }: HdrSpace): Triple {
  if (transfer === "smpte2084") {
    return mapped(nits, (value) => fromLight(value / diffuseWhiteNits, transfer));
  }
  const shown = mapped(nits, (value) => value / hlg.peakNits);
  const gain = luminance(shown) === 0 ? 0 : luminance(shown) ** (1 / hlg.gamma - 1);
  return mapped(shown, (value) => {
    const scene = value * gain;
    return scene <= 1 / 12 ? Math.sqrt(3 * scene) : hlg.a * Math.log(12 * scene - hlg.b) + hlg.c;
  });
}

/**
 * What a display of SDR is to show for such samples, linear BT.709 of a white of 1: their light by BT.2100, BT.2390's
 * transfer function to SDR's white on each of red, green and blue, the primaries of BT.709, cut off where it ends.
 */
export function sdrLight([y, cb, cr]: Triple, space: HdrSpace, peakNits: number): Triple {
  const components: Triple =
    space.range === "pc"
      ? [y / 1023, (cb - 512) / 1023, (cr - 512) / 1023]
      : [(y - 64) / 876, (cb - 512) / 896, (cr - 512) / 896];
  const coded = mapped(fromComponents(components, space), (value) =>
    Math.min(1, Math.max(0, value)),
  );
  const mappedLight = mapped(
    light(coded, space),
    (nits) => eetf(nits, peakNits) / diffuseWhiteNits,
  );
  const narrow = fromXyz(toXyz(mappedLight, space.primaries), "bt709");
  return mapped(narrow, (value) => Math.min(1, Math.max(0, value)));
}

function light(coded: Triple, { transfer }: HdrSpace): Triple {
  if (transfer === "smpte2084") {
    return mapped(coded, (value) => toLight(value, transfer) * diffuseWhiteNits);
  }
  const scene = mapped(coded, (value) =>
    value <= 0.5 ? value ** 2 / 3 : (Math.exp((value - hlg.c) / hlg.a) + hlg.b) / 12,
  );
  const gain = hlg.peakNits * luminance(scene) ** (hlg.gamma - 1);
  return mapped(scene, (value) => value * gain);
}

/** BT.2390, 5.4.1, of a black of 0; light in cd/m². */
function eetf(nits: number, peakNits: number): number {
  const pq = (value: number): number => fromLight(value / diffuseWhiteNits, "smpte2084");
  const [e1, most] = [Math.min(1, pq(nits) / pq(peakNits)), pq(diffuseWhiteNits) / pq(peakNits)];
  if (most >= 1) return Math.min(nits, diffuseWhiteNits);
  const ks = 1.5 * most - 0.5;
  const t = (e1 - ks) / (1 - ks);
  const spline =
    (2 * t ** 3 - 3 * t ** 2 + 1) * ks +
    (t ** 3 - 2 * t ** 2 + t) * (1 - ks) +
    (-2 * t ** 3 + 3 * t ** 2) * most;
  return toLight((e1 < ks ? e1 : spline) * pq(peakNits), "smpte2084") * diffuseWhiteNits;
}
