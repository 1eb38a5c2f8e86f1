import { test } from "bun:test";
import { killAtRandom } from "../support/kill-at-random.ts";

const seed = Number(process.env["VIEWRA_TEST_SEED"] ?? String(Date.now() % 100_000));

test(
  `nothing corrupt is served after 200 kill -9 at random moments, and every start recovers: seed ${seed}`,
  () => killAtRandom(200, seed),
  1_200_000,
);
