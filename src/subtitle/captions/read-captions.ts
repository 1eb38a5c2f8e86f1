import { isValidTriplet, type CaptionTriplets } from "../../media/caption-data.ts";
import { Dtvcc } from "../../media/dtvcc-packet.ts";
import { mergedCues } from "../ass-script.ts";
import type { Cue } from "../cue.ts";
import { DtvccService } from "./dtvcc-service.ts";
import { hasOddParity, Line21Field } from "./line21-field.ts";

/** Captions that came with a picture. */
export interface CaptionPacket {
  /** When the picture is shown, milliseconds. */
  readonly ms: number;
  readonly triplets: CaptionTriplets;
}

/** A film's captions by service: `CC1` to `CC4` of line 21, `S1` to `S63` of CTA-708. */
export type CaptionsByService = ReadonlyMap<string, readonly Cue[]>;

/** Reads captions packet by packet, in the order in which their pictures are shown. */
export class CaptionReader {
  readonly #fields: readonly [Line21Field, Line21Field];
  readonly #digital = new Map<number, DtvccService>();
  readonly #packets = new Dtvcc((service, block) => this.#block(service, block));
  #endMs = 0;

  /** `keepsParity`: see `keepsParity`. */
  constructor(keepsParity: boolean) {
    this.#fields = [new Line21Field(keepsParity), new Line21Field(keepsParity)];
  }

  read({ ms, triplets }: CaptionPacket): void {
    this.#endMs = ms;
    for (let i = 0; i + 2 < triplets.length; i += 3) {
      const [head = 0, first = 0, second = 0] = [triplets[i], triplets[i + 1], triplets[i + 2]];
      if (!isValidTriplet(head)) continue;
      const type = head & 3;
      if (type === 0 || type === 1) this.#fields[type].pair(first, second, ms);
      else this.#packets.add(type === 3, first, second);
    }
  }

  #block(number: number, block: readonly number[]): void {
    const service = this.#digital.get(number) ?? new DtvccService();
    this.#digital.set(number, service);
    service.block(block, this.#endMs);
  }

  /** What was shown, services without any left out. The last packet ends all of it. */
  end(): CaptionsByService {
    const [odd, even] = this.#fields;
    odd.end(this.#endMs);
    even.end(this.#endMs);
    for (const service of this.#digital.values()) service.end(this.#endMs);
    const line21 = [...odd.services, ...even.services].map(
      ({ cues }, i) => [`CC${i + 1}`, cues] as const,
    );
    const digital = Array.from(
      this.#digital,
      ([number, { cues }]) => [`S${number}`, cues] as const,
    );
    return new Map(
      [...line21, ...digital]
        .map(([name, cues]) => [name, mergedCues(cues)] as const)
        .filter(([, cues]) => cues.length > 0),
    );
  }
}

/**
 * Whether writers kept line 21's odd parity: where most bytes have it, those that have not are damaged; where many have
 * not, nobody cared.
 */
export function keepsParity(packets: Iterable<Pick<CaptionPacket, "triplets">>): boolean {
  let [right, wrong] = [0, 0];
  for (const { triplets } of packets) {
    for (let i = 0; i + 2 < triplets.length; i += 3) {
      const head = triplets[i] ?? 0;
      if (!isValidTriplet(head) || (head & 2) !== 0) continue;
      for (const byte of [triplets[i + 1] ?? 0, triplets[i + 2] ?? 0]) {
        if ((byte & 0x7f) === 0) continue;
        if (hasOddParity(byte)) right += 1;
        else wrong += 1;
      }
    }
  }
  return wrong * 10 < right;
}
