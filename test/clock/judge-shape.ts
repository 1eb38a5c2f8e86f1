import { planSeconds } from "../../src/rendition/plan.ts";
import { expect } from "bun:test";
import { createProber } from "../../src/probe/prober.ts";
import type { ProcessRunner } from "../../src/process/process-runner.ts";
import type { TempFolder } from "../support/temp-folder.ts";
import {
  makeShape,
  partSeconds,
  rate,
  shapeFrames,
  toneAtSeconds,
  type Shape,
} from "./clock-shapes.ts";
import { playShape } from "./play-shape.ts";

/** Makes the film of a shape, plays all of it, each segment by itself, and compares it with the truth. */
export async function judgeShape(
  shape: Shape,
  runner: ProcessRunner,
  folder: TempFolder,
): Promise<void> {
  const path = folder.file(`film.${shape.container.extension}`);
  await makeShape(shape, path);
  const source = await createProber({ runner, ffprobePath: "ffprobe" }).probe(path);
  // Before hours of a wrong plan are encoded.
  const late = shape.clock.soundLateSeconds ?? 0;
  const lateness = Math.abs(source.durationSeconds - shapeFrames(shape) / rate);
  expect(lateness).toBeLessThan(0.12 + late);
  const { plan, pictures, onsets, faults } = await playShape(runner, source, path, folder.path);

  expect(faults).toEqual([]);
  const frames = shapeFrames(shape);
  // Sound may lead by less than a picture's time; a container may round its end.
  expect(Math.abs(Math.round(planSeconds(plan) * rate) - frames)).toBeLessThanOrEqual(2);
  const lead = pictures.indexOf(pictures.find((number) => number !== pictures[0]) ?? null) - 1;
  expect(lead).toBeLessThanOrEqual(2);

  // Which picture stands where: each in its turn; at a joint one or two may be lost, none twice.
  const { clock } = shape;
  const wrong = pictures
    .map((number, i) => ({ i: i - lead, number }))
    .filter(({ i, number }) => i >= 0 && i < frames && number !== expectedPicture(clock, i));
  expect(wrong).toEqual([]);

  // A tone begins with its picture.
  const parts = clock.startsSeconds.length;
  const tones = Array.from({ length: parts * partSeconds }, (_, i) => i + toneAtSeconds).filter(
    (second) => second % partSeconds < (clock.soundSeconds ?? partSeconds),
  );
  const heard = onsets.map((onset) => onset - lead / rate - late);
  const tolerance = syncSeconds + shape.container.soundBlurSeconds;
  for (const second of tones.slice(0, late > 0 ? -1 : undefined)) {
    const nearest = Math.min(...heard.map((onset) => Math.abs(onset - second)));
    expect([second, nearest < tolerance || `off by ${nearest}`]).toEqual([second, true]);
  }
}

const syncSeconds = 0.012;

/** In a gap the last picture before it stands. */
function expectedPicture({ pictureFilter }: Shape["clock"], i: number): number {
  const inGap = pictureFilter !== undefined && i >= rate && i < 3 * rate;
  return inGap ? rate - 1 : i;
}
