import { describe, expect, test } from "bun:test";
import { deltaE2000, toLab } from "./colour-difference.ts";
import {
  fromComponents,
  fromLight,
  fromXyz,
  toComponents,
  toLight,
  toXyz,
  type ColourSpace,
  type MatrixName,
  type TransferName,
  type Triple,
} from "./colour.ts";

/** Sharma, Wu, Dalal, "The CIEDE2000 color-difference formula", table 1: two colours and their difference. */
const sharma: readonly (readonly [Triple, Triple, number])[] = [
  [[50, 2.6772, -79.7751], [50, 0, -82.7485], 2.0425],
  [[50, 3.1571, -77.2803], [50, 0, -82.7485], 2.8615],
  [[50, 2.8361, -74.02], [50, 0, -82.7485], 3.4412],
  [[50, -1.3802, -84.2814], [50, 0, -82.7485], 1],
  [[50, -1.1848, -84.8006], [50, 0, -82.7485], 1],
  [[50, -0.9009, -85.5211], [50, 0, -82.7485], 1],
  [[50, 0, 0], [50, -1, 2], 2.3669],
  [[50, -1, 2], [50, 0, 0], 2.3669],
  [[50, 2.49, -0.001], [50, -2.49, 0.0009], 7.1792],
  [[50, 2.49, -0.001], [50, -2.49, 0.0011], 7.2195],
  [[50, -0.001, 2.49], [50, 0.0009, -2.49], 4.8045],
  [[50, -0.001, 2.49], [50, 0.0011, -2.49], 4.7461],
  [[50, 2.5, 0], [50, 0, -2.5], 4.3065],
  [[50, 2.5, 0], [73, 25, -18], 27.1492],
  [[50, 2.5, 0], [61, -5, 29], 22.8977],
  [[50, 2.5, 0], [56, -27, -3], 31.903],
  [[50, 2.5, 0], [58, 24, 15], 19.4535],
  [[60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644],
  [[63.0109, -31.0961, -5.8663], [62.8187, -29.7946, -4.0864], 1.263],
  [[22.7233, 20.0904, -46.694], [23.0331, 14.973, -42.5619], 2.0373],
  [[90.8027, -2.0831, 1.441], [91.1528, -1.6435, 0.0447], 1.4441],
  [[2.0776, 0.0795, -1.135], [0.9033, -0.0636, -0.5514], 0.9082],
];

test.each(sharma)("the difference of %p and %p is Sharma's", (one, two, difference) => {
  expect(deltaE2000(one, two)).toBeCloseTo(difference, 4);
});

describe("colour goes there and back", () => {
  const colours: readonly Triple[] = [
    [0.75, 0.2, 0.2],
    [0.1, 0.9, 0.4],
    [0.5, 0.5, 0.5],
  ];
  const close = (one: Triple, two: Triple): void => {
    for (const [i, value] of one.entries()) expect(value).toBeCloseTo(two[i] ?? Number.NaN, 9);
  };

  test.each<MatrixName>([
    ...(["bt709", "fcc", "smpte170m", "smpte240m", "bt2020nc", "gbr", "ycgco"] as const),
    "chroma-derived-nc",
  ])("through the matrix %s", (matrix) => {
    const space = { matrix, primaries: "bt2020" } as const;
    for (const colour of colours) close(fromComponents(toComponents(colour, space), space), colour);
  });

  test.each<TransferName>([
    ...(["bt709", "gamma22", "gamma28", "iec61966-2-1", "linear"] as const),
    ...(["smpte2084", "arib-std-b67", "smpte428"] as const),
  ])("through the transfer %s", (transfer) => {
    for (const light of [0, 0.002, 0.05, 0.5, 1]) {
      expect(toLight(fromLight(light, transfer), transfer)).toBeCloseTo(light, 9);
    }
  });

  test.each<ColourSpace["primaries"]>([
    ...(["bt709", "bt470m", "bt470bg", "smpte170m", "film"] as const),
    ...(["bt2020", "smpte431", "smpte432", "ebu3213"] as const),
  ])("through the primaries %s, whose white is D65's", (primaries) => {
    for (const colour of colours) close(fromXyz(toXyz(colour, primaries), primaries), colour);
    close(toLab(toXyz([1, 1, 1], primaries)), [100, 0, 0]);
  });

  test("PQ puts diffuse white at 58 %, HLG at 75 %, as BT.2408 says", () => {
    expect(fromLight(1, "smpte2084")).toBeCloseTo(0.5807, 3);
    expect(fromLight(1, "arib-std-b67")).toBeCloseTo(0.75, 6);
  });

  test("red in BT.709 has the luma and chroma of the standard", () => {
    const bt709 = { matrix: "bt709", primaries: "bt709" } as const;
    close(toComponents([1, 0, 0], bt709), [0.2126, -0.2126 / 1.8556, 0.5]);
  });
});

test("what is derived from primaries that a matrix was made for is that matrix", () => {
  // BT.2020's own weights are those of its primaries, to the four digits they are written with.
  const derived = { matrix: "chroma-derived-nc", primaries: "bt2020" } as const;
  const written = { matrix: "bt2020nc", primaries: "bt2020" } as const;
  const colour = [0.7, 0.2, 0.4] as const;
  const [one, two] = [toComponents(colour, derived), toComponents(colour, written)];
  for (const [i, value] of one.entries()) expect(value).toBeCloseTo(two[i] ?? Number.NaN, 3);
});

test("logarithmic curves span their two and two and a half decades", () => {
  expect(toLight(0.5, "log100")).toBeCloseTo(0.1, 9);
  expect(toLight(0.6, "log316")).toBeCloseTo(0.1, 9);
  for (const curve of ["log100", "log316"] as const) {
    for (const light of [0.01, 0.2, 1]) {
      expect(toLight(fromLight(light, curve), curve)).toBeCloseTo(light, 9);
    }
  }
});
