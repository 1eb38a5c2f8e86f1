import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface TempFolder extends AsyncDisposable {
  readonly path: string;
  /** A path inside it. */
  file(name: string): string;
}

/** A folder of its own for one test; gone with everything in it when the scope of `await using` ends. */
export async function createTempFolder(label: string): Promise<TempFolder> {
  const path = await mkdtemp(join(tmpdir(), `viewra-${label}-`));
  return {
    path,
    file: (name) => join(path, name),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 5 }),
  };
}
