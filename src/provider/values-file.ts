import { mkdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { errno, ViewraError } from "../errors/viewra-error.ts";
import { syncFolder, writeDurably } from "../store/durable-file.ts";
import { temporaryPath } from "../store/temporary-file.ts";

const mostBytes = 64 * 1024;

/** The administrator's values for plugins, a file of CUE each: `<folder>/<id>.cue`. */
export interface ValuesFiles {
  pathOf(id: string): string;
  /** The text; empty where nobody set anything. Throws PLUGIN_CONFIGURATION_INVALID where it cannot be read. */
  read(id: string): Promise<string>;
  /** Replaces the file in one step: whoever reads it has the old text or the new one. STORAGE_FULL, FOLDER_UNUSABLE. */
  write(id: string, text: string): Promise<void>;
}

export function createValuesFiles(folder: string): ValuesFiles {
  const pathOf = (id: string): string => join(folder, `${id}.cue`);
  return {
    pathOf,
    read: async (id) => {
      try {
        const { size } = await regularFile(pathOf(id));
        if (size > mostBytes) throw refusal(`larger than ${mostBytes / 1024} KB`);
        return await Bun.file(pathOf(id)).text();
      } catch (thrown) {
        if (errno(thrown) === "ENOENT" || errno(thrown) === "ENOTDIR") return "";
        if (thrown instanceof ViewraError) throw thrown;
        throw refusal(`not readable (${errno(thrown) ?? "unknown reason"})`, thrown);
      }
    },
    write: async (id, text) => {
      const path = pathOf(id);
      await mkdir(dirname(path), { recursive: true });
      const temporary = temporaryPath(path);
      try {
        await writeDurably(temporary, new TextEncoder().encode(text));
        await rename(temporary, path);
        await syncFolder(dirname(path));
      } finally {
        await rm(temporary, { force: true });
      }
    },
  };
}

async function regularFile(path: string): Promise<{ readonly size: number }> {
  const found = await stat(path);
  if (found.isFile()) return found;
  throw refusal("no regular file");
}

function refusal(what: string, cause?: unknown): ViewraError {
  const message = `The file of its configuration is ${what}`;
  return new ViewraError("PLUGIN_CONFIGURATION_INVALID", message, { cause });
}
