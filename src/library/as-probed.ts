import type { Stats } from "node:fs";

/** Whether what lies there now is the file that was probed, by its size and time of change. */
export function isAsProbed(
  found: Pick<Stats, "size" | "mtimeMs" | "isFile">,
  probed: { readonly sizeBytes: number; readonly mtimeMs: number },
): boolean {
  return (
    found.isFile() &&
    found.size === probed.sizeBytes &&
    Math.trunc(found.mtimeMs) === probed.mtimeMs
  );
}
