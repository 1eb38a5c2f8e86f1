import { useCallback, useDeferredValue, useEffect, useLayoutEffect, useRef, useState } from "react";
import { AddLibraryForm } from "./add-library-form.tsx";
import { errorMessage } from "./api-error.ts";
import { LibraryDialog } from "./library-dialog.tsx";
import { MediaList } from "./media-list.tsx";
import { Notice } from "./notice.tsx";
import { ScanBanner } from "./scan-banner.tsx";
import { TopBar } from "./top-bar.tsx";
import { type MediaFiles, useMediaFiles } from "./use-media-files.ts";
import { useScans } from "./use-scans.ts";

/** Long enough that a word is typed in one search, short enough not to be noticed. */
const typingPauseMilliseconds = 180;

/** All titles, searchable; what to do when there are none. Hidden, it keeps its place. */
export function LibraryPage({ isShown }: { readonly isShown: boolean }) {
  const [search, setSearch] = useState("");
  const query = usePause(search.trim(), typingPauseMilliseconds);
  const { refresh, loadMore, ...list } = useMediaFiles(query);
  const { running, scan } = useScans(isShown, refresh);
  const [isDialogOpen, setDialogOpen] = useState(false);

  useKeptScroll(isShown);
  // Resume positions moved while a title was watched.
  useOnReturn(isShown, refresh);

  const onAdded = useCallback(
    async (libraryId: string) => {
      await scan(libraryId);
      refresh();
    },
    [scan, refresh],
  );

  return (
    <div className="library" hidden={!isShown} data-testid="library">
      <TopBar
        search={search}
        onSearch={setSearch}
        onOpenLibraries={() => setDialogOpen(true)}
        isKeyboardOurs={isShown && !isDialogOpen}
      />
      <main className="library-body">
        <ScanBanner scans={running} />
        <Count list={list} />
        <Contents
          list={list}
          isScanning={running.length > 0}
          onRetry={refresh}
          onMore={loadMore}
          onAdded={onAdded}
          onClearSearch={() => setSearch("")}
        />
      </main>
      {isDialogOpen ? (
        <LibraryDialog
          onClose={() => setDialogOpen(false)}
          onScan={scan}
          onAdded={onAdded}
          onRemoved={refresh}
        />
      ) : null}
    </div>
  );
}

function Count({ list }: { readonly list: MediaFiles }) {
  const { files, total, query } = list;
  const isEmptyLibrary = files !== null && total === 0 && query === "";
  const titles = total === 1 ? "1 title" : `${total.toLocaleString()} titles`;
  const text = files === null ? "" : query === "" ? titles : `${titles} for “${query}”`;
  return (
    <h1 className={isEmptyLibrary ? "visually-hidden" : "count"} role="status" data-testid="total">
      {text}
    </h1>
  );
}

interface ContentsProps {
  readonly list: MediaFiles;
  readonly isScanning: boolean;
  readonly onRetry: () => void;
  readonly onMore: () => void;
  readonly onAdded: (libraryId: string) => Promise<void>;
  readonly onClearSearch: () => void;
}

function Contents({ list, ...props }: ContentsProps) {
  const { files, error, isLoading, query } = list;
  const failure =
    error === null ? null : (
      <Notice tone="error" title="The library could not be read" text={errorMessage(error)}>
        <button type="button" className="button" onClick={props.onRetry} data-testid="retry">
          Try again
        </button>
      </Notice>
    );
  if (files === null) return failure ?? <Placeholders />;
  if (files.length > 0) {
    return (
      <>
        <MediaList list={list} onMore={props.onMore} />
        {failure}
      </>
    );
  }
  if (failure !== null) return failure;
  if (query !== "") {
    return (
      <Notice
        tone="plain"
        title="Nothing found"
        text="No title or folder has these words in its name."
        testId="no-results"
      >
        <button type="button" className="button quiet" onClick={props.onClearSearch}>
          Show everything
        </button>
      </Notice>
    );
  }
  if (isLoading || props.isScanning) return <Placeholders />;
  return (
    <Notice
      tone="plain"
      title="Your library is empty"
      text="Name a folder on the server that holds films or episodes. Viewra looks through it and its subfolders; your files stay as they are."
      testId="empty"
    >
      <AddLibraryForm onAdded={props.onAdded} />
    </Notice>
  );
}

function Placeholders() {
  return (
    <ul className="media-list" aria-busy="true" aria-label="Loading" data-testid="loading">
      {Array.from({ length: 8 }, (_, i) => (
        <li key={i} className="media-row placeholder">
          <span className="tile" />
          <span className="media-text">
            <span className="bar wide" />
            <span className="bar" />
          </span>
        </li>
      ))}
    </ul>
  );
}

/** The value as it was when it last stood still. */
function usePause(value: string, milliseconds: number): string {
  const [still, setStill] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setStill(value), value === "" ? 0 : milliseconds);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return useDeferredValue(still);
}

/** The page is as long as what is shown on it: remember where we were before it shrinks. */
function useKeptScroll(isShown: boolean): void {
  const top = useRef(0);
  useEffect(() => {
    if (!isShown) return undefined;
    const remember = (): void => {
      top.current = window.scrollY;
    };
    window.addEventListener("scroll", remember, { passive: true });
    return () => window.removeEventListener("scroll", remember);
  }, [isShown]);
  useLayoutEffect(() => {
    window.scrollTo(0, isShown ? top.current : 0);
  }, [isShown]);
}

function useOnReturn(isShown: boolean, refresh: () => void): void {
  const wasAway = useRef(false);
  useEffect(() => {
    if (!isShown) {
      wasAway.current = true;
    } else if (wasAway.current) {
      wasAway.current = false;
      refresh();
    }
  }, [isShown, refresh]);
}
