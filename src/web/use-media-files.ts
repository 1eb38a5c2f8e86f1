import { useCallback, useEffect, useRef, useState } from "react";
import { listFiles } from "./api-client.ts";
import { isAbort } from "./api-error.ts";
import type { MediaFile } from "./api-shapes.ts";

export interface MediaFiles {
  /** Null until the first answer. */
  readonly files: readonly MediaFile[] | null;
  /** Of the whole search, not of what is loaded. */
  readonly total: number;
  readonly isLoading: boolean;
  readonly error: unknown;
  readonly hasMore: boolean;
  /** The search that `files` answers. */
  readonly query: string;
}

const nothing: MediaFiles = {
  files: null,
  total: 0,
  isLoading: true,
  error: null,
  hasMore: false,
  query: "",
};

/** The library as far as it was scrolled to; one request at a time, the latest wish wins. */
export function useMediaFiles(query: string) {
  const [state, setState] = useState<MediaFiles>(nothing);
  const cursor = useRef<string | null>(null);
  const running = useRef<AbortController | null>(null);

  const run = useCallback(async (work: (signal: AbortSignal) => Promise<MediaFiles>) => {
    running.current?.abort();
    const request = new AbortController();
    running.current = request;
    setState((before) => ({ ...before, isLoading: true, error: null }));
    try {
      const next = await work(request.signal);
      if (!request.signal.aborted) setState(next);
    } catch (error) {
      if (request.signal.aborted || isAbort(error)) return;
      setState((before) => ({ ...before, isLoading: false, error }));
    } finally {
      if (running.current === request) running.current = null;
    }
  }, []);

  /** Loads as many files as are shown now, at least one page, and puts them in the place of the old. */
  const reload = useCallback(
    (atLeast: number) =>
      run(async (signal) => {
        const files: MediaFile[] = [];
        let next: string | null = null;
        let total = 0;
        do {
          const page = await listFiles({ q: query, cursor: next }, signal);
          files.push(...page.files);
          next = page.next_cursor;
          total = page.total;
        } while (next !== null && files.length < atLeast);
        cursor.current = next;
        return { files, total, isLoading: false, error: null, hasMore: next !== null, query };
      }),
    [query, run],
  );

  useEffect(() => {
    void reload(0);
  }, [reload]);
  useEffect(() => () => running.current?.abort(), []);

  const shown = state.files ?? [];
  return {
    ...state,
    refresh: useCallback(() => void reload(shown.length), [reload, shown.length]),
    loadMore: (): void => {
      if (running.current !== null || cursor.current === null) return;
      void run(async (signal) => {
        const page = await listFiles({ q: query, cursor: cursor.current }, signal);
        cursor.current = page.next_cursor;
        return {
          files: [...shown, ...page.files],
          total: page.total,
          isLoading: false,
          error: null,
          hasMore: page.next_cursor !== null,
          query,
        };
      });
    },
  };
}
