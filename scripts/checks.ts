/** Runs the stages of scripts/checks/stages.ts, all or the named ones, and counts what passed and failed. */
import { resolve } from "node:path";
import { runStage, type StageResult } from "./checks/run-stage.ts";
import { stages, type Stage } from "./checks/stages.ts";

async function main(args: readonly string[]): Promise<number> {
  if (args.includes("--list")) {
    console.log(
      stages
        .map(({ name, command, onlyWhenNamed }) => {
          const note = onlyWhenNamed ? "  (only when named)" : "";
          return `${name.padEnd(14)}${command.join(" ")}${note}`;
        })
        .join("\n"),
    );
    return 0;
  }
  const chosen =
    args.length === 0 ? stages.filter((stage) => !stage.onlyWhenNamed) : args.map(findStage);
  const root = resolve(import.meta.dir, "..");
  const results: StageResult[] = [];
  for (const stage of chosen) {
    console.log(`\n=== ${stage.name}`);
    results.push(await runStage(stage, root));
  }
  return report(results);
}

function findStage(name: string): Stage {
  const found = stages.find((stage) => stage.name === name);
  if (found) return found;
  throw new Error(
    `expected a stage of ${stages.map((stage) => stage.name).join(", ")}; got ${name}`,
  );
}

function report(results: readonly StageResult[]): number {
  const sum = (pick: (result: StageResult) => number): number =>
    results.reduce((total, result) => total + pick(result), 0);
  console.log("\n=== summary");
  for (const { stage, passed, failed, seconds } of results) {
    const time = `${seconds.toFixed(1)} s`.padStart(9);
    console.log(
      `${failed === 0 ? "ok    " : "FAILED"} ${stage.name.padEnd(14)}${time}  ${passed} passed, ${failed} failed`,
    );
  }
  console.log(`total ${sum(({ seconds }) => seconds).toFixed(1)} s\n`);
  // Last, where whoever reads only the end of a log finds them.
  const failures = results.flatMap((result) => result.failures);
  if (failures.length > 0) console.log(`${failures.join("\n")}\n`);
  const failed = sum((result) => result.failed);
  console.log(`${sum((result) => result.passed)} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
