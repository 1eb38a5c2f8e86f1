import { shape, type Shape } from "../shape.ts";

const rates = [
  ...[
    "1",
    "2",
    "5",
    "10",
    "12",
    "25/2",
    "15",
    "18",
    "20",
    "24000/1001",
    "24",
    "25",
    "30000/1001",
    "30",
  ],
  ...["48", "50", "60000/1001", "60", "90", "100", "120", "2997/100", "23976/1000"],
];

/** Which pictures of a film at 30 a second are there at all. */
const thinnings: readonly (readonly [string, (n: number) => boolean, string])[] = [
  ["three-of-ten-missing", (n) => (n * 17 + 5) % 10 > 2, "gt(mod(n*17+5\\,10)\\,2)"],
  ["every-other-later", (n) => n < 60 || n % 2 === 0, "lt(n\\,60)+not(mod(n\\,2))"],
  ["a-still-second", (n) => n < 40 || n > 70, "lt(n\\,40)+gt(n\\,70)"],
];

export const rateShapes: readonly Shape[] = [
  ...rates.map((rate) => {
    const [num = "25", den = "1"] = rate.split("/");
    const frames = Math.round((4.6 * Number(num)) / Number(den));
    const extension = ["24000/1001", "25", "60"].includes(rate) ? "mp4" : "mkv";
    return shape(
      "rates",
      `rate-${rate.replace("/", "to")}`,
      { rate, frames, extension },
      {
        // 23.976 and 29.97 are names for the standard's rates.
        expected: rate.includes("/100") && !rate.includes("1001") ? { rate: null } : {},
      },
    );
  }),
  ...["mkv", "mp4"].flatMap((extension) =>
    thinnings.map(([name, keeps, filter]) =>
      shape(
        "rates",
        `variable-${name}`,
        {
          rate: "30",
          frames: 135,
          extension,
          filters: [`select=${filter}`],
          output: ["-fps_mode", "passthrough"],
        },
        {
          properties: { pace: name },
          expected: {
            rate: null,
            pictures: Array.from({ length: 135 }, (_, n) => n)
              .filter(keeps)
              .map((n) => ({ number: n, time: n / 30 })),
          },
        },
      ),
    ),
  ),
];
