export interface ProgressBar {
  update(done: number, total: number, note?: string): void;
  /** Leaves the last state on its line. */
  end(): void;
}

/** A bar on a terminal; elsewhere (a log, a pipe) a plain line at every tenth. */
export function createProgressBar(
  stream: NodeJS.WriteStream,
  label: string,
  now: () => number = () => performance.now(),
): ProgressBar {
  const startedAt = now();
  let lastTenth = -1;
  let isOpen = false;
  return {
    update: (done, total, note = "") => {
      const ratio = total === 0 ? 1 : Math.min(1, done / total);
      const percent = `${Math.floor(ratio * 100)}%`;
      if (!stream.isTTY) {
        const tenth = Math.floor(ratio * 10);
        if (tenth === lastTenth) return;
        lastTenth = tenth;
        stream.write(`${label} ${percent} ${note}`.trimEnd() + "\n");
        return;
      }
      isOpen = true;
      const width = 30;
      const bar = "█".repeat(Math.round(ratio * width)).padEnd(width, "░");
      const left = ratio > 0 ? ((now() - startedAt) / 1000) * (1 / ratio - 1) : Infinity;
      stream.write(`\r\u001b[K${label} ${bar} ${percent.padStart(4)} ${timeLeft(left)} ${note}`);
    },
    end: () => {
      if (isOpen) stream.write("\n");
      isOpen = false;
    },
  };
}

function timeLeft(seconds: number): string {
  if (!Number.isFinite(seconds)) return "";
  const whole = Math.ceil(seconds);
  const minutes = Math.floor(whole / 60);
  return `${minutes}:${String(whole % 60).padStart(2, "0")} left`;
}
