import { mkdir } from "node:fs/promises";
import { startServer, type ServerUnderTest } from "../support/server.ts";
import { createTempFolder } from "../support/temp-folder.ts";
import type { ZooDevice } from "./device-wishes.ts";
import { measureSource } from "./judge-manifest.ts";
import { makeShape } from "./make-shape.ts";
import { manifests, playShape, type Direction, type Fault, type Manifest } from "./play-shape.ts";
import { mergedFaults } from "./report.ts";
import type { Shape } from "./shape.ts";

/** A library that holds some shapes, and two servers that play from it. */
export interface Zoo extends AsyncDisposable {
  /** What is wrong with a shape as some devices are given it, both ways, as sentences. Never rejects. */
  faultsOf(shape: Shape, devices: readonly ZooDevice[]): Promise<string[]>;
}

const makersAtOnce = 2;
/** For one shape. A test that runs into its own limit takes the servers of all others with it. */
const longestMs = 240_000;

/** The manifest of the protocol that is asked for in a direction. */
const ownManifest: Readonly<Record<Direction, readonly Manifest[]>> = {
  forwards: ["master.m3u8"],
  backwards: ["manifest.mpd"],
};

/**
 * Makes the shapes' files and starts the servers. A shape that cannot be made has that as its fault. Each direction
 * is judged by both manifests, or by its own alone: so each is looked at once.
 */
export async function openZoo(
  shapes: readonly Shape[],
  judgedBy: "both" | "own" = "both",
): Promise<Zoo> {
  const folder = await createTempFolder("zoo");
  const films = folder.file("films");
  await mkdir(films);
  const unmade = new Map<Shape, string>();
  const left = [...shapes];
  const makeRest = async (): Promise<void> => {
    for (let shape = left.shift(); shape !== undefined; shape = left.shift()) {
      const made = makeShape(shape, folder.file(shape.name), `${films}/${shape.name}`);
      const reason = await made.then(
        () => null,
        (error: unknown) => String(error),
      );
      if (reason !== null) unmade.set(shape, reason);
    }
  };
  await Promise.all(Array.from({ length: makersAtOnce }, makeRest));
  const start = (dataDir: string): Promise<ServerUnderTest> =>
    startServer({
      dataDir: folder.file(dataDir),
      library: [films],
      // Nothing is made but what is asked for, so that runs begin where the requests say.
      env: { TRANSCODE_FILL: "none", LOG_FORMAT: "json" },
    });
  const forwards = await start("forwards");
  const backwards = await start("backwards");

  const play = async (shape: Shape, devices: readonly ZooDevice[]): Promise<string[]> => {
    const reason = unmade.get(shape);
    if (reason !== undefined) return [`cannot be made: ${reason}`];
    const source = await measureSource(shape, `${films}/${shape.name}`);
    const on = async (server: ServerUnderTest, direction: Direction): Promise<Fault[]> => {
      const judged = new Set<string>();
      const faults: Fault[] = [];
      for (const device of devices) {
        const wanted = judgedBy === "both" ? manifests : ownManifest[direction];
        const asked = { device, direction, manifests: wanted, judged };
        faults.push(...(await playShape(server, shape, source, asked)));
      }
      return faults;
    };
    const ways = await Promise.all([on(forwards, "forwards"), on(backwards, "backwards")]);
    return mergedFaults(ways.flat());
  };
  return {
    faultsOf: (shape, devices) =>
      Promise.race([
        play(shape, devices).catch((error: unknown) => [
          `cannot be judged: ${String(error).slice(0, 600)}`,
        ]),
        Bun.sleep(longestMs).then(() => [`is not played within ${longestMs / 1000} s`]),
      ]),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([forwards[Symbol.asyncDispose](), backwards[Symbol.asyncDispose]()]);
      await folder[Symbol.asyncDispose]();
    },
  };
}
