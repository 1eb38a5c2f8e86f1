import { test } from "bun:test";
import { damageAtRandom } from "../support/damage-at-random.ts";

const seed = Number(process.env["VIEWRA_TEST_SEED"] ?? String(Date.now() % 100_000));

test(
  `nothing damaged is served and all is made again at once, after 100 bit flips and cuts at random: seed ${seed}`,
  () => damageAtRandom(100, seed),
  1_200_000,
);
