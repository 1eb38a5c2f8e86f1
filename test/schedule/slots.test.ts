import { expect, test } from "bun:test";
import fc from "fast-check";
import { createSlots } from "../../src/schedule/slots.ts";

test("no more run at once than there are slots, in the order they came, and a failure frees its slot", async () => {
  const works = fc.array(fc.record({ fails: fc.boolean(), turns: fc.nat(5) }), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4 }), works, async (count, list) => {
      const slots = createSlots(count);
      const began: number[] = [];
      let running = 0;
      const results = await Promise.allSettled(
        list.map(({ fails, turns }, i) =>
          slots.run(async () => {
            began.push(i);
            expect(++running).toBeLessThanOrEqual(count);
            for (let turn = 0; turn < turns; turn++) await Promise.resolve();
            running--;
            if (fails) throw new Error(`work ${i}`);
            return i;
          }),
        ),
      );
      expect(began).toEqual(list.map((_, i) => i));
      const isRejected = results.map(({ status }) => status === "rejected");
      expect(isRejected).toEqual(list.map(({ fails }) => fails));
      expect(await slots.run(() => Promise.resolve("free"))).toBe("free");
    }),
  );
});
