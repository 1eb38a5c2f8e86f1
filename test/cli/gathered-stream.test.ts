import { expect, test } from "bun:test";
import { gatherWrites, writeBehind } from "../../src/cli/gathered-stream.ts";
import type { WritableStream } from "../../src/cli/output.ts";
import { writeLog } from "../../src/cli/write-log.ts";
import { recordOutput } from "./recording-stream.ts";

function recordWrites(stream: Partial<WritableStream> = {}) {
  const writes: string[] = [];
  return {
    writes,
    stream: { write: (text: string) => writes.push(text), on: () => {}, ...stream },
  };
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("what is written in one turn is given on at once, in its order; the next turn's with the next", async () => {
  const { writes, stream } = recordWrites();
  const gathered = gatherWrites(stream);
  gathered.write("one\n");
  gathered.write("two\n");
  await Promise.resolve();
  gathered.write("three\n");
  expect(writes).toEqual([]);
  await nextTurn();
  gathered.write("four\n");
  await nextTurn();
  expect(writes).toEqual(["one\ntwo\nthree\n", "four\n"]);
});

test("a terminal is given every line when it is written", () => {
  const { writes, stream } = recordWrites({ isTTY: true });
  const gathered = gatherWrites(stream);
  gathered.write("one\n");
  gathered.write("two\n");
  expect(writes).toEqual(["one\n", "two\n"]);
});

test("at its end a process loses no line, and writes none twice", async () => {
  const { writes, stream } = recordWrites();
  const gathered = gatherWrites(stream);
  gathered.write("last words\n");
  gathered.flush();
  await nextTurn();
  expect(writes).toEqual(["last words\n"]);
});

test("what is written to the stream beside it stands behind what was written before", async () => {
  const { writes, stream } = recordWrites();
  const gathered = gatherWrites(stream);
  const beside = writeBehind(gathered, stream);
  gathered.write("log\n");
  beside.write("result\n");
  gathered.write("more\n");
  await nextTurn();
  expect(writes).toEqual(["log\n", "result\n", "more\n"]);
});

test("a stream that breaks says so to whoever listens", async () => {
  const broken = Object.assign(new Error("broken pipe"), { code: "EPIPE" });
  const { stream } = recordWrites({
    write: () => {
      throw broken;
    },
  });
  const gathered = gatherWrites(stream);
  const heard: Error[] = [];
  gathered.on("error", (error) => heard.push(error));
  gathered.write("one\n");
  await nextTurn();
  expect(heard).toEqual([broken]);
});

test("it tells how much nobody has taken yet", async () => {
  const waiting: (() => void)[] = [];
  const { stream } = recordWrites({
    write: (_text, taken) => taken && waiting.push(taken),
  });
  const gathered = gatherWrites(stream);
  gathered.write("12345");
  expect(gathered.waiting).toBe(5);
  await nextTurn();
  gathered.write("678");
  expect(gathered.waiting).toBe(8);
  await nextTurn();
  waiting.shift()?.();
  expect(gathered.waiting).toBe(3);
  waiting.shift()?.();
  expect(gathered.waiting).toBe(0);
});

test("a log that nobody reads is kept up to a limit, and says how many lines were left out once it is read", () => {
  const output = { ...recordOutput().output, waiting: 0 };
  const lines: string[] = [];
  const write = writeLog(
    {
      ...output,
      write: (text) => void lines.push(text),
      get waiting() {
        return output.waiting;
      },
    },
    (left) => write(`left out: ${left}`),
  );
  write("one");
  output.waiting = 9_000_000;
  for (let i = 0; i < 5; i++) write("lost");
  output.waiting = 0;
  write("two");
  write("three");
  expect(lines).toEqual(["one\n", "left out: 5\n", "two\n", "three\n"]);
});

/** What a process says on its stderr, in order, until it ends. */
async function lastWords(ending: string): Promise<string> {
  const program = `
    import { gatherWrites } from "${new URL("../../src/cli/gathered-stream.ts", import.meta.url).pathname}";
    const log = gatherWrites(process.stderr);
    process.once("exit", log.flush);
    log.write("a line\\n");
    ${ending}`;
  const child = Bun.spawn([process.execPath, "-e", program], { stderr: "pipe", stdout: "ignore" });
  return new Response(child.stderr).text();
}

test.each([["throw new Error('crash')"], ["process.exit(3)"], [""]])(
  "a process that ends by %p has said all",
  async (ending) => {
    expect(await lastWords(ending)).toContain("a line\n");
  },
);
