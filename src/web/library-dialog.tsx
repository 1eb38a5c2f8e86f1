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
    const question = `Forget ${library.path}? Its files stay on the disk.`;
    if (!window.confirm(question)) return;
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
            <li key={library.id} data-testid="library-row">
              <span className="library-text">
                <strong>{library.name ?? fileName(library.path)}</strong>
                <code>{library.path}</code>
              </span>
              <button
                type="button"
                className="button quiet"
                onClick={() => void attempt(() => props.onScan(library.id))}
                data-testid="library-scan"
              >
                Scan
              </button>
              <button type="button" className="button quiet danger" onClick={() => remove(library)}>
                Forget
              </button>
            </li>
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
