import { useEffect } from "react";

/** Kinds of `/api/events` this page listens to. */
export type ServerEventKind = "scan";

/**
 * Calls back with the parsed data of each event of a kind. Events are hints to look again, never the
 * only source: a browser that misses them (or a proxy that swallows them) still sees the truth later.
 * Listens while the tab is seen only: browsers open six connections to a server, whatever the tabs.
 */
export function useServerEvents(
  kind: ServerEventKind,
  isWanted: boolean,
  onEvent: (data: unknown) => void,
): void {
  useEffect(() => {
    if (!isWanted) return undefined;
    let source: EventSource | null = null;
    const follow = (): void => {
      source?.close();
      source = null;
      if (document.visibilityState === "hidden") return;
      source = new EventSource("/api/events");
      source.addEventListener(kind, (event) => onEvent(parseJson(event.data)));
    };
    follow();
    document.addEventListener("visibilitychange", follow);
    return () => {
      document.removeEventListener("visibilitychange", follow);
      source?.close();
    };
  }, [kind, isWanted, onEvent]);
}

function parseJson(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return null;
  }
}
