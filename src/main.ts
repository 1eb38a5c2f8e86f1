import { gatherWrites, writeBehind } from "./cli/gathered-stream.ts";
import { createInterruption } from "./cli/interruption.ts";
import { createOutput, printLine } from "./cli/output.ts";
import { runProgram } from "./cli/program.ts";
import { errno } from "./errors/viewra-error.ts";
import { doTask } from "./provider/apart/do-task.ts";
import { taskWord } from "./provider/apart/task.ts";

const [firstWord, taskFolder] = process.argv.slice(2);
if (firstWord === taskWord && taskFolder !== undefined) {
  await doTask(taskFolder);
  process.exit();
}

const interruption = createInterruption();
let isOutputLost = false;
/** So long a process that was told to end waits for its last words to be read. */
const lastWordsMs = 2_000;

// Without somebody to read the log, the work goes on.
const log = gatherWrites(process.stderr);
const stderr = createOutput(log, process.env, () => {});
process.once("exit", () => log.flush());
const stdout = createOutput(writeBehind(log, process.stdout), process.env, (error) => {
  // A reader who left (`| head`) has what was wanted; results that nobody can have are a failure.
  if (errno(error) !== "EPIPE") {
    printLine(stderr, `viewra: the results cannot be written: ${error.message}`);
    isOutputLost = true;
    process.exitCode = 1;
  }
  interruption.stop();
});

const exitCode = await runProgram(process.argv.slice(2), {
  stdout,
  stderr,
  env: process.env,
  interrupted: interruption.signal,
});
log.flush();
if (exitCode !== 0) interruption.endBySignal();
if (!isOutputLost) process.exitCode = exitCode;
// Whoever ends it waits for it: not for a reader of the log who is asleep.
if (interruption.signal.aborted) setTimeout(() => process.exit(), lastWordsMs).unref();
