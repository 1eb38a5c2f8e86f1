import { mkdir, readdir, rename, rm, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { unusableFolder } from "../app/unusable-folder.ts";
import { errno, ViewraError } from "../errors/viewra-error.ts";
import { manifestNames } from "../media/object-name.ts";

/** Where a command writes many files that belong together: they appear when all of them are whole. */
export interface OutputFolder {
  /** For the files while they come into being: inside the folder, so that moving them costs nothing. */
  readonly workDir: string;
  /** Moves everything to its place, the manifests last. */
  publish(): Promise<void>;
  /** Leaves the folder as it was found, or not there when it was not. */
  discard(): Promise<void>;
}

/** Named for whoever finds it after a power cut. */
const unfinishedName = ".viewra-unfinished";

/** Throws when the folder holds anything: nothing of a person's is overwritten or mixed with. */
export async function requireEmptyFolder(path: string): Promise<void> {
  const entries = await entriesOf(path);
  if (entries.includes(unfinishedName)) {
    const rest = join(path, unfinishedName);
    const message = `Another transcode writes to ${path}, or one was killed there; in that case remove ${rest}`;
    throw new ViewraError("FOLDER_UNUSABLE", message);
  }
  if (entries.length > 0) {
    const message = `The output folder ${path} is not empty; choose a new one for -o`;
    throw new ViewraError("FOLDER_UNUSABLE", message);
  }
}

async function entriesOf(path: string): Promise<string[]> {
  try {
    return await readdir(path);
  } catch (cause) {
    if (errno(cause) === "ENOENT") return [];
    throw unusableFolder("output folder", path, cause);
  }
}

/** Makes the folder, and its parents, where missing. Throws FOLDER_UNUSABLE. */
export async function createOutputFolder(path: string): Promise<OutputFolder> {
  const workDir = join(path, unfinishedName);
  await requireEmptyFolder(path);
  let firstMade: string | undefined;
  try {
    firstMade = await mkdir(path, { recursive: true });
    await mkdir(workDir);
  } catch (cause) {
    await removeEmpty(path, firstMade);
    throw unusableFolder("output folder", path, cause);
  }
  return {
    workDir,
    publish: async () => {
      const names = await readdir(workDir);
      const manifests: readonly string[] = Object.values(manifestNames);
      const rest = names.filter((name) => !manifests.includes(name));
      const last = names.filter((name) => manifests.includes(name));
      for (const name of [...rest, ...last]) await rename(join(workDir, name), join(path, name));
      await rmdir(workDir);
    },
    discard: async () => {
      await rm(workDir, { recursive: true, force: true });
      await removeEmpty(path, firstMade);
    },
  };
}

/** Removes the folders from `path` up to `firstMade`, as far as nobody put anything into them. */
async function removeEmpty(path: string, firstMade: string | undefined): Promise<void> {
  if (firstMade === undefined) return;
  for (let folder = path; folder.length >= firstMade.length; folder = dirname(folder)) {
    const isGone = await rmdir(folder).then(
      () => true,
      () => false,
    );
    if (!isGone) return;
  }
}
