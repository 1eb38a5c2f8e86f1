import { mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { toViewraError } from "../../../errors/viewra-error.ts";
import { readFonts } from "../../../demux/matroska/read-fonts.ts";
import { temporaryPath } from "../../../store/temporary-file.ts";
import type { LocatedSource } from "../../located-source.ts";

/** Folders with the fonts that films bring along. */
export interface FontFolders {
  /** Absolute; null where the film has no fonts, or none that can be read. STORAGE_FULL. */
  of(film: Pick<LocatedSource, "path" | "container">, fingerprint: string): Promise<string | null>;
}

/** `folder`: made when missing; what lies in it may be deleted at any time. */
export function createFontFolders(folder: string): FontFolders {
  const underWay = new Map<string, Promise<string | null>>();
  return {
    of: async ({ path, container }, fingerprint) => {
      if (!container.includes("matroska")) return null;
      const known = underWay.get(fingerprint);
      if (known !== undefined) return await known;
      const work = fontsOf(folder, path, fingerprint);
      underWay.set(fingerprint, work);
      try {
        return await work;
      } finally {
        underWay.delete(fingerprint);
      }
    },
  };
}

async function fontsOf(folder: string, path: string, fingerprint: string): Promise<string | null> {
  const own = join(folder, fingerprint.split(":").at(-1) ?? "");
  if (await isThere(own)) return own;
  const temporary = temporaryPath(own);
  try {
    const fonts = await readFonts(path);
    for (const [i, { start, end }] of fonts.entries()) {
      if (i === 0) await mkdir(temporary, { recursive: true });
      // Names are the film's to say, and so not believed. libass tells fonts by what is in them.
      await writeFile(join(temporary, `${i}.font`), await Bun.file(path).slice(start, end).bytes());
    }
    if (fonts.length === 0) return null;
    await rename(temporary, own).catch(async (thrown: unknown) => {
      if (!(await isThere(own))) throw thrown;
    });
    return own;
  } catch (thrown) {
    const error = toViewraError(thrown);
    // Without its fonts a film's text is still text.
    if (error.code === "MEDIA_UNREADABLE") return null;
    throw error;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

const isThere = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => null))?.isDirectory() ?? false;
