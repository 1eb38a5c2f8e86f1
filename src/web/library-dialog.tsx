import { useCallback, useEffect, useRef, useState } from "react";
import { AddLibraryForm } from "./add-library-form.tsx";
import { listLibraries, removeLibrary } from "./api-client.ts";
import { errorMessage } from "./api-error.ts";
import type { Library } from "./api-shapes.ts";
import { CloseIcon } from "./icons.tsx";
import { fileName } from "./media-text.ts";

export interface LibraryDialogProps {
  readonly onClose: () => void;
  readonly onScan: (libraryId: string) => Promise<void>;
  readonly onAdded: (libraryId: string) => Promise<void>;
  readonly onRemoved: () => void;
}

/** The folders Viewra looks through: add one, look again, forget one. */
export function LibraryDialog(props: LibraryDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [libraries, setLibraries] = useState<readonly Library[]>([]);
  const [error, setError] = useState<string | null>(null);

  useEffect(() => dialog.current?.showModal(), []);
  const load = useCallback(async (signal: AbortSignal) => {
    try {
      setLibraries(await listLibraries(signal));
    } catch (thrown) {
      if (!signal.aborted) setError(errorMessage(thrown));
    }
  }, []);
  useEffect(() => {
    const gone = new AbortController();
    void load(gone.signal);
    return () => gone.abort();
  }, [load]);

  const attempt = async (work: () => Promise<unknown>): Promise<void> => {
    setError(null);
    try {
      await work();
    } catch (thrown) {
      setError(errorMessage(thrown));
    }
  };
  const remove = (library: Library): void => {
    void attempt(async () => {
      await removeLibrary(library.id);
      setLibraries((before) => before.filter(({ id }) => id !== library.id));
      props.onRemoved();
    });
  };

  return (
    <dialog
      ref={dialog}
      className="dialog"
      aria-labelledby="folders-title"
      onClose={props.onClose}
      onClick={(event) => {
        // The dialog itself is hit only outside of its contents.
        if (event.target === event.currentTarget) event.currentTarget.close();
      }}
      data-testid="libraries"
    >
      <div className="dialog-body">
        <header>
          <h2 id="folders-title">Folders</h2>
          <button
            type="button"
            className="icon-button"
            aria-label="Close"
            onClick={() => dialog.current?.close()}
          >
            <CloseIcon />
          </button>
        </header>
        {error === null ? null : (
          <p className="form-error" role="alert">
            {error}
          </p>
        )}
        <ul className="libraries">
          {libraries.map((library) => (
            <LibraryRow
              key={library.id}
              library={library}
              onScan={() => void attempt(() => props.onScan(library.id))}
              onForget={() => remove(library)}
            />
          ))}
        </ul>
        <AddLibraryForm
          onAdded={async (id) => {
            await props.onAdded(id);
            await load(new AbortController().signal);
          }}
        />
      </div>
    </dialog>
  );
}

function LibraryRow(props: {
  readonly library: Library;
  readonly onScan: () => void;
  readonly onForget: () => void;
}) {
  const { library } = props;
  const [isAsking, setAsking] = useState(false);
  return (
    <li data-testid="library-row">
      <span className="library-text">
        <strong>{library.name ?? fileName(library.path)}</strong>
        {isAsking ? <span>Its files stay on the disk.</span> : <code>{library.path}</code>}
      </span>
      {isAsking ? (
        <>
          <button type="button" className="button quiet" onClick={() => setAsking(false)}>
            Keep
          </button>
          <button type="button" className="button quiet danger" onClick={props.onForget}>
            Forget it
          </button>
        </>
      ) : (
        <>
          <button
            type="button"
            className="button quiet"
            onClick={props.onScan}
            data-testid="library-scan"
          >
            Scan
          </button>
          <button
            type="button"
            className="button quiet danger"
            onClick={() => setAsking(true)}
            data-testid="library-forget"
          >
            Forget
          </button>
        </>
      )}
    </li>
  );
}
