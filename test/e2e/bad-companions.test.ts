import { judgeBadCompanions } from "../fixtures/judge-bad-companions.ts";

/** Those that are made in a moment; the others take the night. */
const byDay: ReadonlySet<string> = new Set([
  ...["broken SubRip", "pictures far outside the frame", "names of metacharacters"],
  ...["a cover of 20,000 × 20,000 in it and beside it", "nothing in whatever lies beside it"],
]);

judgeBadCompanions((name) => byDay.has(name));
