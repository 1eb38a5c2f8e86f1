import { useId, useState } from "react";
import { addLibrary } from "./api-client.ts";
import { errorMessage } from "./api-error.ts";

/** Names a folder on the server; the server says when it is none. */
export function AddLibraryForm(props: {
  readonly onAdded: (libraryId: string) => Promise<void> | void;
}) {
  const [path, setPath] = useState("");
  const [type, setType] = useState("movie");
  const [error, setError] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const errorId = useId();

  const submit = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      const library = await addLibrary({ path: path.trim(), type });
      setPath("");
      await props.onAdded(library.id);
    } catch (thrown) {
      setError(errorMessage(thrown));
    } finally {
      setBusy(false);
    }
  };

  return (
    <form
      className="add-library"
      data-testid="add-library"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <label className="field grow">
        <span>Folder on the server</span>
        <input
          value={path}
          onChange={(event) => setPath(event.currentTarget.value)}
          placeholder="/srv/films"
          required
          autoComplete="off"
          spellCheck={false}
          aria-invalid={error !== null}
          aria-describedby={error === null ? undefined : errorId}
          data-testid="library-path"
        />
      </label>
      <label className="field">
        <span>It holds</span>
        <select value={type} onChange={(event) => setType(event.currentTarget.value)}>
          <option value="movie">Films</option>
          <option value="tv">Series</option>
          <option value="video">Videos</option>
          <option value="music">Music</option>
        </select>
      </label>
      <button type="submit" className="button" disabled={isBusy} data-testid="library-submit">
        {isBusy ? "Adding …" : "Add folder"}
      </button>
      {error === null ? null : (
        <p id={errorId} className="form-error" role="alert" data-testid="library-error">
          {error}
        </p>
      )}
    </form>
  );
}
