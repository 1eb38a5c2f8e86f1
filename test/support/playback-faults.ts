import type { PlaybackReport } from "./player-page/scenario.ts";

/** What in a player's report is not as it must be for a film of `seconds`; empty when all is well. */
export function playbackFaults(report: PlaybackReport, seconds: number): string[] {
  const faults = [...report.problems];
  const check = (holds: boolean, fault: string): void => {
    if (!holds) faults.push(fault);
  };
  const { duration, rungHeights, shownHeights, seeks, buffered, endedAt } = report;
  check(Math.abs(duration - seconds) < 0.1, `lasts ${duration} s, expected ${seconds} s`);
  const expectedHeights = [...rungHeights, ...rungHeights.slice(0, 1)];
  check(
    shownHeights.join() === expectedHeights.join(),
    `showed ${shownHeights.join(", ")} after switches`,
  );
  for (const { target, resumedAt } of seeks) {
    check(resumedAt >= target - 0.1, `a seek to ${target} went on at ${resumedAt}`);
    check(resumedAt < target + 3, `a seek to ${target} went on at ${resumedAt}`);
  }
  check(report.ended, `did not end; it stands at ${endedAt}`);
  check(Math.abs(endedAt - duration) < 0.1, `ended at ${endedAt} of ${duration} s`);
  check(
    buffered.length === 1,
    `buffered in ${buffered.length} pieces: ${JSON.stringify(buffered)}`,
  );
  const [start, end] = buffered[0] ?? [Infinity, -Infinity];
  check(start < 0.05 && end > duration - 0.1, `buffered ${start}..${end} of ${duration} s`);
  check(report.decodedFrames > 0, "decoded no picture");
  return faults;
}
