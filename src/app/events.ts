import type { EventSource, ServerEvent } from "../api/services.ts";

export interface Events extends EventSource {
  emit(event: ServerEvent): void;
}

/** Tells every listener of what happens in the server; nothing is kept. */
export function createEvents(): Events {
  const listeners = new Set<(event: ServerEvent) => void>();
  return {
    emit: (event) => {
      for (const listener of listeners) listener(event);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
