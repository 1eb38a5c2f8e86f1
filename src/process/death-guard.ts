import { readlinkSync } from "node:fs";
import { basename } from "node:path";

/**
 * Runs after the kernel was asked to kill this process with its parent: a parent that died just before
 * would go unnoticed, and is noticed here by its absence. `$0` is its process id, `$@` the command.
 */
const parentCheck = 'test "$PPID" = "$0" || exit 125; exec "$@"';

/** The words that start a command so that it dies with this process, however that dies. */
export function guardedCommand(setprivPath: string, command: readonly string[]): string[] {
  const parent = String(process.pid);
  return [
    setprivPath,
    "--pdeathsig",
    "KILL",
    "--",
    "/bin/sh",
    "-c",
    parentCheck,
    parent,
    ...command,
  ];
}

/**
 * Whether a child has not asked for its death yet: it still is a copy of this process, before its exec, or
 * setpriv. One that is stopped now would stay for ever if its parent died before it is continued.
 */
export function isUnguarded(setprivPath: string, pid: number): boolean {
  try {
    const executable = readlinkSync(`/proc/${pid}/exe`);
    return (
      basename(executable) === basename(setprivPath) ||
      executable === readlinkSync("/proc/self/exe")
    );
  } catch {
    return false;
  }
}
