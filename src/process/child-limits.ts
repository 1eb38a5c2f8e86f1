import { availableParallelism, totalmem } from "node:os";

/** What a child is there for; it decides how much of the machine it may take. */
export type ChildKind = "probe" | "poster" | "text" | "encode" | "package" | "plugin";

export interface ChildLimits {
  /** Private writable memory (RLIMIT_DATA), bytes. What is beyond it, the kernel refuses to give. */
  readonly memoryBytes: number;
  /** The largest file that the child may write (RLIMIT_FSIZE), bytes. */
  readonly fileBytes: number;
}

export interface Machine {
  readonly cores: number;
  readonly memoryBytes: number;
}

const gibibyte = 2 ** 30;

/**
 * Limits that no honest film meets, and that end a hostile one (an index of 85 million samples, pictures
 * without measure) before anybody else is harmed. Memory counts as RLIMIT_DATA does: what is asked for,
 * touched or not, with the stack of each thread, but no code and no reserved addresses; so it is a
 * half more than what a program really uses, and the limits are twice what was measured on top:
 *
 * - probe: 40 MB for 4K HEVC; 8K H.264 with all its reference pictures is some 800 MB.
 * - poster: 0.3 GB for 4K HEVC, 0.9 GB for 8K, on two threads.
 * - text: reads as a probe does; a film's subtitles are some 100 KB a track, with typesetting some 10 MB.
 * - encode: 4K 10-bit HEVC to 2160p, 1080p and 720p with x264's `medium`: 2.8 GB with the threads of 2 cores,
 *   6.6 GB with those of 16, 17 GB with those of 64. More than the machine has would be the end of others.
 * - plugin: this program itself with CUE's evaluator in it, 0.2 GB.
 * - package: Shaka reserves 1 GB from the start and reads what we made ourselves.
 */
export function childLimits(kind: ChildKind, machine: Machine = thisMachine()): ChildLimits {
  const most = Math.max(4 * gibibyte, machine.memoryBytes);
  const encode = Math.min((6 + machine.cores / 2) * gibibyte, most);
  return {
    probe: { memoryBytes: gibibyte, fileBytes: 0 },
    poster: { memoryBytes: 3 * gibibyte, fileBytes: gibibyte / 16 },
    text: { memoryBytes: gibibyte, fileBytes: gibibyte / 8 },
    encode: { memoryBytes: encode, fileBytes: 4 * gibibyte },
    package: { memoryBytes: 4 * gibibyte, fileBytes: 4 * gibibyte },
    plugin: { memoryBytes: 2 * gibibyte, fileBytes: gibibyte / 64 },
  }[kind];
}

function thisMachine(): Machine {
  return { cores: availableParallelism(), memoryBytes: totalmem() };
}

/**
 * Shell commands that set limits for what the shell becomes: no core dump, and those of `limits`. Where
 * a limit is below already, it stays.
 */
export function limitCommands(limits: ChildLimits): string {
  const kibibytes = Math.floor(limits.memoryBytes / 1024);
  const blocks = Math.floor(limits.fileBytes / 512);
  return `{ ulimit -c 0; ulimit -d ${kibibytes}; ulimit -f ${blocks}; } 2>/dev/null;`;
}

/** What FFmpeg, its libraries and the C++ runtime write when memory, or a thread's stack, is refused. */
const refused =
  /Cannot allocate memory|malloc of size \d+ failed|bad_alloc|get_buffer\(\) failed|Resource temporarily unavailable/;

/** Whether what a child wrote to stderr tells that it was refused memory. */
export function tellsOfRefusedMemory(stderr: string): boolean {
  return refused.test(stderr);
}
