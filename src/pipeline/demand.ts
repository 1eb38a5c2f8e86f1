import { ViewraError } from "../errors/viewra-error.ts";

/** What waiting costs elsewhere: a place in the scheduler's queue. */
export interface WaitingPlace {
  /** `hadTurn`: it was seen to, well or ill; not when nobody wanted it any more. */
  end(hadTurn: boolean): void;
}

export interface DemandOptions {
  /**
   * Takes a place for a client that begins to wait for a segment; null when that client has as many as it
   * may. However many of its requests wait for the same segment, it takes one place.
   */
  readonly takePlace: (n: number, client: string) => WaitingPlace | null;
  /** A client waits for the segment no more. */
  readonly onLeft: (n: number, client: string, outcome: Outcome) => void;
}

export type Outcome = "served" | "failed" | "abandoned";

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

interface Party {
  readonly place: WaitingPlace;
  readonly waiters: Set<Waiter>;
}

/** Who waits for which segments of one rendition. Every change costs the same however many wait. */
export class Demand {
  /** By segment, then by client. */
  readonly #parties = new Map<number, Map<string, Party>>();
  readonly #options: DemandOptions;
  #waiting = 0;

  constructor(options: DemandOptions) {
    this.#options = options;
  }

  /**
   * Waits until `settle` or `fail` is called for segment n; null when the client waits for too much
   * already. Aborting the signal, which is asked for where it waits only, rejects with its reason.
   */
  wait(n: number, client: string, until: () => AbortSignal): Promise<void> | null {
    const party = this.#party(n, client);
    if (party === null) return null;
    const signal = until();
    this.#waiting++;
    return new Promise((resolve, reject) => {
      const leave = (outcome: Outcome): void => {
        signal.removeEventListener("abort", abandon);
        party.waiters.delete(waiter);
        this.#waiting--;
        if (party.waiters.size === 0) this.#dissolve(n, client, party, outcome);
      };
      const waiter: Waiter = {
        resolve: () => {
          leave("served");
          resolve();
        },
        reject: (reason) => {
          leave("failed");
          reject(asError(reason));
        },
      };
      const abandon = (): void => {
        leave("abandoned");
        reject(asError(signal.reason));
      };
      party.waiters.add(waiter);
      signal.addEventListener("abort", abandon, { once: true });
      if (signal.aborted) abandon();
    });
  }

  settle(n: number): void {
    for (const waiter of this.#waitersOf(n)) waiter.resolve();
  }

  fail(n: number, reason: unknown): void {
    for (const waiter of this.#waitersOf(n)) waiter.reject(reason);
  }

  failAll(reason: unknown): void {
    for (const n of [...this.#parties.keys()]) this.fail(n, reason);
  }

  isWaitedFor(n: number): boolean {
    return this.#parties.has(n);
  }

  /** Segments that somebody waits for, in the order they were first asked for. */
  waitedFor(): Iterable<number> {
    return this.#parties.keys();
  }

  get waiting(): number {
    return this.#waiting;
  }

  #waitersOf(n: number): Waiter[] {
    return [...(this.#parties.get(n)?.values() ?? [])].flatMap(({ waiters }) => [...waiters]);
  }

  #party(n: number, client: string): Party | null {
    const known = this.#parties.get(n)?.get(client);
    if (known) return known;
    const place = this.#options.takePlace(n, client);
    if (place === null) return null;
    const party = { place, waiters: new Set<Waiter>() };
    const parties = this.#parties.get(n) ?? new Map<string, Party>();
    parties.set(client, party);
    this.#parties.set(n, parties);
    return party;
  }

  #dissolve(n: number, client: string, party: Party, outcome: Outcome): void {
    const parties = this.#parties.get(n);
    if (parties?.get(client) !== party) return;
    parties.delete(client);
    if (parties.size === 0) this.#parties.delete(n);
    party.place.end(outcome !== "abandoned");
    this.#options.onLeft(n, client, outcome);
  }
}

/** What a client is told that waits for as much as it may. */
export function tooMuchAsked(): ViewraError {
  const message = "One client waits for as many segments as it may";
  return new ViewraError("OBJECT_NOT_READY", message, { retryAfterSeconds: 2 });
}

/** What an AbortSignal was aborted with may be anything. */
function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
