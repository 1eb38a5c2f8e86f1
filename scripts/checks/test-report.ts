export interface Tally {
  readonly passed: number;
  readonly failed: number;
}

/**
 * Counts the tests of a JUnit report as `bun test` writes it. A run that did not end well without a test
 * that failed (a file that cannot be loaded, a crash, no report at all) is one failure more.
 */
export function tallyTests(report: string | null, exitCode: number | null): Tally {
  const totals = /<testsuites\b[^>]*>/.exec(report ?? "")?.[0] ?? "";
  const count = (name: string): number => {
    const digits = new RegExp(`\\b${name}="(\\d+)"`).exec(totals)?.[1];
    return digits === undefined ? 0 : Number(digits);
  };
  const failed = count("failures") + count("errors");
  const passed = Math.max(0, count("tests") - failed - count("skipped"));
  return { passed, failed: exitCode === 0 || failed > 0 ? failed : 1 };
}
