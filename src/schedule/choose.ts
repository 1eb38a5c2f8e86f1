import type { Asker, Claim, FairQueue, Share } from "./fair-queue.ts";

/** Something that can be held and let go, such as a run. */
export interface Task {
  /** Capacity it takes while it runs, more than 0. */
  readonly weight: number;
  /** What it keeps as long as it is alive, held or not. */
  readonly keeps?: readonly Kept[];
  /** Idempotent. Never called before it was released once. */
  hold(): void;
  release(): void;
  /** Whether somebody waits for what it makes next. */
  isWaitedFor(): boolean;
  /** Its place is needed: it is to end now and to be removed when it has. What it was to do is begun anew. */
  evict(): void;
}

/** One of a resource that there are so many of, such as a card's encoder sessions. */
export interface Kept {
  /** Whose: the same for all who share it. */
  readonly name: string;
  readonly most: number;
}

/** Counts what tasks keep. */
export class KeptCount {
  readonly #counts = new Map<string, number>();
  readonly #tasks = new Set<Task>();

  /** Idempotent. */
  add(task: Task): void {
    if (this.#tasks.has(task)) return;
    this.#tasks.add(task);
    for (const { name } of task.keeps ?? [])
      this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  /** What there is too little of for one more task. A task that needs more than there is at all may have all of it. */
  lacksFor(task: Task): Kept | undefined {
    const { keeps = [] } = task;
    if (this.#tasks.has(task)) return undefined;
    return keeps.find(({ name, most }) => {
      const count = this.#counts.get(name) ?? 0;
      return count > 0 && count + keeps.filter((each) => each.name === name).length > most;
    });
  }
}

/** What a task is wanted for that nobody waits for, best first. */
export const backgroundKinds = ["look-ahead", "fill", "prewarm"] as const;

export interface Wish {
  readonly kind: (typeof backgroundKinds)[number];
  /**
   * When it was last asked for, milliseconds: of two that are as far ahead the latest goes first, for it follows where a
   * viewer is now.
   */
  readonly at: number;
  /** How far it is ahead of the nearest viewer, in segments: who has least of them goes first. */
  readonly lead?: number;
  /** Whose viewers it is for. */
  readonly askers: readonly Asker[];
}

/** The better kind first, then the least far ahead, then the latest. */
function compareWishes(a: Wish, b: Wish): number {
  const byKind = backgroundKinds.indexOf(a.kind) - backgroundKinds.indexOf(b.kind);
  return byKind || (a.lead ?? 0) - (b.lead ?? 0) || b.at - a.at;
}

/** Of two wishes the one that goes first. */
export function bestWish(a: Wish | null, b: Wish | null): Wish | null {
  if (a === null || b === null) return a ?? b;
  return compareWishes(a, b) <= 0 ? a : b;
}

/** What somebody waits for. */
export interface Waited {
  /** Names the task that makes it; undefined while none is to. */
  readonly task: () => Task | undefined;
  /** Whether who waits has more than enough to play until it is there. */
  readonly isPatient: () => boolean;
}

export interface Limits {
  /** Sum of weights that may run at once when somebody waits (TRANSCODE_MAX_CONCURRENT). */
  readonly capacity: number;
  /** The same for work nobody waits for. */
  readonly backgroundCapacity: number;
  /** Tasks that may run at once, whatever their weights. */
  readonly maxTasks: number;
}

export interface Wanted {
  readonly waits: FairQueue<Waited>;
  readonly background: ReadonlyMap<Task, Wish>;
  /** Those that are alive and waited for: what they keep is not to be had before they have given what they make. */
  readonly alive: Iterable<Task>;
  /** Those of a share who were passed by for so long that one of them is let in. */
  readonly due: ReadonlySet<Share>;
}

/** So many tasks that are too heavy for what room is left are passed by for lighter ones behind them. */
const mostPassedBy = 32;
/** So many claims are looked at for one choice; those behind them have their turn later. */
const mostExamined = 256;
/** Left free for those who are due. */
const reservedTasks = 2;

/**
 * The tasks that may run now. Pure. Who waits for little goes first, and of those who has least to play. While somebody
 * does, those who wait for much share a quarter of the capacity, what is asked for in excess no more than an eighth, and as many tasks as that is
 * good for: however light, each is a program that has to be started and reads its film. One of each share is let
 * in when it is due. Background work runs when nobody waits, each kind when there is none of a better kind; but
 * what is made ahead of a viewer goes before, and beside, what one client asks for in excess.
 */
export function choose({ waits, background, alive, due }: Wanted, limits: Limits): Set<Task> {
  const { capacity, backgroundCapacity } = limits;
  const quarter = Math.floor(capacity / 4);
  const chosen = new Choice(limits.maxTasks - reservedTasks, alive);
  const hasted = chosen.add(tasksOf(waits.inTurn("light"), isHasty), capacity);
  const light = hasted + chosen.add(tasksOf(waits.inTurn("light")), capacity - hasted);
  const besideLight = light > 0 ? quarter : Infinity;
  const shared = chosen.add(
    tasksOf(waits.inTurn("shared")),
    Math.min(besideLight, capacity - light),
    besideLight,
  );
  const isWaitedFor = chosen.tasks.size > 0;
  const isExcess = ({ askers }: Wish): boolean =>
    askers.length > 0 && askers.every((asker) => waits.isExcessive(asker));
  if (!isWaitedFor) {
    const ahead = best(background, (wish) => wish.kind === "look-ahead" && !isExcess(wish));
    chosen.add(ahead, backgroundCapacity);
  }
  const beside = light > 0 ? Math.floor(capacity / 8) : isWaitedFor ? quarter : Infinity;
  const excess = chosen.add(
    tasksOf(waits.inTurn("excess")),
    Math.min(beside, isWaitedFor ? quarter - shared : Infinity, capacity - chosen.used),
    beside,
  );
  if (shared === 0 && due.has("shared")) chosen.addFirst(tasksOf(waits.inTurn("shared")));
  if (excess === 0 && due.has("excess")) chosen.addFirst(tasksOf(waits.inTurn("excess")));
  for (const kind of backgroundKinds) {
    if (chosen.tasks.size > 0) break;
    chosen.add(
      best(background, (wish) => wish.kind === kind),
      backgroundCapacity,
    );
  }
  return chosen.tasks;
}

class Choice {
  readonly tasks = new Set<Task>();
  readonly #kept = new KeptCount();
  readonly #maxTasks: number;
  used = 0;

  constructor(maxTasks: number, alive: Iterable<Task>) {
    this.#maxTasks = Math.max(1, maxTasks);
    for (const task of alive) this.#kept.add(task);
  }

  /**
   * Adds what fits into the room, so many tasks at most, and says how much of the room is taken. Lighter ones may
   * pass heavier ones.
   */
  add(tasks: Iterable<Task>, room: number, most = Infinity): number {
    let taken = 0;
    let added = 0;
    let passedBy = 0;
    if (room <= 0) return taken;
    for (const task of tasks) {
      if (this.tasks.size >= this.#maxTasks || taken >= room || added >= most) break;
      if (this.tasks.has(task)) continue;
      if (this.#kept.lacksFor(task)) continue;
      // The first always fits: a task heavier than all capacity must not wait for ever.
      if (this.used > 0 && taken + task.weight > room) {
        if (++passedBy > mostPassedBy) break;
        continue;
      }
      this.#take(task);
      taken += task.weight;
      added++;
    }
    return taken;
  }

  addFirst(tasks: Iterable<Task>): void {
    for (const task of tasks) {
      if (!this.tasks.has(task)) this.#take(task);
      return;
    }
  }

  #take(task: Task): void {
    this.tasks.add(task);
    this.#kept.add(task);
    this.used += task.weight;
  }
}

const isHasty = ({ isPatient }: Waited): boolean => !isPatient();

function* tasksOf(
  claims: Iterable<Claim<Waited>>,
  fits: (waited: Waited) => boolean = () => true,
): Generator<Task> {
  let examined = 0;
  for (const { item } of claims) {
    if (++examined > mostExamined) return;
    const task = fits(item) ? item.task() : undefined;
    if (task) yield task;
  }
}

function best(background: ReadonlyMap<Task, Wish>, fits: (wish: Wish) => boolean): Task[] {
  return [...background]
    .filter(([, wish]) => fits(wish))
    .toSorted(([, a], [, b]) => compareWishes(a, b))
    .map(([task]) => task);
}
