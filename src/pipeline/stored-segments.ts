/** What is stored of one rendition. The store alone knows; this asks it, and remembers where to ask first. */
export class StoredSegments {
  readonly #count: number;
  readonly #isStored: (n: number) => boolean;
  /** A segment that was not stored when last looked at. */
  #missing = 1;

  constructor(count: number, isStored: (n: number) => boolean) {
    this.#count = count;
    this.#isStored = isStored;
  }

  has(n: number): boolean {
    return this.#isStored(n);
  }

  get count(): number {
    let sum = 0;
    for (let n = 1; n <= this.#count; n++) if (this.#isStored(n)) sum++;
    return sum;
  }

  /** One look while something is missing; all of them when nothing is. */
  get isComplete(): boolean {
    for (let looked = 0; looked < this.#count; looked++) {
      if (!this.#isStored(this.#missing)) return false;
      this.#missing = (this.#missing % this.#count) + 1;
    }
    return true;
  }
}
