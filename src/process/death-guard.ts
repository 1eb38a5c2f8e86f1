import { readlinkSync } from "node:fs";
import { basename } from "node:path";
import { limitCommands, type ChildLimits } from "./child-limits.ts";

/**
 * Runs after the kernel was asked to kill this process with its parent: a parent that died just before
 * would go unnoticed, and is noticed here by its absence. `$0` is its process id, `$@` the command.
 */
const parentCheck = 'test "$PPID" = "$0" || exit 125;';

/**
 * The words that start a command so that it dies with this process, however that dies (with `setpriv`), and
 * takes no more of the machine than its limits. One shell sets both up and becomes the command.
 */
export function guardedCommand(
  setprivPath: string | null,
  limits: ChildLimits | null,
  command: readonly string[],
): string[] {
  if (setprivPath === null && limits === null) return [...command];
  const script = [
    ...(setprivPath === null ? [] : [parentCheck]),
    ...(limits === null ? [] : [limitCommands(limits)]),
    'exec "$@"',
  ].join(" ");
  const shell = ["/bin/sh", "-c", script, String(process.pid), ...command];
  return setprivPath === null ? shell : [setprivPath, "--pdeathsig", "KILL", "--", ...shell];
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
