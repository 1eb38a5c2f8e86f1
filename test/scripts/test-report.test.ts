import { expect, test } from "bun:test";
import { tallyTests } from "../../scripts/checks/test-report.ts";
import { createTempFolder } from "../support/temp-folder.ts";
import { tryTool } from "../support/run-tool.ts";

/** Runs `bun test` on one file and counts what came of it. */
async function tallyOf(text: string) {
  await using folder = await createTempFolder("test-report");
  await Bun.write(folder.file("x.test.ts"), text);
  const report = folder.file("report.xml");
  const { exitCode } = await tryTool([
    process.execPath,
    "test",
    "--reporter=junit",
    `--reporter-outfile=${report}`,
    folder.file("x.test.ts"),
  ]);
  const file = Bun.file(report);
  return tallyTests((await file.exists()) ? await file.text() : null, exitCode);
}

const head = `import { expect, test } from "bun:test";\n`;

test("passing, failing and skipped tests are told apart", async () => {
  const tests = `
    test("one", () => {});
    test("two", () => {});
    test("three", () => expect(1).toBe(2));
    test.skip("four", () => {});`;
  const { passed, failed, failures } = await tallyOf(head + tests);
  expect({ passed, failed }).toEqual({ passed: 2, failed: 1 });
  expect(failures).toEqual([
    expect.stringMatching(/x\.test\.ts:\d+ three: .*Expected: 2 Received: 1$/),
  ]);
});

test("what failed is told by its whole title and reason, however it is written", async () => {
  const tests = `
    import { describe } from "bun:test";
    describe("a & b", () => {
      test("<c> 'd'", () => { throw new Error('no "e" &amp; f'); });
    });
    test("late", () => Bun.sleep(2000), 50);`;
  const { failures } = await tallyOf(head + tests);
  expect(failures).toEqual([
    expect.stringMatching(/x\.test\.ts:\d+ a & b > <c> 'd': no "e" &amp; f$/),
    expect.stringMatching(/x\.test\.ts:\d+ late: test timed out$/),
  ]);
});

test("a file that cannot be loaded is a failure", async () => {
  const { failed } = await tallyOf(`import "./is-not-there.ts";`);
  expect(failed).toBe(1);
});

test("a run that dies half way is a failure", async () => {
  const { failed } = await tallyOf(
    `${head} test("one", () => process.kill(process.pid, "SIGKILL"));`,
  );
  expect(failed).toBe(1);
});

test("a run that ends badly although every test passed is a failure", () => {
  const report = `<testsuites name="bun test" tests="3" assertions="3" failures="0" skipped="0" time="1">`;
  expect(tallyTests(report, 1)).toEqual({ passed: 3, failed: 1, failures: [] });
  expect(tallyTests(report, null)).toEqual({ passed: 3, failed: 1, failures: [] });
  expect(tallyTests(report, 0)).toEqual({ passed: 3, failed: 0, failures: [] });
});
