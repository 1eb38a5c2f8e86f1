import { watch as watchFileSystem } from "node:fs";
import { join } from "node:path";
import { isHiddenName } from "./media-name.ts";

export interface FolderWatcher {
  /** False after a failure or `close`. */
  readonly isWatching: boolean;
  close(): void;
}

export interface FolderWatcherOptions {
  readonly folder: string;
  /** Absolute paths to which something happened; the folder itself when it cannot be told where. */
  readonly onChange: (path: string) => void;
  /** The system watches no more (inotify's limits, the folder is gone). Called at most once. */
  readonly onFailure: (error: unknown) => void;
  readonly watch?: Watch;
}

/** What is used of node:fs. */
export type Watch = (
  folder: string,
  options: { readonly recursive: true },
  // Bun gives no name at all when the folder itself is removed.
  listener: (event: string, name: string | null | undefined) => void,
) => {
  on(event: "error", listener: (error: unknown) => void): unknown;
  close(): void;
};

/** Tells of changes anywhere below a folder, hidden files left out. Never throws: see `onFailure`. */
export function createFolderWatcher(options: FolderWatcherOptions): FolderWatcher {
  const { folder, onChange, onFailure, watch = watchFileSystem } = options;
  let closed = false;
  let close = (): void => {};
  const fail = (error: unknown): void => {
    if (closed) return;
    closed = true;
    close();
    onFailure(error);
  };
  try {
    const watcher = watch(folder, { recursive: true }, (_, name) => {
      const path = name ?? "";
      if (closed || path.split("/").some(isHiddenName)) return;
      onChange(join(folder, path));
    });
    close = () => watcher.close();
    watcher.on("error", fail);
  } catch (thrown) {
    fail(thrown);
  }
  return {
    get isWatching() {
      return !closed;
    },
    close: () => {
      closed = true;
      close();
    },
  };
}
