/** Why a task should run now, best first. */
export const priorities = ["waited-for", "look-ahead", "fill", "prewarm"] as const;
export type Priority = (typeof priorities)[number];

/** Something that can be held and let go, such as a run. It knows itself what it is wanted for. */
export interface Task {
  /** Capacity it takes while it runs; 0 for what is too light to count. */
  readonly weight: number;
  /** What the task is wanted for at this moment; null when nobody wants it to go on. */
  priority(): Priority | null;
  /**
   * When it was last asked for, in milliseconds. Those who wait are served in the order they came; of
   * background work the latest goes first, for it follows where a viewer is now.
   */
  wantedAt(): number;
  /** Idempotent. */
  hold(): void;
  release(): void;
}

export interface SchedulerOptions {
  /** Sum of weights that may run at once when somebody waits (TRANSCODE_MAX_CONCURRENT). */
  readonly capacity: number;
  /** The same for work nobody waits for. */
  readonly backgroundCapacity: number;
}

export interface Scheduler {
  add(task: Task): void;
  remove(task: Task): void;
  /** To be called when what tasks are wanted for may have changed. Cheap; many calls in a turn are one. */
  update(): void;
  readonly active: number;
  readonly held: number;
}

/**
 * Lets the most wanted tasks run and holds the rest. Work that nobody waits for never runs beside work
 * that somebody waits for, and each kind of background work yields to the better kind.
 */
export function createScheduler(options: SchedulerOptions): Scheduler {
  const tasks = new Set<Task>();
  let running: ReadonlySet<Task> = new Set();
  let isQueued = false;

  const settle = (): void => {
    isQueued = false;
    running = choose([...tasks], options);
    for (const task of tasks) {
      if (running.has(task)) task.release();
      else task.hold();
    }
  };

  return {
    add: (task) => {
      tasks.add(task);
      settle();
    },
    remove: (task) => {
      tasks.delete(task);
      settle();
    },
    update: () => {
      if (isQueued) return;
      isQueued = true;
      queueMicrotask(settle);
    },
    get active() {
      return running.size;
    },
    get held() {
      return tasks.size - running.size;
    },
  };
}

/** The tasks that may run now. Pure. */
export function choose(tasks: readonly Task[], options: SchedulerOptions): Set<Task> {
  const wanted = tasks
    .map((task) => ({ task, priority: task.priority(), wantedAt: task.wantedAt() }))
    .filter((entry) => entry.priority !== null)
    .toSorted((a, b) => {
      const better = rank(a.priority) - rank(b.priority);
      const later = a.wantedAt - b.wantedAt;
      return better || (a.priority === "waited-for" ? later : -later);
    });
  const best = wanted[0]?.priority ?? null;
  const capacity = best === "waited-for" ? options.capacity : options.backgroundCapacity;
  const chosen = new Set<Task>();
  let used = 0;
  for (const { task, priority } of wanted) {
    if (priority !== best) break;
    // The first always fits: a task heavier than all capacity must not wait for ever.
    if (used > 0 && task.weight > 0 && used + task.weight > capacity) continue;
    chosen.add(task);
    used += task.weight;
  }
  return chosen;
}

function rank(priority: Priority | null): number {
  return priority === null ? priorities.length : priorities.indexOf(priority);
}
