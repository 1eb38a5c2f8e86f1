/**
 * Endings of files that may hold a film or sound; whether one does is for the probe to say. Each stands for a
 * container that is read here. Not among them: bare Motion JPEG (`mjpg`), which says nothing of its rate,
 * and bare ALAC, which no program reads.
 */
export const mediaEndings: readonly string[] = (
  "3g2 3gp asf avi divx dv f4v flv m1v m2p m2t m2ts m2v m4v mk3d mkv mod mov mp2v mp4 mpe mpeg mpg " +
  "mts mxf nut ogm ogv qt rm rmvb tod tp trp ts vob webm wmv wtv " +
  "aac ac3 aif aiff ape caf dts eac3 flac m4a m4b mka mp2 mp3 mpc oga ogg opus tta w64 wav wma wv"
).split(" ");

const endings: ReadonlySet<string> = new Set(mediaEndings);

/** Folders that systems keep for themselves; names that begin with a dot are hidden anyway. */
const systemFolders: ReadonlySet<string> = new Set([
  "@eadir",
  "#recycle",
  "$recycle.bin",
  "lost+found",
  "system volume information",
]);

export function isMediaName(name: string): boolean {
  const dot = name.lastIndexOf(".");
  return dot > 0 && endings.has(name.slice(dot + 1).toLowerCase());
}

/** Whether a file of that name tells of films: title, plot and more. */
export function isNfoName(name: string): boolean {
  return name.toLowerCase().endsWith(".nfo");
}

export function isHiddenName(name: string): boolean {
  return name.startsWith(".") || systemFolders.has(name.toLowerCase());
}

/** What a file is called in a list: its name without ending, with dots and underscores as the spaces they stand for. */
export function titleOf(name: string): string {
  const dot = name.lastIndexOf(".");
  const stem = dot > 0 ? name.slice(0, dot) : name;
  const spaced = /\s/.test(stem) ? stem : stem.replaceAll(/[._]+/g, " ");
  const title = spaced.replaceAll(/\s+/g, " ").trim();
  return title === "" ? name : title;
}
