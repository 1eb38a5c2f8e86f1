import { useSyncExternalStore } from "react";

/** Where in the app we are; kept in the address after `#`, so that a link to a title can be shared. */
export type Route =
  { readonly name: "library" } | { readonly name: "watch"; readonly mediaFileId: string };

export function parseRoute(hash: string): Route {
  const id = /^#\/watch\/([^/?]+)$/.exec(hash)?.[1];
  return id === undefined ? { name: "library" } : { name: "watch", mediaFileId: decode(id) };
}

export function watchHref(mediaFileId: string): string {
  return `#/watch/${encodeURIComponent(mediaFileId)}`;
}

export const libraryHref = "#/";

export function useRoute(): Route {
  const hash = useSyncExternalStore(
    (changed) => {
      window.addEventListener("hashchange", changed);
      return () => window.removeEventListener("hashchange", changed);
    },
    () => location.hash,
  );
  return parseRoute(hash);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
