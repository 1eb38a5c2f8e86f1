const suffix =
  /^(.*?)(?:[-.]|\s-\s?)(trailer|sample|featurette|behindthescenes|deleted(?:scene)?|interview|short|clip|extra|teaser)\d{0,2}$/i;
const alone = /^(trailer|sample|teaser)\d{0,2}$/i;

const folders: Readonly<Record<string, string>> = {
  ...{ trailers: "trailer", trailer: "trailer", samples: "sample", sample: "sample" },
  ...{ featurettes: "featurette", "behind the scenes": "behindthescenes", interviews: "interview" },
  ...{ "deleted scenes": "deletedscene", scenes: "scene", shorts: "short", clips: "clip" },
  ...{ extras: "extra", extra: "extra", bonus: "extra", "bonus features": "extra", other: "extra" },
};

/** What of a film a file is that is not the film, and the name without the word for it; null for films. */
export function extraOf(
  folder: readonly string[],
  stem: string,
): { readonly extra: string; readonly stem: string } | null {
  // A folder at the top is a collection: `Shorts/La Luna.mkv`.
  const inFolder = folder.length > 1 ? folders[folder.at(-1)?.toLowerCase() ?? ""] : undefined;
  if (inFolder !== undefined) return { extra: inFolder, stem };
  const found = suffix.exec(stem);
  const kind = (found?.[2] ?? alone.exec(stem)?.[1])?.toLowerCase();
  if (kind === undefined) return null;
  const extra = kind === "deleted" ? "deletedscene" : kind;
  return { extra, stem: found?.[1] === undefined || found[1] === "" ? stem : found[1] };
}
