const pageNumbers = 2 ** 12;

/** Numbers of which it is not known how many will come, kept in pages: growing never copies what is there. */
export class PagedNumbers {
  readonly #pages: Float64Array[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    const at = this.#length % pageNumbers;
    if (at === 0) this.#pages.push(new Float64Array(pageNumbers));
    const page = this.#pages[this.#pages.length - 1];
    if (page) page[at] = value;
    this.#length += 1;
  }

  /** 0 outside of what was pushed. */
  at(index: number): number {
    return this.#pages[Math.floor(index / pageNumbers)]?.[index % pageNumbers] ?? 0;
  }
}
