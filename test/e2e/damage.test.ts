import { test } from "bun:test";
import { damageAtRandom } from "../support/damage-at-random.ts";

const times = 20;
const seed = Number(process.env["VIEWRA_TEST_SEED"] ?? "1");

test(
  `nothing damaged is served and all is made again at once, after ${times} bit flips and cuts at random`,
  () => damageAtRandom(times, seed),
  300_000,
);
