/** Reads bits, the highest of a byte first. Behind the end all are 0, and `isPastEnd` tells. */
export class BitReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isPastEnd(): boolean {
    return this.#at > 8 * this.#bytes.length;
  }

  get position(): number {
    return this.#at;
  }

  skip(count: number): void {
    this.#at += count;
  }

  /** Up to 32 bits as a number without sign. */
  read(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++) {
      const bit = ((this.#bytes[this.#at >> 3] ?? 0) >> (7 - (this.#at & 7))) & 1;
      value = value * 2 + bit;
      this.#at += 1;
    }
    return value;
  }

  /** Exp-Golomb code without sign (ITU-T H.264, 9.1); codes of more than 32 bits are none. */
  readUe(): number {
    let zeros = 0;
    while (zeros < 32 && !this.isPastEnd && this.read(1) === 0) zeros += 1;
    return 2 ** zeros - 1 + this.read(zeros);
  }
}
