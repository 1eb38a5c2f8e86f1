import { setDefaultTimeout, test } from "bun:test";
import { damagedContainers } from "../fixtures/damaged-media.ts";
import { probeDamaged } from "../fixtures/probe-damaged.ts";

setDefaultTimeout(120_000);

// Many more in test/nightly.
test.each(damagedContainers)(
  "a %s file damaged in any way is a film or refused, soon and in bounded memory",
  (container) => probeDamaged(container, [1]),
);
