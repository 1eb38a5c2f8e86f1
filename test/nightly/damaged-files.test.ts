import { setDefaultTimeout, test } from "bun:test";
import { damagedContainers } from "../fixtures/damaged-media.ts";
import { probeDamaged } from "../fixtures/probe-damaged.ts";

setDefaultTimeout(1_200_000);

const seeds = Array.from({ length: 40 }, (_, i) => i + 100);

test.each(damagedContainers)(
  "a %s file damaged in any of 200 ways is a film or refused, soon and in bounded memory",
  (container) => probeDamaged(container, seeds),
);
