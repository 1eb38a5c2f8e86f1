/** Control characters, and what turns the direction of text around: neither may reach a terminal from a file. */
const unprintable = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** A name or a tag out of a file, on one line and without power over the terminal: `a\u000ab`. */
export function printable(text: string): string {
  return text
    .toWellFormed()
    .replace(unprintable, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** At most so many columns of a terminal, an ellipsis in place of what is left out. */
export function cutToWidth(text: string, columns: number): string {
  if (Bun.stringWidth(text) <= columns) return text;
  let cut = "";
  for (const char of text) {
    if (Bun.stringWidth(cut + char) > columns - 1) break;
    cut += char;
  }
  return columns < 1 ? "" : `${cut}…`;
}

/** `1.5 GB`: powers of 1000, as disks are sold. */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB", "PB"];
  let value = bytes;
  let unit = 0;
  // Where one decimal would round up to 1000.0, the next unit is the one to read.
  while (value >= (unit === 0 ? 1000 : 999.95) && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

/** `1:02:03.5`, to a tenth of a second. */
export function formatDuration(seconds: number): string {
  const tenths = Math.round(seconds * 10);
  return `${formatClock(Math.floor(tenths / 10))}.${tenths % 10}`;
}

/** `1:02:03` or `2:03`, for whole seconds. */
export function formatClock(wholeSeconds: number): string {
  const hours = Math.floor(wholeSeconds / 3600);
  const minutes = Math.floor(wholeSeconds / 60) % 60;
  const seconds = String(wholeSeconds % 60).padStart(2, "0");
  if (hours === 0) return `${minutes}:${seconds}`;
  return `${hours}:${String(minutes).padStart(2, "0")}:${seconds}`;
}
