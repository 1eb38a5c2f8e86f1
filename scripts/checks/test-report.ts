export interface Tally {
  readonly passed: number;
  readonly failed: number;
  /** What failed and why, one line each, where the report names it. */
  readonly failures: readonly string[];
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
  return {
    passed,
    failed: exitCode === 0 || failed > 0 ? failed : 1,
    failures: failuresOf(report ?? ""),
  };
}

const longestLine = 400;

function failuresOf(report: string): string[] {
  const cases = report.matchAll(/<testcase\b([^>]*)>\s*<failure\b([^>]*)>/g);
  return [...cases].map(([, test = "", failure = ""]) => {
    const titles = [attribute(test, "classname"), attribute(test, "name")];
    const title = titles.filter((part) => part !== "").join(" > ");
    const reason = attribute(failure, "message").replaceAll(/\s+/g, " ").trim();
    const line = `${attribute(test, "file")}:${attribute(test, "line")} ${title}: ${reason}`;
    return line.slice(0, longestLine);
  });
}

function attribute(attributes: string, name: string): string {
  const text = new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1] ?? "";
  return unescapeXml(text);
}

const named: Readonly<Record<string, string>> = {
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  amp: "&",
};

function unescapeXml(text: string): string {
  return text.replaceAll(/&(?:#(\d+)|(\w+));/g, (whole, code?: string, name?: string) =>
    code === undefined ? (named[name ?? ""] ?? whole) : String.fromCodePoint(Number(code)),
  );
}
