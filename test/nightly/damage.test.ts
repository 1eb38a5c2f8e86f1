import { test } from "bun:test";
import { damageWhileMade } from "../support/damage-while-made.ts";
import { damageAtRandom } from "../support/damage-at-random.ts";

const seed = Number(process.env["VIEWRA_TEST_SEED"] ?? String(Date.now() % 100_000));

test(
  `nothing damaged is served and all is made again at once, after 100 bit flips and cuts at random: seed ${seed}`,
  () => damageAtRandom(100, seed),
  1_200_000,
);

test.each(Array.from({ length: 20 }, (_, i) => seed + i))(
  "what is damaged while a film is being made and served is never seen, and in the end the film is whole: seed %d",
  (each) => damageWhileMade(each),
  120_000,
);
