/** 32-bit numbers without sign, of which it is not known how many will come. Four bytes each and as much again at most. */
export class GrowingNumbers {
  #values: Uint32Array;
  #length = 0;

  constructor(values: Uint32Array = new Uint32Array(0)) {
    this.#values = values;
    this.#length = values.length;
  }

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = new Uint32Array(Math.max(64, 2 * this.#length));
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length] = value;
    this.#length += 1;
  }

  /** 0 where there are none. */
  largest(): number {
    const values = this.#values;
    const length = this.#length;
    let largest = 0;
    for (let i = 0; i < length; i++) {
      const value = values[i] ?? 0;
      if (value > largest) largest = value;
    }
    return largest;
  }

  at(index: number): number {
    return this.#values[index] ?? 0;
  }
}
