import type { Kept, Task } from "../../src/schedule/choose.ts";

/** A task that does nothing, and tells what it was told. */
export class FakeTask implements Task {
  readonly name: string;
  readonly weight: number;
  readonly keeps: readonly Kept[];
  waiters = 0;
  isRunning = false;
  isBegun = false;
  isEvicted = false;

  constructor(name: string, weight = 1, keeps: readonly Kept[] = []) {
    this.name = name;
    this.weight = weight;
    this.keeps = keeps;
  }

  hold(): void {
    if (!this.isBegun) throw new Error(`${this.name} was held before it had begun`);
    this.isRunning = false;
  }

  release(): void {
    if (this.isEvicted) throw new Error(`${this.name} was let go after it was told to end`);
    this.isRunning = true;
    this.isBegun = true;
  }

  isWaitedFor(): boolean {
    return this.waiters > 0;
  }

  evict(): void {
    this.isEvicted = true;
    this.isRunning = false;
  }
}
