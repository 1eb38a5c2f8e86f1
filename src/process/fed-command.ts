import { formatCommandLine } from "./command-line.ts";

/** A command whose standard output another one reads from a named pipe. */
export interface ProcessFeed {
  readonly command: string;
  readonly args: readonly string[];
  /** Where the pipe is made: a path that does not exist yet. */
  readonly fifoPath: string;
}

/** Windows has neither named pipes in folders nor a POSIX shell. */
export const canFeed = process.platform !== "win32";

/**
 * Keeps its end of the pipe (`$0`) open behind the command (`$@`): one that fails shall not look like one
 * that has ended. The reader (`$1`) is killed instead, unless it has ended by itself, which fails its
 * feeders too. One that died before the kernel was asked to tell is noticed by its absence.
 */
const feeder =
  'test "$PPID" = "$1" || exit; shift; exec >"$0" || exit; "$@" || { sleep 0.5; kill -9 "$PPID"; }';

/**
 * The words that start a command together with what feeds it, in one process group. The command takes the
 * shell's place, so that its process id, exit code and death are the group's; with `setpriv` its feeders
 * die with it, however it ends and even while they are stopped.
 */
export function fedCommand(
  command: readonly string[],
  feeds: readonly ProcessFeed[],
  setprivPath: string | null,
): string[] {
  if (feeds.length === 0) return [...command];
  const guard = setprivPath === null ? [] : [setprivPath, "--pdeathsig", "KILL", "--"];
  const script = [
    `mkfifo ${formatCommandLine(
      "--",
      feeds.map(({ fifoPath }) => fifoPath),
    )} || exit`,
    ...feeds.map(({ command: program, args, fifoPath }) => {
      const start = formatCommandLine("command", [...guard, "/bin/sh", "-c", feeder, fifoPath]);
      return `${start} $$ ${formatCommandLine("command", [...guard, program, ...args])} &`;
    }),
    formatCommandLine("exec", command),
  ];
  return ["/bin/sh", "-c", script.join("\n")];
}

/** The same as a person would type it, for a log. */
export function fedCommandLine(command: readonly string[], feeds: readonly ProcessFeed[]): string {
  const lines = feeds.map(
    ({ command: program, args, fifoPath }) =>
      `${formatCommandLine(program, args)} > ${formatCommandLine(fifoPath, [])} & `,
  );
  return `${lines.join("")}${formatCommandLine(command[0] ?? "", command.slice(1))}`;
}
