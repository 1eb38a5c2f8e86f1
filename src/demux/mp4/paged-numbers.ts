const pageBits = 12;
const pageNumbers = 2 ** pageBits;
const inPage = pageNumbers - 1;

/** Numbers of which it is not known how many will come, kept in pages: growing never copies what is there. */
export class PagedNumbers {
  readonly #pages: Float64Array[] = [];
  #page = new Float64Array(0);
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

  /** 0 outside of what was pushed. */
  at(index: number): number {
    return this.#pages[index >>> pageBits]?.[index & inPage] ?? 0;
  }
}
