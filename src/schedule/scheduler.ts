import {
  choose,
  KeptCount,
  type Kept,
  type Limits,
  type Task,
  type Waited,
  type Wish,
} from "./choose.ts";
import { FairQueue, shares, type Asker, type Claim, type Share } from "./fair-queue.ts";

export interface SchedulerOptions extends Omit<Limits, "maxTasks"> {
  /**
   * Tasks that may be under way at once, those held among them: each is a process with its memory. When
   * another is wanted more, the least wanted of those held ends.
   */
  readonly maxTasks: number;
  /** Things one client may wait for at once; more is refused. */
  readonly maxWaitsPerClient: number;
  /** While memory is short nothing that was begun is held: it ends, and is begun anew when it is wanted. */
  readonly isMemoryShort?: () => boolean;
  readonly now: () => number;
}

/** Somebody waits. */
export interface Wait {
  /** To be called once it is over; `hadTurn`: it was seen to, well or ill. Idempotent. */
  end(hadTurn: boolean): void;
}

export interface Scheduler {
  /** Somebody waits for something; null when that client waits for too much already. */
  wait(asker: Asker, waited: Waited): Wait | null;
  /** What a task is wanted for that nobody waits for; null when for nothing. */
  want(task: Task, wish: Wish | null): void;
  /** A task has ended and its process is gone. */
  remove(task: Task): void;
  /**
   * Somebody waits for work that is not done by tasks: until the answer is called, nothing goes on that is made for nobody
   * yet. Idempotent.
   */
  hush(): () => void;
  /** To be called when a wait may name another task than before. Cheap; many in a turn of the event loop are one. */
  update(): void;
  /** Tasks that run. */
  readonly active: number;
  /** Tasks that were let go and are held now. */
  readonly held: number;
}

/** Those who wait for much are let in when none of them was served for so long. */
const passedByMs = 3000;

/** Lets the most wanted tasks run (see `choose`), holds some that were begun, and ends the others. */
export function createScheduler(options: SchedulerOptions): Scheduler {
  const { maxTasks, maxWaitsPerClient, now } = options;
  const waits = new FairQueue<Waited>();
  const background = new Map<Task, Wish>();
  const servedAt = new Map<Share, number>();
  /** Begun and not ended; those that were let go last come last. */
  const begun = new Set<Task>();
  const leaving = new Set<Task>();
  const hushes = new Set<symbol>();
  let running: ReadonlySet<Task> = new Set();
  let isQueued = false;

  const settle = (): void => {
    isQueued = false;
    const due = new Set(shares.filter(isDue));
    const alive = [...begun].filter((task) => task.keeps?.length && task.isWaitedFor());
    const chosen = choose(
      { waits, background: hushes.size > 0 ? ahead() : background, alive, due },
      options,
    );
    for (const task of begun) if (!chosen.has(task) && !leaving.has(task)) task.hold();
    const allowed = new Set<Task>();
    const kept = new KeptCount();
    for (const task of begun) kept.add(task);
    const lacks: Kept[] = [];
    let lacking = 0;
    for (const task of chosen) {
      if (leaving.has(task)) continue;
      const lack = kept.lacksFor(task);
      if (lack || (!begun.has(task) && begun.size >= maxTasks)) {
        if (lack) lacks.push(lack);
        else lacking++;
        continue;
      }
      kept.add(task);
      begun.delete(task);
      begun.add(task);
      allowed.add(task);
    }
    running = allowed;
    for (const task of allowed) task.release();
    // Those that end make room in a moment; then this is called again.
    const toEvict = options.isMemoryShort?.() ? begun.size : lacking - leaving.size;
    for (let i = 0; i < toEvict; i++) evictOne(chosen, () => true);
    for (const { name } of lacks) {
      const keepsIt = ({ keeps = [] }: Task): boolean => keeps.some((each) => each.name === name);
      if (![...leaving].some(keepsIt)) evictOne(chosen, keepsIt);
    }
  };

  /** What viewers need soon. */
  const ahead = (): ReadonlyMap<Task, Wish> =>
    new Map([...background].filter(([, { kind }]) => kind === "look-ahead"));

  const isDue = (share: Share): boolean => {
    const since = waits.has(share) ? servedAt.get(share) : undefined;
    if (since === undefined) servedAt.set(share, now());
    return since !== undefined && now() - since >= passedByMs;
  };

  const evictOne = (chosen: ReadonlySet<Task>, fits: (task: Task) => boolean): void => {
    const held = [...begun].filter((task) => !chosen.has(task) && !leaving.has(task) && fits(task));
    const [least] = held.toSorted((a, b) => wantedness(a) - wantedness(b));
    if (least === undefined) return;
    leaving.add(least);
    least.evict();
  };

  /** Later viewers' work more than earlier ones', whatever is made without a viewer less than that. */
  const wantedness = (task: Task): number => {
    if (task.isWaitedFor()) return Infinity;
    const wish = background.get(task);
    return wish?.kind === "look-ahead" ? wish.at : wish ? -1 : -2;
  };

  const update = (): void => {
    if (isQueued) return;
    isQueued = true;
    // Not a microtask: of a thousand requests that come at once each would have one of its own.
    setImmediate(settle);
  };

  const end = (claim: Claim<Waited>, hadTurn: boolean): void => {
    if (hadTurn) servedAt.set(waits.shareOf(claim), now());
    waits.remove(claim, hadTurn);
    update();
  };

  return {
    wait: (asker, waited) => {
      if (waits.sizeOf(asker.client) >= maxWaitsPerClient) return null;
      const claim = waits.add(asker, waited);
      update();
      return { end: (hadTurn) => end(claim, hadTurn) };
    },
    want: (task, wish) => {
      if (wish === null ? !background.delete(task) : isSame(background.get(task), wish)) return;
      if (wish) background.set(task, wish);
      update();
    },
    remove: (task) => {
      background.delete(task);
      begun.delete(task);
      leaving.delete(task);
      update();
    },
    hush: () => {
      const own = Symbol("hush");
      hushes.add(own);
      update();
      return () => {
        if (hushes.delete(own)) update();
      };
    },
    update,
    get active() {
      return [...running].filter((task) => begun.has(task)).length;
    },
    get held() {
      return begun.size - this.active;
    },
  };
}

function isSame(known: Wish | undefined, wish: Wish): boolean {
  const { kind, at, lead } = known ?? {};
  return kind === wish.kind && at === wish.at && lead === wish.lead;
}
