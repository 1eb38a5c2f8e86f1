import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdir } from "node:fs/promises";
import { startServer, type ServerUnderTest } from "../support/server.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";
import { allShapes, chooseShapes } from "./choose.ts";
import { measureSource } from "./judge-manifest.ts";
import { makeShape } from "./make-shape.ts";
import { playShape, type Direction } from "./play-shape.ts";
import { mergedFaults, reportPlayed, type PlayedShape } from "./report.ts";
import type { Shape } from "./shape.ts";

/**
 * The zoo: sources of every kind, made of lists of properties, each played whole over HLS and DASH, forwards on
 * one server and backwards on another, and compared with what is known of it. Without more, the few shapes that
 * meet the most property values; `ZOO=.` plays all, `ZOO=codecs/` a class, `ZOO=pq-without` what matches;
 * `ZOO_REPORT=FILE` writes the list of what is wrong.
 */
const shapes = chooseShapes(process.env["ZOO"]);
const makersAtOnce = 2;
/** A source that cannot be made or is stuck: the test's own time, generous for a busy machine. */
const shapeMs = 180_000;

let folder: TempFolder;
let servers: Readonly<Record<Direction, ServerUnderTest>>;
const unmade = new Map<Shape, string>();
const played: PlayedShape[] = [];

test("there are at least 150 shapes, and no two of one name", () => {
  expect(allShapes.length).toBeGreaterThanOrEqual(150);
  expect(new Set(allShapes.map(({ name }) => name)).size).toBe(allShapes.length);
});

describe("the zoo", () => {
  beforeAll(async () => {
    folder = await createTempFolder("zoo");
    await mkdir(folder.file("films"));
    const left = [...shapes];
    const makeRest = async (): Promise<void> => {
      for (let shape = left.shift(); shape !== undefined; shape = left.shift()) {
        const path = folder.file(`films/${shape.name}`);
        await makeShape(shape, folder.file(shape.name), path).catch((error: unknown) =>
          unmade.set(shape, String(error)),
        );
      }
    };
    await Promise.all(Array.from({ length: makersAtOnce }, makeRest));
    const start = (name: Direction): Promise<ServerUnderTest> =>
      startServer({
        dataDir: folder.file(name),
        library: [folder.file("films")],
        // Nothing is made but what is asked for, so that runs begin where the requests say.
        env: { TRANSCODE_FILL: "none", LOG_FORMAT: "json" },
      });
    servers = { forwards: await start("forwards"), backwards: await start("backwards") };
  }, 1_800_000);

  afterAll(async () => {
    const report = reportPlayed(played);
    process.stdout.write(`\n${report}\n`);
    const path = process.env["ZOO_REPORT"];
    if (path !== undefined) await Bun.write(path, report);
    await Promise.all(Object.values(servers).map((server) => server[Symbol.asyncDispose]()));
    await folder[Symbol.asyncDispose]();
  });

  test.each(shapes.map((shape) => [`${shape.class}/${shape.name}`, shape] as const))(
    "%s plays as it is, forwards and backwards",
    async (_, shape) => {
      const faults = await faultsOf(shape).catch((error: unknown) => [
        `cannot be judged: ${String(error).slice(0, 600)}`,
      ]);
      played.push({ shape, faults });
      expect(faults).toEqual([]);
    },
    shapeMs,
  );
});

async function faultsOf(shape: Shape): Promise<string[]> {
  const reason = unmade.get(shape);
  if (reason !== undefined) return [`cannot be made: ${reason}`];
  const offsets = await measureSource(shape, folder.file(`films/${shape.name}`));
  const ways = await Promise.all(
    (["forwards", "backwards"] as const).map((direction) =>
      playShape(servers[direction], shape, offsets, direction),
    ),
  );
  return mergedFaults(ways.flat());
}
