import { stat } from "node:fs/promises";
import type { LibraryRow } from "../db/libraries.ts";
import type { ScanCounters } from "../db/scans.ts";
import { toViewraError } from "../errors/viewra-error.ts";
import type { Logger } from "../log/logger.ts";
import { createFolderWatcher, type FolderWatcher, type Watch } from "./folder-watcher.ts";
import type { ScanRunner } from "./scan-runner.ts";
import { createSettlingFiles } from "./settling-files.ts";
import type { SeenFile } from "./walk.ts";

export interface WatchTiming {
  /** How long a file must keep its size before it is probed. */
  readonly settleMs: number;
  /** How often the whole folder is compared although the system tells of changes: network shares do not. */
  readonly rescanMs: number;
  /** The same while the system does not watch. */
  readonly fallbackRescanMs: number;
}

export const defaultTiming: WatchTiming = {
  settleMs: 2000,
  rescanMs: 15 * 60_000,
  fallbackRescanMs: 60_000,
};

export interface LibraryWatchOptions {
  readonly library: LibraryRow;
  readonly runner: ScanRunner;
  readonly log: Logger;
  readonly timing: WatchTiming;
  /** Hears of each look that changed something. */
  readonly onChanged: (counters: ScanCounters) => void;
  readonly watch?: Watch;
}

export interface LibraryWatch {
  close(): Promise<void>;
}

/** Above this many changed paths looking at the whole folder is less work. */
const manyPaths = 100;

/**
 * Keeps a library in line with its folder while the server runs: follows what the system tells, and
 * compares the whole folder now and then, more often while the system tells nothing.
 */
export function watchLibrary(options: LibraryWatchOptions): LibraryWatch {
  const { library, runner, log, timing, onChanged } = options;
  const settling = createSettlingFiles(timing.settleMs);
  let changed = new Set<string>();
  let watcher: FolderWatcher | undefined;
  let watchedFolder: string | undefined;
  let closed = false;
  let passing: Promise<void> | undefined;
  let passTimer: NodeJS.Timeout | undefined;
  let rescanTimer: NodeJS.Timeout | undefined;

  const look = async (): Promise<void> => {
    const starts = changed.has(library.path) || changed.size > manyPaths ? undefined : [...changed];
    changed = new Set();
    settling.beginPass();
    try {
      const isSettled = (file: SeenFile): boolean => settling.isSettled(file);
      const counters = await runner.pass(library, { starts, isSettled });
      const { added, updated, moved, removed, failed } = counters;
      if (added + updated + moved + removed + failed > 0) {
        log.info("library changed", {
          library: library.id,
          added,
          updated,
          moved,
          removed,
          failed,
        });
        onChanged(counters);
      }
    } catch (thrown) {
      const { code } = toViewraError(thrown);
      if (code === "CANCELLED" || code === "SHUTTING_DOWN") return;
      log.warn("library could not be compared with its folder", {
        path: library.path,
        error: thrown,
      });
    }
    for (const path of settling.endPass(starts ?? [library.path])) changed.add(path);
  };

  const schedulePass = (): void => {
    if (closed || changed.size === 0 || passTimer !== undefined || passing !== undefined) return;
    passTimer = setTimeout(() => {
      passTimer = undefined;
      passing = look().finally(() => {
        passing = undefined;
        schedulePass();
      });
    }, timing.settleMs / 2);
  };

  const report = (path: string): void => {
    changed.add(path);
    schedulePass();
  };

  const scheduleRescan = (): void => {
    clearTimeout(rescanTimer);
    if (closed) return;
    rescanTimer = setTimeout(
      () => {
        report(library.path);
        void renewWatcher();
      },
      watcher?.isWatching ? timing.rescanMs : timing.fallbackRescanMs,
    );
    rescanTimer.unref();
  };

  const openWatcher = (): FolderWatcher =>
    createFolderWatcher({
      folder: library.path,
      onChange: report,
      onFailure: (error) => {
        const every_seconds = timing.fallbackRescanMs / 1000;
        const message = "folder is not watched, but compared from time to time";
        log.warn(message, { path: library.path, every_seconds, error });
        scheduleRescan();
      },
      ...(options.watch ? { watch: options.watch } : {}),
    });

  const renewWatcher = async (): Promise<void> => {
    const folder = await identify(library.path);
    if (closed) return;
    // A disk mounted anew is another folder: the old watch stays on what lies beneath it.
    if (!watcher?.isWatching || folder !== watchedFolder) {
      watcher?.close();
      watcher = folder === undefined ? undefined : openWatcher();
      watchedFolder = folder;
    }
    scheduleRescan();
  };

  void renewWatcher();
  return {
    close: async () => {
      closed = true;
      clearTimeout(passTimer);
      clearTimeout(rescanTimer);
      watcher?.close();
      await passing;
    },
  };
}

/** What folder lies at a path now; undefined when there is none. */
async function identify(path: string): Promise<string | undefined> {
  try {
    const { dev, ino } = await stat(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}
