import { mapped } from "./test-card.ts";
import { fromXyz, toXyz, type PrimariesName, type Triple } from "./colour.ts";

/** A set of flat patches by the light they give, red, green and blue of some primaries, candela per square metre. */
export interface HdrChart {
  readonly name: string;
  readonly patches: readonly Triple[];
  readonly isGrey?: true;
}

/** Light of diffuse white in HDR (BT.2408, table 1). */
export const diffuseWhiteNits = 203;

/** Babel Color's average of the ColorChecker, linear BT.709 of a white of 1: its first three rows, and skins. */
const checker: readonly Triple[] = [
  ...([
    [0.172, 0.083, 0.058],
    [0.54, 0.302, 0.222],
    [0.117, 0.197, 0.339],
  ] as const),
  ...([
    [0.099, 0.15, 0.055],
    [0.23, 0.22, 0.434],
    [0.132, 0.515, 0.41],
  ] as const),
  ...([
    [0.69, 0.203, 0.028],
    [0.067, 0.105, 0.381],
    [0.538, 0.092, 0.122],
  ] as const),
  ...([
    [0.107, 0.043, 0.144],
    [0.342, 0.502, 0.049],
    [0.755, 0.364, 0.031],
  ] as const),
  ...([
    [0.033, 0.05, 0.283],
    [0.058, 0.296, 0.065],
    [0.437, 0.032, 0.041],
  ] as const),
  ...([
    [0.806, 0.57, 0.013],
    [0.499, 0.094, 0.3],
    [0.002, 0.237, 0.358],
  ] as const),
];
const skins: readonly Triple[] = [
  ...([
    [0.71, 0.48, 0.38],
    [0.61, 0.38, 0.28],
    [0.5, 0.27, 0.18],
  ] as const),
  ...([
    [0.34, 0.17, 0.1],
    [0.18, 0.085, 0.05],
    [0.07, 0.036, 0.024],
  ] as const),
];
const corners: readonly Triple[] = [
  ...([
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ] as const),
  ...([
    [1, 1, 0],
    [0, 1, 1],
    [1, 0, 1],
  ] as const),
];

const grey = (nits: number): Triple => [nits, nits, nits];
const scaled = (patch: Triple, nits: number): Triple => mapped(patch, (value) => value * nits);

/** Charts in the gamut of some primaries: what was measured in BT.709 keeps its colour. */
export function hdrCharts(primaries: PrimariesName, peakNits: number): readonly HdrChart[] {
  const same = (patch: Triple): Triple =>
    mapped(fromXyz(toXyz(patch, "bt709"), primaries), (value) => Math.max(0, value));
  const real = (patches: readonly Triple[], nits: number) =>
    patches.map((patch) => scaled(same(patch), nits));
  const steps = Array.from({ length: 32 }, (_, i) => i);
  return [
    { name: "ColorChecker", patches: real(checker, diffuseWhiteNits) },
    {
      name: "skin, in light and half of it",
      patches: [1, 0.5].flatMap((part) => real(skins, diffuseWhiteNits * part)),
    },
    {
      isGrey: true,
      name: "greys to diffuse white",
      patches: steps.map((i) => grey((diffuseWhiteNits * (i + 1)) / 32)),
    },
    {
      isGrey: true,
      name: "greys to the peak",
      patches: steps.map((i) => grey(diffuseWhiteNits * (peakNits / diffuseWhiteNits) ** (i / 31))),
    },
    { isGrey: true, name: "nearly black", patches: steps.slice(1).map((i) => grey(i ** 2 / 200)) },
    {
      name: "primaries of the gamut",
      patches: [0.2, 0.5, 1].flatMap((part) =>
        corners.map((corner) => scaled(corner, diffuseWhiteNits * part)),
      ),
    },
    {
      name: "coloured lights",
      patches: [0.4, 0.7, 1].flatMap((part) => real(checker.slice(12), peakNits * part)),
    },
  ];
}
