import { errno } from "../errors/viewra-error.ts";

/** Whether a process runs, our own or another user's: a signal that may not be sent has found somebody. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return errno(thrown) === "EPERM";
  }
}
