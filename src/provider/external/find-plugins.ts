import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { errno, ViewraError } from "../../errors/viewra-error.ts";

/** A folder of PLUGIN_DIR that has what a plugin has. */
export interface FoundPlugin {
  /** The folder's name; the plugin's id is in its `plugin.cue`. */
  readonly folder: string;
  /** The text of its `plugin.cue`. */
  readonly cue: string;
  /** Its one file of code, an absolute path. */
  readonly path: string;
}

/** A folder that has not, and why, as a sentence. */
export interface UnusablePlugin {
  readonly folder: string;
  readonly reason: string;
}

const mostCueBytes = 64 * 1024;
const mostCodeBytes = 10 * 1024 * 1024;
const codeNames = ["index.ts", "index.js"];

/**
 * The folders of PLUGIN_DIR, each a plugin or a reason why not, by name. Hidden ones and plain files are none of them.
 * Throws FOLDER_UNUSABLE where PLUGIN_DIR itself cannot be read.
 */
export async function findPlugins(
  pluginDir: string,
): Promise<readonly (FoundPlugin | UnusablePlugin)[]> {
  const names = await readdir(pluginDir).catch((cause: unknown) => {
    const message = `PLUGIN_DIR cannot be read (${errno(cause) ?? "unknown reason"}): ${pluginDir}`;
    throw new ViewraError("FOLDER_UNUSABLE", message, { cause });
  });
  const found: (FoundPlugin | UnusablePlugin)[] = [];
  for (const folder of names.filter((name) => !name.startsWith(".")).toSorted()) {
    const path = join(pluginDir, folder);
    // A link is followed; one that leads nowhere is told.
    const what = await stat(path).catch(() => null);
    if (what === null) found.push({ folder, reason: "The folder cannot be read" });
    else if (what.isDirectory()) found.push(await readPlugin(path, folder));
  }
  return found;
}

async function readPlugin(path: string, folder: string): Promise<FoundPlugin | UnusablePlugin> {
  try {
    const cuePath = join(path, "plugin.cue");
    await requireFile(cuePath, "plugin.cue", mostCueBytes);
    const code = (await readdir(path)).filter((name) => codeNames.includes(name));
    const [name] = code;
    if (name === undefined) return { folder, reason: "There is neither index.ts nor index.js" };
    if (code.length > 1)
      return { folder, reason: "There is an index.ts and an index.js: leave one" };
    await requireFile(join(path, name), name, mostCodeBytes);
    return { folder, cue: await Bun.file(cuePath).text(), path: join(path, name) };
  } catch (thrown) {
    const reason =
      thrown instanceof ViewraError
        ? thrown.message
        : `It cannot be read (${errno(thrown) ?? "unknown reason"})`;
    return { folder, reason };
  }
}

/** A pipe or a device would hold up whoever reads it. */
async function requireFile(path: string, name: string, mostBytes: number): Promise<void> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new ViewraError("PLUGIN_BROKEN", `There is no ${name}`, { cause });
  });
  if (!found.isFile()) throw new ViewraError("PLUGIN_BROKEN", `${name} is no regular file`);
  if (found.size <= mostBytes) return;
  const message = `${name} is larger than ${mostBytes / 1024} KB`;
  throw new ViewraError("PLUGIN_BROKEN", message);
}
