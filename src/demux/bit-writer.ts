/** Puts numbers one behind the other, the highest bit first. */
export class BitWriter {
  readonly #bytes: number[] = [];
  #bits = 0;

  write(value: number, bits: number): this {
    for (let i = bits - 1; i >= 0; i--) {
      const bit = Math.floor(value / 2 ** i) % 2;
      const at = this.#bits >> 3;
      this.#bytes[at] = (this.#bytes[at] ?? 0) | (bit << (7 - (this.#bits & 7)));
      this.#bits += 1;
    }
    return this;
  }

  /** Of the last byte the bits that were not written are 0. */
  bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}
