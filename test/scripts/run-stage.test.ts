import { expect, test } from "bun:test";
import { runStage, type StageResult } from "../../scripts/checks/run-stage.ts";
import { stages } from "../../scripts/checks/stages.ts";
import { createTempFolder } from "../support/temp-folder.ts";

/** The stage of the unit tests as it is, over the files of a folder of its own. */
async function runOver(
  files: Readonly<Record<string, string>>,
  limitSeconds = 30,
): Promise<StageResult> {
  await using folder = await createTempFolder("run-stage");
  const head = `import { expect, test } from "bun:test";\n`;
  for (const [name, text] of Object.entries(files)) await Bun.write(folder.file(name), head + text);
  const unit = stages.find(({ name }) => name === "unit");
  if (unit === undefined) throw new Error("expected a stage of unit tests");
  return await runStage({ ...unit, limitSeconds }, folder.path, "ignore");
}

/** Files enough for every worker; each keeps its own busy long enough for the others to begin. */
const good = Object.fromEntries(
  Array.from({ length: 6 }, (_, i) => [
    `good-${i}.test.ts`,
    `test("one", () => Bun.sleep(50)); test("two", () => {});`,
  ]),
);

test("tests of files that run side by side are all counted", async () => {
  const bad = `test("bad", () => expect(1).toBe(2)); test("after", () => {});`;
  const { passed, failed, failures } = await runOver({ ...good, "bad.test.ts": bad });
  expect({ passed, failed }).toEqual({ passed: 13, failed: 1 });
  expect(failures).toEqual([expect.stringMatching(/^bad\.test\.ts:\d+ bad: /)]);
});

test.each([
  ["is killed", `process.kill(process.pid, "SIGKILL")`],
  ["ends as if all were well", `process.exit(0)`],
])("a worker that %s is a failure of its file, and the other files are run", async (_, end) => {
  const bad = `test("before", () => {}); test("bad", async () => { await Bun.sleep(50); ${end}; });`;
  const { passed, failed, failures } = await runOver({ ...good, "bad.test.ts": bad });
  expect({ passed, failed }).toEqual({ passed: 13, failed: 1 });
  expect(failures).toEqual([expect.stringContaining("bad.test.ts")]);
});

test("a file that cannot be loaded is a failure", async () => {
  const { failed } = await runOver({ ...good, "bad.test.ts": `import "./is-not-there.ts";` });
  expect(failed).toBe(1);
});

test("a file that never comes to an end is ended, and a failure", async () => {
  const endless = `test("bad", () => { for (;;); });`;
  const { failed } = await runOver({ ...good, "bad.test.ts": endless }, 2);
  expect(failed).toBe(1);
});
