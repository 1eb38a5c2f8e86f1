import { availableParallelism } from "node:os";
import type { Database } from "../db/database.ts";
import {
  deleteLibrary,
  getLibrary,
  insertLibrary,
  listLibraries,
  type LibraryRow,
} from "../db/libraries.ts";
import { listMediaFiles, type FileListQuery, type FilePage } from "../db/media-file-list.ts";
import {
  getMediaFile,
  locateFingerprint,
  type FileLocation,
  type ViewedFile,
} from "../db/media-files.ts";
import { failInterruptedScans, type ScanRow } from "../db/scans.ts";
import type { LibraryType } from "../db/schema.ts";
import { setWatched } from "../db/viewings.ts";
import { ViewraError } from "../errors/viewra-error.ts";
import type { Logger } from "../log/logger.ts";
import type { FileState } from "../media/file-state.ts";
import type { Prober } from "../probe/prober.ts";
import { createFilmCheck } from "./film-check.ts";
import type { Watch } from "./folder-watcher.ts";
import { checkedFolder, defaultName, refuseOverlap } from "./library-folder.ts";
import {
  defaultTiming,
  watchLibrary,
  type LibraryWatch,
  type WatchTiming,
} from "./library-watch.ts";
import type { Reach } from "./reach.ts";
import { createScanRunner } from "./scan-runner.ts";

export interface NewLibrary {
  readonly path: string;
  readonly type: LibraryType;
  readonly name?: string | undefined;
}

/** Folders and the media files in them. */
export interface Library {
  libraries(): Promise<LibraryRow[]>;
  /** Throws INVALID_REQUEST (no such folder), PATH_NOT_ALLOWED or LIBRARY_EXISTS (`details.library_id`). Scans nothing yet. */
  addLibrary(library: NewLibrary): Promise<LibraryRow>;
  /** Forgets a library and its files; what is on disk stays. Throws LIBRARY_NOT_FOUND. */
  removeLibrary(id: string): Promise<void>;
  /** Begins a scan or joins the one that runs; answers with its id at once. Throws LIBRARY_NOT_FOUND. */
  startScan(libraryId: string): Promise<string>;
  /** Throws SCAN_NOT_FOUND, as does the next. */
  getScan(id: string): Promise<ScanRow>;
  /** The scan when it has ended: done, failed (`error`) or cancelled. */
  scanFinished(id: string): Promise<ScanRow>;
  /** Ends the scan of a library, if one runs; what it found so far stays. */
  cancelScan(libraryId: string): Promise<void>;
  listFiles(query: FileListQuery): Promise<FilePage>;
  /** Throws MEDIA_NOT_FOUND. */
  getFile(id: string): Promise<ViewedFile>;
  /** Says of a file that it was watched to its end, or not, and forgets where to go on. Throws MEDIA_NOT_FOUND. */
  setWatched(id: string, isWatched: boolean): Promise<void>;
  /**
   * Where a film lies now, every link followed: checked on disk, within reach, size, time and fingerprint as they
   * were probed; null when nowhere.
   */
  locate(fingerprint: string): Promise<LocatedFile | null>;
  /** Ends what a crash left behind and begins to follow the folders. */
  start(): Promise<void>;
  /** Ends scans and watches and waits for them. */
  close(): Promise<void>;
}

/** A file that lies where it should. */
export interface LocatedFile extends FileLocation {
  readonly state: FileState;
}

export interface LibraryEvents {
  /** A scan began, came further (a few times a second) or ended. */
  scan(scan: ScanRow): void;
  /** Files of a library changed outside a scan. */
  filesChanged(libraryId: string): void;
}

export interface LibraryOptions {
  readonly db: Database;
  readonly prober: Prober;
  readonly reach: Reach;
  readonly log: Logger;
  readonly events: LibraryEvents;
  /** How many files are probed at once; twice the cores when left out, as ffprobe waits for the disk. */
  readonly concurrency?: number | undefined;
  readonly timing?: WatchTiming;
  readonly watch?: Watch;
}

export function createLibrary(options: LibraryOptions): Library {
  const { db, reach, log, events, timing = defaultTiming } = options;
  const concurrency = options.concurrency ?? availableParallelism() * 2;
  const runner = createScanRunner({
    db,
    reach,
    // The path that was judged is the one that is opened.
    prober: {
      probe: async (path, signal) => options.prober.probe(await reach.follow(path), signal),
    },
    log,
    concurrency,
    onScan: (scan) => events.scan(scan),
  });
  const checkFilm = createFilmCheck(db);
  const watches = new Map<string, LibraryWatch>();
  let isStarted = false;
  let adding: Promise<unknown> = Promise.resolve();

  const follow = (library: LibraryRow): void => {
    const { watch } = options;
    const onChanged = () => events.filesChanged(library.id);
    const base = { library, runner, log, timing, onChanged };
    watches.set(library.id, watchLibrary(watch ? { ...base, watch } : base));
  };

  const existing = async (id: string): Promise<LibraryRow> => {
    const library = await getLibrary(db, id);
    if (library === undefined) throw new ViewraError("LIBRARY_NOT_FOUND");
    return library;
  };

  const getFile = async (id: string): Promise<ViewedFile> => {
    const file = await getMediaFile(db, id);
    if (file === undefined) throw new ViewraError("MEDIA_NOT_FOUND");
    return file;
  };

  const add = async ({ path, type, name }: NewLibrary): Promise<LibraryRow> => {
    const folder = await checkedFolder(path, reach);
    await refuseOverlap(folder, await listLibraries(db));
    const id = crypto.randomUUID();
    const library: LibraryRow = {
      id,
      path: folder,
      name: name ?? defaultName(path),
      type,
      createdAt: Date.now(),
    };
    await insertLibrary(db, library);
    if (isStarted) follow(library);
    return library;
  };

  return {
    libraries: () => listLibraries(db),
    addLibrary: (library) => {
      // One after another, or two calls at once would each find no overlap.
      const added = adding.then(() => add(library));
      adding = added.catch(() => undefined);
      return added;
    },
    removeLibrary: async (id) => {
      await existing(id);
      const watch = watches.get(id);
      watches.delete(id);
      await Promise.all([runner.cancel(id), watch?.close()]);
      await deleteLibrary(db, id);
    },
    startScan: async (libraryId) => runner.start(await existing(libraryId)),
    getScan: (id) => runner.get(id),
    scanFinished: (id) => runner.finished(id),
    cancelScan: (libraryId) => runner.cancel(libraryId),
    listFiles: (query) => listMediaFiles(db, query),
    getFile,
    setWatched: async (id, isWatched) => {
      const file = await getFile(id);
      await setWatched(db, file.id, isWatched ? Date.now() : null);
    },
    locate: async (fingerprint) => {
      for (const location of await locateFingerprint(db, fingerprint)) {
        const path = await reach.follow(location.path).catch(() => null);
        const state = path === null ? null : await checkFilm(location, path, fingerprint);
        if (path !== null && state !== null) return { ...location, path, state };
      }
      return null;
    },
    start: async () => {
      await failInterruptedScans(db, Date.now());
      isStarted = true;
      for (const library of await listLibraries(db)) follow(library);
    },
    close: async () => {
      isStarted = false;
      await adding;
      await Promise.all([runner.close(), ...[...watches.values()].map((watch) => watch.close())]);
      watches.clear();
    },
  };
}
