import { useEffect, useEffectEvent } from "react";

/** Kinds of `/api/events` this page listens to: a scan's progress, files that came or went. */
const kinds = ["scan", "library"] as const;
export type ServerEventKind = (typeof kinds)[number];

/**
 * Calls back with the parsed data of each event. Events are hints to look again, never the
 * only source: a browser that misses them (or a proxy that swallows them) still sees the truth later.
 * Listens while the tab is seen only: browsers open six connections to a server, whatever the tabs.
 */
export function useServerEvents(
  isWanted: boolean,
  onEvent: (kind: ServerEventKind, data: unknown) => void,
): void {
  const tell = useEffectEvent(onEvent);
  useEffect(() => {
    if (!isWanted) return undefined;
    let source: EventSource | null = null;
    const follow = (): void => {
      source?.close();
      source = null;
      if (document.visibilityState === "hidden") return;
      source = new EventSource("/api/events");
      for (const kind of kinds) {
        source.addEventListener(kind, (event) => tell(kind, parseJson(event.data)));
      }
    };
    follow();
    document.addEventListener("visibilitychange", follow);
    return () => {
      document.removeEventListener("visibilitychange", follow);
      source?.close();
    };
  }, [isWanted]);
}

function parseJson(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return null;
  }
}
