import { readFile, writeFile } from "node:fs/promises";
import { isMet, targetText, valueText, type Figure } from "./figure.ts";

export interface MeasuredBenchmark {
  readonly title: string;
  readonly about: string;
  readonly figures: readonly Figure[];
  /** Addresses of pictures, as the report is to have them. */
  readonly pictures?: readonly string[];
}

/** The report as Markdown: what it was measured on, then a table for each benchmark. */
export function printReport(
  machine: readonly string[],
  measured: readonly MeasuredBenchmark[],
): string {
  const sections = measured.flatMap(({ title, about, figures, pictures = [] }) => [
    `## ${title}`,
    about,
    ...pictures.map((address) => `![${title}](${address})`),
    [
      "| | result | target | | Viewra | bare tool | rounds |",
      "|---|---|---|---|---|---|---|",
      ...figures.map(row),
    ].join("\n"),
  ]);
  return [machine.map((line) => `- ${line}`).join("\n"), ...sections].join("\n\n");
}

function row(figure: Figure): string {
  const { what, target, ours = "", bare = "", values } = figure;
  const verdict = target === undefined ? "" : isMet(figure) ? "met" : "**missed**";
  const wanted = target === undefined ? "" : targetText(target);
  return `| ${[what, valueText(figure), wanted, verdict, ours, bare, values.length].join(" | ")} |`;
}

const [begin, end] = ["<!-- bench:begin -->", "<!-- bench:end -->"];

/** Replaces what stands between the markers of a file. Throws when it has none. */
export async function writeBetweenMarkers(path: string, text: string): Promise<void> {
  const before = await readFile(path, "utf8");
  const [from, to] = [before.indexOf(begin), before.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${path}: expected ${begin} and ${end}`);
  const head = before.slice(0, from + begin.length);
  await writeFile(path, `${head}\n\n${text}\n\n${before.slice(to)}`);
}
