import { expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { segmentName } from "../../src/media/object-name.ts";
import { damages, inflictDamage } from "../support/inflict-damage.ts";
import { hash, openContent, renditionIds, segmentOf, segments } from "./content-rig.ts";

/*
 * What is stored of a content is damaged on the disk while the rest of it is being made: between any two segments,
 * whatever the damage, wherever, and whoever finds it.
 */

const rendition = fc.constantFrom(...renditionIds);
const n = fc.integer({ min: 1, max: segments });
const harm = {
  damage: fc.constantFrom(...damages),
  // Not a double: of those, most are as good as 0.
  at: fc.nat(999).map((thousandths) => thousandths / 1000),
};
const steps = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ kind: "make" as const }) },
  // Of the stored segments one, by its place among them.
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("harm a segment" as const), pick: fc.nat(), ...harm }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("harm the record" as const), ...harm }) },
  { weight: 1, arbitrary: fc.constant({ kind: "lose the record" as const }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("read" as const), rendition, n }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("ask" as const), rendition, n }) },
);

type Step = typeof steps extends fc.Arbitrary<infer T> ? T : never;
type Rig = Awaited<ReturnType<typeof openContent>>;

/** The bytes of a segment as a viewer gets them; null where it is not stored. */
async function read(rig: Rig, id: string, at: number): Promise<string | null> {
  const object = await rig.store.open(hash, segmentName(id, at));
  return object === null ? null : (await object.body().bytes()).toHex();
}

async function expectRight(rig: Rig, id: string, at: number): Promise<boolean> {
  const bytes = await read(rig, id, at);
  if (bytes !== null && bytes !== segmentOf(id, at).toHex()) {
    expect.unreachable(`a wrong ${segmentName(id, at)} was served`);
  }
  return bytes !== null;
}

/** Asks for a segment as the origin does: it is served, or made and served. */
async function ask(rig: Rig, id: string, at: number): Promise<void> {
  if (await expectRight(rig, id, at)) return;
  const never = new AbortController().signal;
  const answer = { isThere: false };
  const asked = rig.work.ensure(id, at, "viewer", () => never).then(() => (answer.isThere = true));
  for (let made = 0; !answer.isThere; made++) {
    if (made > 2 * segments) expect.unreachable(`${segmentName(id, at)} is not made again`);
    await rig.drive(1);
  }
  await asked;
  expect(await expectRight(rig, id, at)).toBe(true);
}

async function take(rig: Rig, step: Step): Promise<void> {
  const record = join(rig.folder, "objects.log");
  switch (step.kind) {
    case "make":
      return void (await rig.drive(1));
    case "read":
      return void (await expectRight(rig, step.rendition, step.n));
    case "ask":
      return await ask(rig, step.rendition, step.n);
    case "harm the record":
      return void (await inflictDamage(step.damage, record, step.at));
    case "lose the record":
      return await rm(record, { force: true });
    case "harm a segment": {
      const stored = Object.entries(rig.stored()).flatMap(([id, all]) =>
        all.map((at) => segmentName(id, at)),
      );
      const name = stored[step.pick % Math.max(1, stored.length)];
      if (name !== undefined) await inflictDamage(step.damage, join(rig.folder, name), step.at);
    }
  }
}

test("whatever happens to stored segments while others are made: nothing wrong is served, what was lost is made again and nothing else, and the run under way goes on", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(0, 2 ** 20),
      fc.array(steps, { maxLength: 40, size: "max" }),
      async (memoryBytes, taken) => {
        await using rig = await openContent("all", memoryBytes);
        const lost = new Map<string, number>();
        rig.store.onDropped((_, name) => lost.set(name ?? "", (lost.get(name ?? "") ?? 0) + 1));
        rig.work.watch();
        rig.work.touch(renditionIds[0] ?? "", 1, () => "viewer");
        for (const each of taken) {
          const alive = rig.encoders.filter(({ encoder }) => !encoder.isOver);
          await take(rig, each);
          if (each.kind === "make" || each.kind === "ask") continue;
          await rig.settle();
          expect(alive.filter(({ encoder }) => encoder.isOver)).toEqual([]);
        }
        // What memory hid comes to light, and is made again like all the rest.
        for await (const { name } of rig.store.verify(hash)) await rig.store.discard(hash, name);
        for (const id of renditionIds) {
          for (let at = 1; at <= segments; at++) await ask(rig, id, at);
        }
        await rig.drive();
        for (const id of renditionIds) {
          for (let at = 1; at <= segments; at++) {
            const name = segmentName(id, at);
            const times = rig.allMade.filter((each) => each === name).length;
            expect([name, times]).toEqual([name, 1 + (lost.get(name) ?? 0)]);
          }
        }
      },
    ),
    { numRuns: 20, endOnFailure: true },
  );
}, 120_000);
