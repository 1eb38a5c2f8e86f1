import { afterAll, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { agreeWithFfprobe } from "./agree-with-ffprobe.ts";
import { clocks, codings, encodeFilm, evenClock, mp4Containers, muxFilm } from "./film-shapes.ts";

const folder = await mkdtemp(join(tmpdir(), "viewra-demux-"));
afterAll(async () => await rm(folder, { recursive: true }));

const [, withBFrames] = codings;
if (withBFrames === undefined) throw new Error("expected a coding with B-frames");

describe("every packet and every point of an MP4 file is what ffprobe says", () => {
  const shapes = [
    ...codings.map((coding) => ({ coding, clock: evenClock })),
    ...clocks.map((clock) => ({ coding: withBFrames, clock })),
  ].map((shape) => [`${shape.coding.name}, ${shape.clock.name}`, shape] as const);

  test.each(shapes)(
    "%s",
    async (_name, { coding, clock }) => {
      const containers = mp4Containers.filter(
        // On other clocks every second one: what they do to time, they do to each.
        ({ suits }, i) => suits(coding) && (clock === evenClock || i % 2 === 0),
      );
      const base = await encodeFilm(folder, coding, clock);
      const paths = await muxFilm(base, clock, containers);
      for (const [i, { name, isMixed, isUnedited, isUneven }] of containers.entries()) {
        const obstacles = await agreeWithFfprobe(paths[i] ?? "", isUneven);
        const isRefused = isMixed
          ? clock.options?.includes("-avoid_negative_ts")
          : clock.isCut === true && isUnedited !== true;
        const expected = isRefused === true ? ["edit-list", "edit-list"] : [];
        expect({ name, obstacles }).toEqual({ name, obstacles: expected });
      }
    },
    60_000,
  );
});
