import { test } from "bun:test";
import { damageWhileMade } from "../support/damage-while-made.ts";
import { damageAtRandom } from "../support/damage-at-random.ts";

const times = 12;
const seed = Number(process.env["VIEWRA_TEST_SEED"] ?? "1");

test(
  `nothing damaged is served and all is made again at once, after ${times} bit flips and cuts at random`,
  () => damageAtRandom(times, seed),
  300_000,
);

test(
  `what is damaged while a film is being made and served is never seen, and in the end the film is whole: seed ${seed}`,
  () => damageWhileMade(seed),
  120_000,
);
