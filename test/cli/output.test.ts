import { expect, test } from "bun:test";
import { createOutput, printLine } from "../../src/cli/output.ts";
import { recordOutput } from "./recording-stream.ts";

test("a status line is replaced by the next one and stays below what is printed meanwhile", () => {
  const { output, screen } = recordOutput({ isTTY: true, columns: 40 });
  output.showStatus("one");
  output.showStatus("two");
  printLine(output, "a warning");
  output.showStatus("three");
  expect(screen()).toEqual(["a warning", "three"]);
  output.keepStatus();
  printLine(output, "done");
  expect(screen()).toEqual(["a warning", "three", "done", ""]);
});

test("a status line never wraps, also where characters are two columns wide", () => {
  const { output, screen } = recordOutput({ isTTY: true, columns: 10 });
  output.showStatus("0123456789abc");
  expect(screen()).toEqual(["01234567…"]);
  output.showStatus("映画映画映画");
  expect(screen()).toEqual(["映画映画…"]);
});

test("a terminal that does not know its width is taken to be 80 columns wide", () => {
  const { output, screen } = recordOutput({ isTTY: true, columns: 0 });
  output.showStatus("x".repeat(200));
  expect(screen()[0]).toHaveLength(79);
});

test("nothing moves the cursor where there is no terminal, or a dumb one", () => {
  for (const { output, text } of [
    recordOutput(),
    recordOutput({ isTTY: true }, { TERM: "dumb" }),
  ]) {
    output.showStatus("half way");
    output.keepStatus();
    printLine(output, "done");
    expect(output.isTerminal).toBe(false);
    expect(text()).toBe("done\n");
  }
});

test("a stream that breaks, thrown or told, is reported once and then left alone", () => {
  for (const how of ["throws", "emits"] as const) {
    const reports: string[] = [];
    let listener = (_error: Error): void => {};
    let writes = 0;
    const broken = Object.assign(new Error("broken pipe"), { code: "EPIPE" });
    const stream = {
      write: (): void => {
        writes++;
        if (how === "throws") throw broken;
        listener(broken);
      },
      on: (_event: "error", listen: (error: Error) => void) => (listener = listen),
    };
    const output = createOutput(stream, {}, (error) => reports.push(error.message));
    printLine(output, "one");
    printLine(output, "two");
    listener(broken);
    expect(reports).toEqual(["broken pipe"]);
    expect(writes).toBe(1);
  }
});
