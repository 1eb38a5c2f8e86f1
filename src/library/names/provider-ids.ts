import type { ExternalIds } from "./naming.ts";

/** `[tmdbid-123]`, `{imdb-tt0123}`, `(tvdb=5)`, and an IMDb number in brackets of its own. */
const named = /[[{(](imdb|tmdb|tvdb|anidb|tvmaze)(?:id)?\d?[-=: ]([a-z]{0,2}\d{1,12})[\]})]/gi;
const imdbAlone = /(?<![\p{L}\p{N}-])[[{(]?(tt\d{7,10})(?![\p{L}\p{N}])[\]})]?/giu;
const imdbForm = /^tt\d{5,10}$/;
const numberForm = /^\d{1,12}$/;

/** The ids in a name, and the name without them. */
export function takeIds(text: string): { readonly rest: string; readonly ids: ExternalIds } {
  const ids: Record<string, string> = {};
  const take = (whole: string, service: string, id: string): string => {
    const [key, value] = [service.toLowerCase(), id.toLowerCase()];
    if (!isProviderId(key, value)) return whole;
    ids[key] ??= value;
    return " ";
  };
  const rest = text
    .replaceAll(named, (whole: string, service: string, id: string) => take(whole, service, id))
    .replaceAll(imdbAlone, (whole: string, id: string) =>
      // Of a name with dots for spaces no dot may be lost.
      take(whole, "imdb", id) === whole ? whole : whole.startsWith("t") ? "" : " ",
    );
  return { rest, ids };
}

/** Whether an id is of the form that its service gives. */
export function isProviderId(service: string, id: string): boolean {
  return (service === "imdb" ? imdbForm : numberForm).test(id);
}
