/** Packets of CTA-708-E, 5 to 6.2: brings a service's blocks together from pairs of bytes. */
export class Dtvcc {
  readonly #onBlock: (service: number, block: readonly number[]) => void;
  #packet: number[] = [];
  #wanted = 0;

  /** `onBlock`: from service 1 on; a block is never empty. */
  constructor(onBlock: (service: number, block: readonly number[]) => void) {
    this.#onBlock = onBlock;
  }

  /** What follows is not what comes next. */
  reset(): void {
    this.#packet = [];
    this.#wanted = 0;
  }

  /** A pair; `begins`: whether a packet begins with it. One that is cut off gives what blocks of it are whole. */
  add(begins: boolean, first: number, second: number): void {
    if (begins) {
      if (this.#packet.length > 0) this.#end();
      const sizeCode = first & 0x3f;
      this.#wanted = sizeCode === 0 ? 128 : 2 * sizeCode;
    } else if (this.#wanted === 0) {
      return;
    }
    this.#packet.push(first, second);
    if (this.#packet.length >= this.#wanted) this.#end();
  }

  #end(): void {
    const packet = this.#packet;
    this.reset();
    for (let at = 1; at < packet.length;) {
      const head = packet[at] ?? 0;
      at += 1;
      const size = head & 0x1f;
      let service = head >> 5;
      if (service === 7 && size > 0) {
        service = (packet[at] ?? 0) & 0x3f;
        at += 1;
      }
      // Service 0 is what fills the packet.
      if (service === 0 || at + size > packet.length) return;
      if (size > 0) this.#onBlock(service, packet.slice(at, at + size));
      at += size;
    }
  }
}
