import { printLine, type Output } from "./output.ts";

/** So much of a log is kept in memory for a reader who is slow or asleep, in characters: some 50,000 lines. */
const mostWaiting = 8 * 1024 * 1024;

/**
 * Writes the lines of a log. Where its reader does not take them, the work goes on: what would be too much to keep is left
 * out, and `tell` says how many lines, once there is room again.
 */
export function writeLog(output: Output, tell: (left: number) => void): (line: string) => void {
  let left = 0;
  return (line) => {
    if (output.waiting > mostWaiting) {
      left += 1;
      return;
    }
    if (left > 0) {
      const told = left;
      left = 0;
      tell(told);
    }
    printLine(output, line);
  };
}
