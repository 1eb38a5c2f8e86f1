import { halfWidth, spaced } from "./characters.ts";
import { takeGivenEdition } from "./editions.ts";
import type { ExternalIds } from "./naming.ts";
import { takeIds } from "./provider-ids.ts";

/** A name taken apart. */
export interface Words {
  /** Outside of square brackets, with spaces between words. */
  readonly text: string;
  /** What stood in square brackets, in order. */
  readonly groups: readonly string[];
  readonly ids: ExternalIds;
  /** Plex's, as it was given. */
  readonly edition: string | null;
}

/** Where a release was offered. */
const site = /^www\.[\p{L}\p{N}.-]{1,60}\s+-\s+/iu;
const group = /[[{]([^[\]{}]*)[\]}]/g;

/** Takes a name without its ending apart. */
export function readWords(name: string): Words {
  const { rest: withoutIds, ids } = takeIds(halfWidth(name).replace(site, ""));
  const { rest, edition } = takeGivenEdition(withoutIds);
  const groups: string[] = [];
  // What groups of translators say of the season.
  const whole = spaced(rest).replaceAll(/★[^★]{1,100}★/g, " ");
  const text = whole.replaceAll(group, (_, inner: string) => {
    if (inner.trim() !== "") groups.push(inner.trim());
    return " ";
  });
  const words = text.replaceAll(/[[\]{}]/g, " ").replaceAll(/\s+/g, " ");
  return { text: words.trim(), groups, ids, edition };
}

/** A file's name without its ending. */
export function stemOf(name: string): string {
  const dot = name.lastIndexOf(".");
  return dot > 0 ? name.slice(0, dot) : name;
}
