import type { AudioTrack } from "./source.ts";

/** What it takes to choose among sounds. */
export type SoundPurpose = Pick<AudioTrack, "isDefault" | "isCommentary" | "isDescription">;

/**
 * The sound of a film to whoever asks for none; undefined where it has none. Muxers call all tracks, or simply the
 * first, the default: the film's own sound comes before one that was spoken over it, unless that alone is called so.
 */
export function defaultSound<T extends SoundPurpose>(sounds: readonly T[]): T | undefined {
  const own = sounds.filter((sound) => !sound.isCommentary && !sound.isDescription);
  const called = (sound: T): boolean => sound.isDefault;
  return own.find(called) ?? sounds.find(called) ?? own[0] ?? sounds[0];
}
