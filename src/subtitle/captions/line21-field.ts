import { Line21Service } from "./line21-service.ts";

/** A field of line 21 with its two services: the pairs of bytes as they come, parity and all. */
export class Line21Field {
  readonly services: readonly [Line21Service, Line21Service] = [
    new Line21Service(),
    new Line21Service(),
  ];
  readonly #keepsParity: boolean;
  #current: Line21Service | null = null;
  /** The control code of the pair before, which may stand there twice. */
  #before = -1;
  /** The second field has other data as well (XDS), between captions. */
  #isOtherData = false;

  /** `keepsParity`: whether bytes of a wrong parity are damaged; some writers know no parity. */
  constructor(keepsParity: boolean) {
    this.#keepsParity = keepsParity;
  }

  /** A pair of bytes at its time, milliseconds. Times never go back. */
  pair(first: number, second: number, ms: number): void {
    const [high, low] = [first & 0x7f, second & 0x7f];
    const isDamaged = (byte: number): boolean => this.#keepsParity && !hasOddParity(byte);
    if (high >= 0x10 && high < 0x20) {
      // A control code comes twice: the other one may be whole.
      if (isDamaged(first) || isDamaged(second)) return;
      const code = high * 256 + low;
      const isAgain = code === this.#before;
      this.#before = isAgain ? -1 : code;
      this.#isOtherData = false;
      if (isAgain) return;
      this.#current = this.services[(high & 8) === 0 ? 0 : 1];
      return this.#current.control(high & 0x17, low, ms);
    }
    this.#before = -1;
    if (high > 0 && high < 0x10 && !isDamaged(first)) {
      this.#isOtherData = high !== endOfOtherData;
      return;
    }
    if (this.#isOtherData) return;
    // What came damaged is shown as a block (47 CFR 15.119 (j)).
    const block = 0x7f;
    for (const [byte, whole] of [
      [high, first],
      [low, second],
    ] as const) {
      if (byte >= 0x20) this.#current?.character(isDamaged(whole) ? block : byte, ms);
    }
  }

  end(ms: number): void {
    for (const service of this.services) service.end(ms);
  }
}

const endOfOtherData = 0x0f;

export function hasOddParity(byte: number): boolean {
  let bits = byte ^ (byte >> 4);
  bits ^= bits >> 2;
  return ((bits ^ (bits >> 1)) & 1) === 1;
}
