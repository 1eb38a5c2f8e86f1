import { test } from "bun:test";
import { killAtRandom } from "../support/kill-at-random.ts";

const kills = Number(process.env["VIEWRA_TEST_KILLS"] ?? "10");
const seed = Number(process.env["VIEWRA_TEST_SEED"] ?? "1");

test(
  `nothing corrupt is served after ${kills} kill -9 at random moments, and every start recovers`,
  () => killAtRandom(kills, seed),
  400_000,
);
