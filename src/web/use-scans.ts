import { useCallback, useEffect, useRef, useState } from "react";
import * as v from "valibot";
import { getScan, startScan } from "./api-client.ts";
import type { Scan } from "./api-shapes.ts";
import { useServerEvents } from "./server-events.ts";

const pollMilliseconds = 1000;
/** The list is read again so often at most while a scan finds files. */
const refreshMilliseconds = 2000;
/** Files that come together are shown together. */
const changeMilliseconds = 400;

const eventSchema = v.union([
  v.pipe(
    v.object({ scan_id: v.string() }),
    v.transform(({ scan_id }) => scan_id),
  ),
  v.pipe(
    v.object({ id: v.string() }),
    v.transform(({ id }) => id),
  ),
]);

/**
 * The scans that run: those started here, and those the server tells of. Each is asked for every second
 * until it ends; `onChange` is called when the list has probably changed, and once at the end.
 */
export function useScans(isShown: boolean, onChange: () => void) {
  const [scans, setScans] = useState<ReadonlyMap<string, Scan>>(new Map());
  const [watched, setWatched] = useState<readonly string[]>([]);
  const changed = useRef(onChange);
  changed.current = onChange;

  const watch = useCallback((id: string) => {
    setWatched((before) => (before.includes(id) ? before : [...before, id]));
  }, []);
  const soon = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(soon.current), []);
  useServerEvents(isShown, (kind, data) => {
    const parsed = v.safeParse(eventSchema, data);
    if (kind === "scan" && parsed.success) watch(parsed.output);
    if (kind !== "library") return;
    // A folder that is copied in tells of each file.
    clearTimeout(soon.current);
    soon.current = setTimeout(() => changed.current(), changeMilliseconds);
  });

  const finish = useCallback((id: string) => {
    setWatched((before) => before.filter((other) => other !== id));
    setScans((before) => new Map([...before].filter(([other]) => other !== id)));
    changed.current();
  }, []);

  useEffect(() => {
    if (watched.length === 0) return undefined;
    const gone = new AbortController();
    let lastRefresh = Date.now();
    const poll = async (id: string): Promise<void> => {
      const scan = await getScan(id, gone.signal);
      if (scan.status !== "running") return finish(id);
      setScans((before) => new Map(before).set(id, scan));
      if (Date.now() - lastRefresh < refreshMilliseconds) return;
      lastRefresh = Date.now();
      changed.current();
    };
    const pollAll = (): void => {
      for (const id of watched) {
        poll(id).catch(() => (gone.signal.aborted ? undefined : finish(id)));
      }
    };
    pollAll();
    const timer = setInterval(pollAll, pollMilliseconds);
    return () => {
      clearInterval(timer);
      gone.abort();
    };
  }, [watched, finish]);

  return {
    running: [...scans.values()],
    /** Starts a scan of a library and follows it. Rejects when the server refuses. */
    scan: useCallback(async (libraryId: string) => watch(await startScan(libraryId)), [watch]),
  };
}
