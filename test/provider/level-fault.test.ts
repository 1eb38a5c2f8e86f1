import { expect, test } from "bun:test";
import { levelFault } from "../../src/provider/level-fault.ts";

const levels = ["2.0", "2.1", "3.0", "3.1", "4.0", "4.1", "5.0", "5.1", "6.0"];
const hex = (level: string): string =>
  Math.round(Number(level) * 10)
    .toString(16)
    .padStart(2, "0");
const av1Index = (level: string): string => {
  const [major = 0, minor = 0] = level.split(".").map(Number);
  return String((major - 2) * 4 + minor).padStart(2, "0");
};
const written = [
  (level: string) => `avc1.6400${hex(level)}`,
  (level: string) => `hvc1.1.6.L${Math.round(Number(level) * 30)}.B0`,
  (level: string) => `av01.0.${av1Index(level)}M.08`,
];

test("pictures of a higher level than their recipe's are found out, in every codec that tells it, and others are not", () => {
  for (const codecs of written) {
    for (const [i, told] of levels.entries()) {
      for (const [j, level] of levels.entries()) {
        const mpd = `<MPD><Representation codecs="${codecs(told)}"/></MPD>`;
        const fault = levelFault(mpd, { level });
        expect(fault !== null, `${codecs(told)} for ${level}`).toBe(i > j);
        if (fault !== null) expect(fault).toContain(`level ${told} where ${level} is asked for`);
      }
    }
  }
});

test("of what tells no level nothing is said", () => {
  for (const mpd of ["", "<MPD/>", '<a codecs="vp09.00.31.08"/>', '<a codecs="mp4a.40.2"/>'])
    expect(levelFault(mpd, { level: "3.1" })).toBeNull();
});
