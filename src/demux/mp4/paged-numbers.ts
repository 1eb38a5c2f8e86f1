const pageBits = 12;
const pageNumbers = 2 ** pageBits;
const inPage = pageNumbers - 1;
const none = new Float64Array(0);

/** Numbers of which it is not known how many will come, kept in pages: growing never copies what is there. */
export class PagedNumbers {
  readonly #pages: Float64Array[] = [];
  #page = none;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    const at = this.#length & inPage;
    if (at === 0) this.#pages.push((this.#page = new Float64Array(pageNumbers)));
    this.#page[at] = value;
    this.#length += 1;
  }

  /** The first `count` numbers of a list, in their order. */
  pushAll(values: Float64Array, count: number): void {
    for (let done = 0; done < count;) {
      const at = this.#length & inPage;
      if (at === 0) this.#pages.push((this.#page = new Float64Array(pageNumbers)));
      const some = Math.min(pageNumbers - at, count - done);
      this.#page.set(values.subarray(done, done + some), at);
      this.#length += some;
      done += some;
    }
  }

  /** The numbers from `from` on that lie together in memory: some thousand at most, none behind the last. */
  together(from: number): Float64Array {
    const start = from & inPage;
    const page = this.#pages[from >>> pageBits] ?? none;
    return page.subarray(start, start + Math.max(0, this.#length - from));
  }

  /** 0 outside of what was pushed. */
  at(index: number): number {
    return this.#pages[index >>> pageBits]?.[index & inPage] ?? 0;
  }
}
