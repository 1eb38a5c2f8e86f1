import { expect, test } from "bun:test";
import fc from "fast-check";
import { judgePackets } from "./judge-copy.ts";
import type { TrackPackets } from "./track-packets.ts";

const pictures = { kind: "video", firstPicture: 1 } as const;
const sound = { kind: "audio", firstPicture: 1 } as const;
const tickSeconds = 1 / 12_800;

/** So many packets from `start` on, 20 ms apart, each of a payload of its own. */
function packets(start: number, count: number): TrackPackets {
  const list = Array.from({ length: count }, (_, i) => ({
    at: start + i * 0.02,
    digest: `payload ${i}`,
  }));
  return { packets: list, tickSeconds };
}

const moved = (source: TrackPackets, seconds: number): TrackPackets => ({
  ...source,
  packets: source.packets.map((packet) => ({ ...packet, at: packet.at + seconds })),
});

const count = fc.integer({ min: 3, max: 60 });
const shift = fc.integer({ min: -4_000_000, max: 4_000_000 }).map((ms) => ms / 1000);
const without = ({ packets: all, ...rest }: TrackPackets, i: number): TrackPackets => ({
  ...rest,
  packets: all.filter((_, at) => at !== i),
});

test("the same packets on another clock are a copy", () => {
  fc.assert(
    fc.property(count, shift, (length, by) => {
      const source = packets(1, length);
      const verdict = judgePackets(source, moved(source, by), pictures);
      expect(verdict.faults).toEqual([]);
      expect(verdict.shift).toBeCloseTo(by, 6);
    }),
  );
});

test("a packet that is lost, doubled, another one, or moved by two ticks is found, wherever it is", () => {
  fc.assert(
    fc.property(count, shift, fc.nat(), fc.boolean(), (length, by, at, isSound) => {
      const i = at % length;
      const source = packets(1, length);
      const whole = moved(source, by);
      const changed = (change: { digest?: string; at?: number }): TrackPackets => ({
        ...whole,
        packets: whole.packets.map((packet, n) => (n === i ? { ...packet, ...change } : packet)),
      });
      const own = whole.packets[i];
      if (own === undefined) throw new Error("expected a packet");
      const track = isSound ? sound : pictures;
      const spoiled = [
        without(whole, i),
        { ...whole, packets: whole.packets.toSpliced(i, 0, own) },
        changed({ digest: "another" }),
        changed({ at: own.at + 2.1 * tickSeconds }),
      ];
      for (const copy of spoiled) expect(judgePackets(source, copy, track).faults).not.toEqual([]);
    }),
  );
});

test("only sound that begins less than a tenth of a second before the first picture may be left out", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), (before) => {
      const source = packets(1 - before * 0.02, 40);
      const copy = { ...source, packets: source.packets.slice(before) };
      // Five packets are a tenth of a second, give or take what is lost in counting.
      fc.pre(before !== 5);
      const isPriming = before * 0.02 < 0.1;
      expect(judgePackets(source, copy, sound).faults.length === 0).toBe(isPriming);
      expect(judgePackets(source, copy, pictures).faults).not.toEqual([]);
      const more = { ...source, packets: source.packets.slice(before + 1) };
      expect(judgePackets(source, more, sound).faults).not.toEqual([]);
    }),
  );
});
