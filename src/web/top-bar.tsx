import { useEffect, useRef } from "react";
import { libraryHref } from "./hash-route.ts";
import { FolderIcon, SearchIcon } from "./icons.tsx";

export interface TopBarProps {
  readonly search: string;
  readonly onSearch: (search: string) => void;
  readonly onOpenLibraries: () => void;
  /** Whether `/` means "search" now. */
  readonly isKeyboardOurs: boolean;
}

export function TopBar(props: TopBarProps) {
  const { search, onSearch } = props;
  const field = useRef<HTMLInputElement>(null);
  useSearchKey(field, props.isKeyboardOurs);
  return (
    <header className="top-bar">
      <a className="brand" href={libraryHref}>
        <Logo />
        Viewra
      </a>
      <form className="search" role="search" onSubmit={(event) => event.preventDefault()}>
        <SearchIcon />
        <input
          ref={field}
          type="search"
          value={search}
          onChange={(event) => onSearch(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Escape") onSearch("");
          }}
          placeholder="Search titles"
          aria-label="Search titles"
          autoComplete="off"
          spellCheck={false}
          data-testid="search"
        />
        <kbd aria-hidden="true">/</kbd>
      </form>
      <button
        type="button"
        className="button quiet"
        onClick={props.onOpenLibraries}
        data-testid="open-libraries"
      >
        <FolderIcon />
        <span className="label">Folders</span>
      </button>
    </header>
  );
}

function Logo() {
  return (
    <svg className="logo" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="9" />
      <path d="M9.2 9.6 16 22.4l6.8-12.8" />
    </svg>
  );
}

function useSearchKey(field: React.RefObject<HTMLInputElement | null>, isOn: boolean): void {
  useEffect(() => {
    if (!isOn) return undefined;
    const onKey = (event: KeyboardEvent): void => {
      const isTyping =
        event.target instanceof Element && event.target.closest("input,select") !== null;
      if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      field.current?.focus();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [field, isOn]);
}
