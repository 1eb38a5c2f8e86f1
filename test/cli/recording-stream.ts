import { createOutput, type Output, type WritableStream } from "../../src/cli/output.ts";

export interface RecordedOutput {
  readonly output: Output;
  /** Everything written so far. */
  text(): string;
  /** The lines a person sees in the end: what was erased or overwritten is gone. */
  screen(): string[];
}

/** An output that remembers what was written to it. */
export function recordOutput(
  stream: Pick<WritableStream, "isTTY" | "columns"> = {},
  env: Readonly<Record<string, string | undefined>> = {},
): RecordedOutput {
  let written = "";
  const output = createOutput(
    { ...stream, write: (text) => (written += text), on: () => {} },
    env,
    () => {},
  );
  const text = (): string => written;
  return { output, text, screen: () => text().split("\n").map(lastState) };
}

function lastState(line: string): string {
  return line.split("\r\u001b[K").at(-1) ?? "";
}
