/** `01:02:03.004`; hours are written as many as there are. `mark`: what stands before the milliseconds. */
export function printClock(ms: number, mark: "." | ","): string {
  const field = (value: number, digits: number): string => String(value).padStart(digits, "0");
  const [hours, minutes] = [Math.floor(ms / 3_600_000), Math.floor(ms / 60_000) % 60];
  const seconds = field(Math.floor(ms / 1000) % 60, 2);
  return `${field(hours, 2)}:${field(minutes, 2)}:${seconds}${mark}${field(ms % 1000, 3)}`;
}

/** Milliseconds of `1:02:03.004` or `02:03.004`. */
export function readClock(text = ""): number {
  const [seconds = 0, minutes = 0, hours = 0] = text.split(":").toReversed().map(Number);
  return Math.round(((hours * 60 + minutes) * 60 + seconds) * 1000);
}
