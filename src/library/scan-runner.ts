import type { LibraryRow } from "../db/libraries.ts";
import { getScan, insertScan, updateScan, type ScanCounters, type ScanRow } from "../db/scans.ts";
import { toViewraError, ViewraError } from "../errors/viewra-error.ts";
import { scanFiles, type ScanDeps } from "./scan-files.ts";
import type { SeenFile } from "./walk.ts";

export interface ScanRunner {
  /** Begins a scan of the whole library, or joins the one that runs; answers with its id at once. */
  start(library: LibraryRow): string;
  /** A scan as it stands. Throws SCAN_NOT_FOUND. */
  get(id: string): Promise<ScanRow>;
  /** A scan when it has ended, however it ended. Throws SCAN_NOT_FOUND. */
  finished(id: string): Promise<ScanRow>;
  /** Looks at some paths, or the whole folder, without a scan on record. Throws what `scanFiles` throws. */
  pass(library: LibraryRow, options: PassOptions): Promise<ScanCounters>;
  /** Ends whatever runs for a library and waits for it. */
  cancel(libraryId: string): Promise<void>;
  /** Ends everything and waits for it; nothing begins afterwards. */
  close(): Promise<void>;
}

export interface PassOptions {
  readonly starts: readonly string[] | undefined;
  readonly isSettled: (file: SeenFile) => boolean;
}

export interface ScanRunnerOptions extends ScanDeps {
  /** Hears of a scan's beginning, its progress a few times a second, and its end. */
  readonly onScan: (scan: ScanRow) => void;
}

interface RunningScan {
  row: ScanRow;
  readonly done: Promise<ScanRow>;
}

const announceEveryMs = 250;
const recordEveryMs = 2000;

/** Runs scans: one at a time for a library, and every one with a way to end it. */
export function createScanRunner(options: ScanRunnerOptions): ScanRunner {
  const { db, log, onScan } = options;
  const running = new Map<string, RunningScan>();
  const turns = new Map<string, Promise<unknown>>();
  const aborts = new Map<string, AbortController>();
  let closed = false;

  /** Whatever touches a library's files waits for what touched them before. */
  const inTurn = <T>(libraryId: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    if (closed) return Promise.reject(new ViewraError("SHUTTING_DOWN"));
    const abort = aborts.get(libraryId) ?? new AbortController();
    aborts.set(libraryId, abort);
    const turn = (turns.get(libraryId) ?? Promise.resolve()).then(() => {
      if (abort.signal.aborted) throw new ViewraError("CANCELLED");
      return work(abort.signal);
    });
    const settled = turn.then(
      () => undefined,
      () => undefined,
    );
    turns.set(libraryId, settled);
    return turn;
  };

  const cancel = async (libraryId: string): Promise<void> => {
    aborts.get(libraryId)?.abort();
    aborts.delete(libraryId);
    await turns.get(libraryId);
  };

  const run = async (library: LibraryRow, scan: RunningScan): Promise<ScanRow> => {
    const update = (change: Partial<ScanRow>): void => {
      scan.row = { ...scan.row, ...change };
    };
    const publish = throttled(announceEveryMs, () => onScan(scan.row));
    const record = throttled(recordEveryMs, () => {
      const { id, libraryId: _, startedAt: __, ...change } = scan.row;
      void updateScan(db, id, change).catch((error: unknown) =>
        log.warn("scan progress not recorded", { scan: id, error }),
      );
    });
    const end: Partial<ScanRow> = await inTurn(library.id, async (signal) => {
      await insertScan(db, scan.row);
      onScan(scan.row);
      const counters = await scanFiles(options, {
        library,
        retryUnreadable: true,
        signal,
        onProgress: (counters, currentPath) => {
          update({ ...counters, currentPath });
          publish();
          record();
        },
      });
      return { ...counters, status: "done" as const };
    }).catch((thrown: unknown) => endOf(thrown));

    update({ ...end, currentPath: null, finishedAt: Date.now() });
    const { row } = scan;
    if (row.status === "failed")
      log.error("scan failed", { library: library.id, error: row.error });
    else log.info(`scan ${row.status}`, countersOf(row));
    await updateScan(db, row.id, row).catch((error: unknown) =>
      log.warn("scan result not recorded", { scan: row.id, error }),
    );
    running.delete(library.id);
    onScan(row);
    return row;
  };

  const byId = (id: string): RunningScan | undefined =>
    [...running.values()].find((scan) => scan.row.id === id);

  const get = async (id: string): Promise<ScanRow> => {
    const row = byId(id)?.row ?? (await getScan(db, id));
    if (row === undefined) throw new ViewraError("SCAN_NOT_FOUND");
    return row;
  };

  return {
    start: (library) => {
      const shared = running.get(library.id);
      if (shared) return shared.row.id;
      if (closed) throw new ViewraError("SHUTTING_DOWN");
      const { promise: done, resolve } = Promise.withResolvers<ScanRow>();
      const scan: RunningScan = { row: newScan(library.id), done };
      running.set(library.id, scan);
      resolve(run(library, scan));
      return scan.row.id;
    },
    get,
    finished: async (id) => (await byId(id)?.done) ?? get(id),
    pass: (library, { starts, isSettled }) =>
      inTurn(library.id, (signal) =>
        scanFiles(options, { library, starts, isSettled, retryUnreadable: false, signal }),
      ),
    cancel,
    close: async () => {
      closed = true;
      await Promise.all([...turns.keys()].map(cancel));
      await Promise.all([...running.values()].map(({ done }) => done));
    },
  };
}

function newScan(libraryId: string): ScanRow {
  return {
    id: crypto.randomUUID(),
    libraryId,
    status: "running",
    found: 0,
    added: 0,
    updated: 0,
    moved: 0,
    removed: 0,
    failed: 0,
    currentPath: null,
    startedAt: Date.now(),
    finishedAt: null,
    error: null,
  };
}

function endOf(thrown: unknown): Partial<ScanRow> {
  const error = toViewraError(thrown);
  if (error.code === "CANCELLED" || error.code === "SHUTTING_DOWN") return { status: "cancelled" };
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : "";
  return { status: "failed", error: `${error.code}: ${error.message}${cause}` };
}

function countersOf({ found, added, updated, moved, removed, failed, ...row }: ScanRow) {
  const seconds = ((row.finishedAt ?? 0) - row.startedAt) / 1000;
  return { library: row.libraryId, found, added, updated, moved, removed, failed, seconds };
}

/** Calls through at most once per interval. What is left out is made up for by whoever ends the work. */
function throttled(intervalMs: number, call: () => void): () => void {
  let last = performance.now();
  return () => {
    if (performance.now() - last < intervalMs) return;
    last = performance.now();
    call();
  };
}
