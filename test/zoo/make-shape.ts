import { rm } from "node:fs/promises";
import { makeNoise } from "../support/noise.ts";
import { runTool } from "../support/run-tool.ts";
import { writeCards } from "../support/test-card.ts";
import { cardOf, filmCommand, soundSpan, type Film, type FilmSound } from "./film.ts";
import type { Shape } from "./shape.ts";

/** Makes a shape's file at `path` with its commands. What it needs meanwhile lies beside `work` and is gone after. */
export async function makeShape(shape: Shape, work: string, path: string): Promise<void> {
  const left: string[] = [];
  const keep = (name: string): string => {
    left.push(`${work}.${name}`);
    return `${work}.${name}`;
  };
  try {
    const pieces: string[] = [];
    for (const [i, film] of shape.films.entries()) {
      const cards = keep(`${i}.raw`);
      if (film.video !== null) await writeCards(cards, cardOf(film), film.firstFrame, film.frames);
      const noises: string[] = [];
      for (const [track, part] of film.sounds.entries()) {
        const noise = keep(`${i}.${track}.s16`);
        await Bun.write(noise, noiseOf(film, part, track));
        noises.push(noise);
      }
      const piece = keep(`${i}.${film.extension}`);
      await runTool(filmCommand(film, { cards, noises }, piece));
      pieces.push(piece);
    }
    for (const command of shape.finish(pieces, path)) await runTool(command);
  } finally {
    await Promise.all(left.map((file) => rm(file, { force: true })));
  }
}

/** The part of the title's noise that a track of a film holds. */
function noiseOf(film: Film, sound: FilmSound, track: number): Int16Array {
  const { start, end } = soundSpan(film);
  const { channels } = sound;
  const options = { channels, sampleRateHz: 48_000, seconds: end, seed: seedOf(track) };
  const at = (seconds: number): number => Math.round(seconds * 48_000) * channels;
  return makeNoise(options).subarray(at(Math.max(sound.from, start)), at(Math.min(sound.to, end)));
}

/** Tracks differ, and so do the channels of one: noise.ts takes seed + channel. */
export function seedOf(track: number): number {
  return track * 32 + 1;
}
