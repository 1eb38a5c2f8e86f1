import { expect, test } from "bun:test";
import fc from "fast-check";
import {
  FairQueue,
  lightClaims,
  shares,
  type Claim,
  type Share,
} from "../../src/schedule/fair-queue.ts";

interface Entry {
  readonly client: string;
  readonly content: string;
  readonly order: number;
}

const asker = fc.record({
  client: fc.constantFrom("a", "b", "c", "d"),
  content: fc.constantFrom("x", "y", "z"),
});
const change = fc.oneof(
  { weight: 3, arbitrary: asker.map((who) => ({ kind: "add" as const, ...who })) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("remove" as const),
      pick: fc.nat(),
      served: fc.boolean(),
    }),
  },
);

/** The queue after some changes, and what must be in it. */
function play(changes: readonly (typeof change extends fc.Arbitrary<infer T> ? T : never)[]) {
  const queue = new FairQueue<Entry>();
  const claims: Claim<Entry>[] = [];
  for (const [order, each] of changes.entries()) {
    if (each.kind === "add") {
      const { client, content } = each;
      claims.push(queue.add({ client, content }, { client, content, order }));
    } else if (claims.length > 0) {
      const [claim] = claims.splice(each.pick % claims.length, 1);
      if (claim) queue.remove(claim, each.served);
      if (claim) queue.remove(claim, each.served);
    }
  }
  return { queue, claims };
}

const countBy = <T>(items: readonly T[], key: (item: T) => string): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(key(item), (counts.get(key(item)) ?? 0) + 1);
  return counts;
};

test("everybody who waits is in the queue once, in the share that follows from how much is asked for", () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 200, size: "max" }), (changes) => {
      const { queue, claims } = play(changes);
      const ofClient = countBy(claims, ({ item }) => item.client);
      const ofFlow = countBy(claims, ({ item }) => `${item.client} ${item.content}`);
      expect(queue.size).toBe(claims.length);
      const expected = (claim: Claim<Entry>): Share => {
        const { client, content } = claim.item;
        if ((ofClient.get(client) ?? 0) <= lightClaims) return "light";
        return (ofFlow.get(`${client} ${content}`) ?? 0) <= lightClaims ? "shared" : "excess";
      };
      const found = new Map<Claim<Entry>, Share>();
      let count = 0;
      for (const share of shares) {
        for (const claim of queue.inTurn(share)) {
          found.set(claim, share);
          count++;
        }
      }
      expect(count).toBe(claims.length);
      expect(found).toEqual(new Map(claims.map((claim) => [claim, expected(claim)])));
      for (const claim of claims) expect(queue.shareOf(claim)).toBe(expected(claim));
    }),
  );
});

test("of one client and content, the first come is the first served", () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 200, size: "max" }), (changes) => {
      const { queue } = play(changes);
      for (const share of shares) {
        const last = new Map<string, number>();
        for (const { item } of queue.inTurn(share)) {
          const flow = `${item.client} ${item.content}`;
          expect(item.order).toBeGreaterThan(last.get(flow) ?? -1);
          last.set(flow, item.order);
        }
      }
    }),
  );
});

test("while clients wait, none is served twice before each other was served once", () => {
  const sizes = fc.array(fc.integer({ min: 1, max: lightClaims }), { minLength: 2, maxLength: 6 });
  fc.assert(
    fc.property(sizes, (waits) => {
      const queue = new FairQueue<string>();
      for (const [i, count] of waits.entries()) {
        for (let n = 0; n < count; n++) {
          queue.add({ client: `client ${i}`, content: `content ${n % 2}` }, `client ${i}`);
        }
      }
      const served = new Map<string, number>();
      while (queue.size > 0) {
        const [first] = queue.inTurn("light");
        if (first === undefined) throw new Error("somebody waits and has no turn");
        served.set(first.item, (served.get(first.item) ?? 0) + 1);
        queue.remove(first, true);
        const waiting = waits.flatMap((_, i) => (queue.sizeOf(`client ${i}`) > 0 ? [i] : []));
        const counts = waiting.map((i) => served.get(`client ${i}`) ?? 0);
        expect(Math.max(...counts, 0) - Math.min(...counts, Infinity)).toBeLessThanOrEqual(1);
      }
    }),
  );
});

test("who comes anew passes nobody who waits", () => {
  const queue = new FairQueue<string>();
  queue.add({ client: "first", content: "x" }, "first");
  for (let i = 0; i < 100; i++) {
    const newcomer = queue.add({ client: `newcomer ${i}`, content: "x" }, "newcomer");
    const [next] = queue.inTurn("light");
    expect(next?.item).toBe("first");
    if (i % 2 === 0) queue.remove(newcomer, true);
  }
});
