import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { appendFile } from "node:fs/promises";
import { allShapes, chooseShapes, oftenBroken } from "./choose.ts";
import { chooseDevices } from "./device-wishes.ts";
import { reportPlayed, type PlayedShape } from "./report.ts";
import { openZoo, type Zoo } from "./zoo.ts";

/**
 * The zoo: sources of every kind, made of lists of properties, each played whole over HLS and DASH, forwards on
 * one server and backwards on another, and compared with what is known of it. Without more, the few shapes that
 * meet the most property values; `ZOO=.` plays all, `ZOO=codecs/` a class, `ZOO=pq-without` what matches;
 * Each is played as three devices are given it: all of it encoded (`ZOO_DEVICE=none` for this one alone), and packets
 * as they are where a `plain` or a `capable` device can play them; what two of them are given alike is judged once.
 * Shapes that are named are judged by both manifests in both directions; the few by HLS forwards and DASH backwards.
 * `ZOO_REPORT=FILE` appends the list of what is wrong, class by class.
 */
const shapes = chooseShapes(process.env["ZOO"]);
const judgedBy = process.env["ZOO"] === undefined ? "own" : "both";
const devices = chooseDevices(process.env["ZOO_DEVICE"]);
const reportPath = process.env["ZOO_REPORT"];
/** For one that is stuck; generous for a busy machine. */
const shapeMs = 300_000;
/** Making the sources of a class. */
const classMs = 1_800_000;

test("there are at least 150 shapes, and no two of one name", () => {
  expect(allShapes.length).toBeGreaterThanOrEqual(150);
  const names = new Set(allShapes.map(({ name }) => name));
  expect(names.size).toBe(allShapes.length);
  for (const name of oftenBroken) expect(names).toContain(name);
});

describe.each([...new Set(shapes.map((shape) => shape.class))])("%s", (group) => {
  const members = shapes.filter((shape) => shape.class === group);
  const played: PlayedShape[] = [];
  let zoo: Zoo;

  beforeAll(async () => {
    zoo = await openZoo(members, judgedBy);
  }, classMs);

  afterAll(async () => {
    await zoo[Symbol.asyncDispose]();
    const report = reportPlayed(played);
    process.stdout.write(`\n${report}\n`);
    if (reportPath !== undefined) await appendFile(reportPath, report);
  });

  test.each(members.map((shape) => [shape.name, shape] as const))(
    "%s plays as it is, forwards and backwards",
    async (_, shape) => {
      const faults = await zoo.faultsOf(shape, devices);
      played.push({ shape, faults });
      expect(faults).toEqual([]);
    },
    shapeMs,
  );
});
