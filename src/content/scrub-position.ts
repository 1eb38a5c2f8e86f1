import { readFile, rename, writeFile } from "node:fs/promises";
import * as v from "valibot";
import { errno } from "../errors/viewra-error.ts";

const positionSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    beganMs: v.number(),
    next: v.nullable(v.object({ hash: v.string(), objects: v.number() })),
  }),
);

/** How far the round through the store has come. */
export interface ScrubPosition {
  /** When the round began, Unix milliseconds. */
  readonly beganMs: number;
  /** The content that comes next, and how many of its objects were looked at; null when the round is done. */
  readonly next: { readonly hash: string; readonly objects: number } | null;
}

export interface ScrubPositionFile {
  /** null where there is none, or none that can be read: then the round begins anew. */
  read(): Promise<ScrubPosition | null>;
  write(position: ScrubPosition): Promise<void>;
}

export function createScrubPositionFile(path: string): ScrubPositionFile {
  return {
    read: async () => {
      const text = await readFile(path, "utf8").catch((cause: unknown) => {
        if (errno(cause) === "ENOENT") return "";
        throw cause;
      });
      const parsed = v.safeParse(positionSchema, text);
      return parsed.success ? parsed.output : null;
    },
    write: async (position) => {
      const draft = `${path}.new`;
      await writeFile(draft, JSON.stringify(position));
      await rename(draft, path);
    },
  };
}
