import { isValidTriplet, type CaptionTriplets } from "./caption-data.ts";
import { Dtvcc } from "./dtvcc-packet.ts";

/** Which services of captions there are, by a few looks at what pictures carry; what they say is not read. */
export class CaptionServices {
  readonly #line21 = new Set<string>();
  readonly #digital = new Set<number>();
  readonly #packets = new Dtvcc((service) => this.#digital.add(service));
  #hasLetters = false;

  /** What follows is not what comes next. */
  leap(): void {
    this.#packets.reset();
  }

  add(triplets: CaptionTriplets): void {
    for (let i = 0; i + 2 < triplets.length; i += 3) {
      const [head = 0, first = 0, second = 0] = [triplets[i], triplets[i + 1], triplets[i + 2]];
      if (!isValidTriplet(head)) continue;
      const type = head & 3;
      if (type >= 2) this.#packets.add(type === 3, first, second);
      else this.#pair(type === 1, first & 0x7f, second & 0x7f);
    }
  }

  /**
   * `CC1` to `CC4` of line 21; where it has none, `S1` to `S63` of CTA-708: who sends both says the same in them. In order.
   */
  names(): string[] {
    if (this.#line21.size > 0) return [...this.#line21].toSorted();
    if (this.#hasLetters) return ["CC1"];
    return [...this.#digital].toSorted((a, b) => a - b).map((service) => `S${service}`);
  }

  #pair(isSecondField: boolean, first: number, second: number): void {
    // Between captions the second field says what is on air: letters alone do not tell.
    if (first >= 0x20) this.#hasLetters ||= !isSecondField;
    if (first < 0x10 || first >= 0x20) return;
    const kind = first & 0x17;
    const isCaption =
      second >= 0x40 || ((kind === 0x14 || kind === 0x15) && captionCommands.has(second));
    if (!isCaption) return;
    this.#line21.add(`CC${1 + (isSecondField ? 2 : 0) + ((first & 8) === 0 ? 0 : 1)}`);
  }
}

/** Those that say how captions come (47 CFR 15.119 (f)); pages of text, which begin with others, are not shown in films. */
const captionCommands: ReadonlySet<number> = new Set([0x20, 0x25, 0x26, 0x27, 0x29, 0x2f]);
