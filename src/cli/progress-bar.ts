import type { Output } from "./output.ts";
import { formatClock, printable } from "./printable.ts";

export interface ProgressBar {
  update(done: number, total: number, note?: string): void;
  /** Makes room for a result on the same terminal; the next update draws the bar again. */
  clear(): void;
  /** Leaves the last state on its line. */
  end(): void;
}

const barWidth = 24;

/** A bar on a terminal; elsewhere (a log, a pipe) a plain line at every tenth. */
export function createProgressBar(
  output: Output,
  label: string,
  now: () => number = () => performance.now(),
): ProgressBar {
  const startedAt = now();
  const name = printable(label);
  let lastTenth = -1;
  return {
    update: (done, total, note = "") => {
      const ratio = total > 0 ? Math.min(1, done / total) : 0;
      const percent = `${Math.floor(ratio * 100)}%`;
      if (output.isTerminal) {
        const filled = "█".repeat(Math.floor(ratio * barWidth)).padEnd(barWidth, "░");
        const parts = [filled, percent.padStart(4), pace(ratio, now() - startedAt), name, note];
        output.showStatus(parts.filter((part) => part !== "").join(" "));
        return;
      }
      const tenth = Math.floor(ratio * 10);
      if (tenth === lastTenth) return;
      lastTenth = tenth;
      output.write(`${`${name} ${percent} ${note}`.trimEnd()}\n`);
    },
    clear: () => output.showStatus(""),
    end: () => output.keepStatus(),
  };
}

function pace(ratio: number, elapsedMs: number): string {
  if (ratio === 0) return "";
  if (ratio === 1) return `in ${formatClock(Math.round(elapsedMs / 1000))}`;
  return `${formatClock(Math.ceil((elapsedMs / 1000) * (1 / ratio - 1)))} left`;
}

export interface ProgressText {
  /** One line, already printable. */
  update(text: string): void;
  end(): void;
}

const plainEveryMs = 10_000;

/** Progress of what nobody knows the length of: a changing line on a terminal, elsewhere one now and then. */
export function createProgressText(
  output: Output,
  now: () => number = () => performance.now(),
): ProgressText {
  let lastAt = now();
  return {
    update: (text) => {
      if (output.isTerminal) return output.showStatus(text);
      if (now() - lastAt < plainEveryMs) return;
      lastAt = now();
      output.write(`${text}\n`);
    },
    end: () => output.keepStatus(),
  };
}
