import { writeFile } from "node:fs/promises";
import { getPriority, setPriority } from "node:os";
import { errno } from "../errors/viewra-error.ts";

/** The kernel takes one a tenth of a second from who is not its administrator (`proc_sched_autogroup_set_nice`). */
const retryMs = 130;
const mostTries = 20;
/** Whoever answers requests has little to do for each, and goes before whatever makes segments. */
const ownNiceness = -5;
const highest = 19;
/** What whoever started this program wished: everything is told from there. */
const wished = getPriority();

/**
 * How soon a child, which was just started in a session of its own, lets others have the processor: 0 to 19 on
 * top of what this program was started with, inherited over exec and by every thread. Linux shares the processor between sessions first (sched(7), the
 * autogroup feature) and heeds what is said of a process only within its own, so both are told.
 */
export function lowerPriority(pid: number, niceness: number): void {
  const wanted = Math.min(highest, wished + niceness);
  if (prioritize(pid, wanted) && wanted > 0) void tellAutogroup(String(pid), wanted);
}

/** Has this process answer before others are heard. Only an administrator may: what may not stays as it is. */
export function raiseOwnPriority(): void {
  const wanted = wished + ownNiceness;
  if (prioritize(process.pid, wanted)) void tellAutogroup("self", wanted);
}

/** False where the process is gone, or may not. */
function prioritize(pid: number, niceness: number): boolean {
  try {
    setPriority(pid, niceness);
    return true;
  } catch {
    return false;
  }
}

async function tellAutogroup(pid: string, niceness: number): Promise<void> {
  if (process.platform !== "linux") return;
  for (let tries = 0; tries < mostTries; tries++) {
    try {
      await writeFile(`/proc/${pid}/autogroup`, String(niceness), { flag: "r+" });
      return;
    } catch (thrown) {
      // Else the kernel has no such groups, or the child is gone.
      if (errno(thrown) !== "EAGAIN") return;
    }
    await Bun.sleep(retryMs);
  }
}
