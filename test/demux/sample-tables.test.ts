import { expect, test } from "bun:test";
import fc from "fast-check";
import { Breather } from "../../src/demux/breather.ts";
import { readSampleTables } from "../../src/demux/mp4/sample-tables.ts";
import { onlyBox, readBoxes } from "../../src/iso/iso-boxes.ts";
import { box, fullBox } from "../../src/iso/write-box.ts";

/** Runs of equal entries, as tables have them: how many packets (or chunks), and what each has. */
type Entries = readonly (readonly [count: number, value: number])[];

const expand = (entries: Entries): number[] =>
  entries.flatMap(([count, value]) => Array.from({ length: count }, () => value));

/** Some thousand entries, of which many neighbours are equal: more than are read at once. */
const entries = (value: fc.Arbitrary<number>): fc.Arbitrary<Entries> =>
  fc
    .array(fc.tuple(fc.integer({ min: 0, max: 3 }), value), { minLength: 1, maxLength: 40 })
    .chain((some) =>
      fc
        .integer({ min: 1, max: 20_000 })
        .map((length) =>
          Array.from({ length }, (_, i) => some[(i * i + i) % some.length] ?? ([1, 0] as const)),
        ),
    );

/** A table of 32-bit numbers. */
function tableBox(type: string, ...fields: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(4 * fields.length);
  for (const [i, field] of fields.entries()) bytes.writeUInt32BE(field >>> 0, 4 * i);
  return fullBox(type, 0, 0, bytes);
}

interface Tables {
  readonly durations: Entries;
  readonly offsets: Entries;
  readonly chunks: Entries;
  readonly isLarge: boolean;
  readonly limit: number;
}

/** Bytes between the chunks. */
const gap = 5;
const sizeOf = (packet: number): number => 1 + (packet % 7);
const highest = 2 ** 33;

/** What the tables say, packet by packet, as one reads them aloud. */
function readAloud({ durations, offsets, chunks, isLarge }: Tables) {
  const each = expand(durations);
  const shown = expand(offsets);
  const count = Math.min(each.length, shown.length);
  const packets: { dts: number; duration: number; offset: number; position: number }[] = [];
  const places: number[] = [];
  let [dts, position] = [0, isLarge ? highest : 0];
  for (const inChunk of expand(chunks)) {
    position += gap;
    places.push(position);
    for (let i = 0; i < inChunk && packets.length < count; i++) {
      const duration = each[packets.length] ?? 0;
      const offset = shown[packets.length] ?? 0;
      packets.push({ dts, duration, offset, position });
      position += sizeOf(packets.length - 1);
      dts += duration;
    }
    if (packets.length === count) break;
  }
  return { packets, places };
}

const tables: fc.Arbitrary<Tables> = fc.record({
  durations: entries(fc.integer({ min: 1, max: 3 })),
  offsets: entries(fc.integer({ min: -2, max: 2 })),
  chunks: entries(fc.integer({ min: 0, max: 4 })),
  isLarge: fc.boolean(),
  limit: fc.double({ min: 0, max: 1.2, noNaN: true }),
});

test("long tables, read in blocks, say of each packet what they say read one by one", async () => {
  await fc.assert(
    fc.asyncProperty(tables, async (made) => {
      const { packets, places } = readAloud(made);
      const counts = expand(made.chunks);
      const stsc = counts.flatMap((inChunk, i) =>
        i > 0 && counts[i - 1] === inChunk ? [] : [i + 1, inChunk, 1],
      );
      const words = made.isLarge
        ? places.flatMap((place) => [Math.floor(place / 2 ** 32), place % 2 ** 32])
        : places;
      const stbl = box(
        "stbl",
        tableBox("stts", made.durations.length, ...made.durations.flat()),
        tableBox("ctts", made.offsets.length, ...made.offsets.flat()),
        tableBox("stsc", stsc.length / 3, ...stsc),
        tableBox("stsz", 0, packets.length, ...packets.keys().map(sizeOf)),
        tableBox(made.isLarge ? "co64" : "stco", places.length, ...words),
      );
      // At an odd byte, as boxes may stand.
      const bytes = Uint8Array.from(Buffer.concat([Buffer.alloc(1), stbl]));
      const read = await readSampleTables(
        bytes,
        onlyBox(readBoxes(bytes, 1), "stbl"),
        { sizeBytes: 1e12, isFragmented: false, isSound: false },
        new Breather(),
      );
      const { table } = read;
      expect(read.obstacles).toEqual([]);
      expect(table.count).toBe(packets.length);
      const [ticks, durations] = [new Float64Array(5000), new Float64Array(5000)];
      for (let from = 0; from < packets.length; from += ticks.length) {
        table.read(from, ticks, durations);
        const held = packets.slice(from, from + ticks.length);
        expect([...ticks.subarray(0, held.length)]).toEqual(
          held.map(({ dts, offset }) => dts + offset),
        );
        expect([...durations.subarray(0, held.length)]).toEqual(held.map((each) => each.duration));
      }
      for (const [i, each] of packets.entries()) {
        const said = [table.decodeTicks(i), table.offsetTicks(i), table.position(i), table.size(i)];
        if (said.join() === [each.dts, each.offset, each.position, sizeOf(i)].join()) continue;
        throw new Error(`packet ${i}: expected ${JSON.stringify(each)}, got ${said.join()}`);
      }
      const lowest = Math.min(0, ...packets.map(({ offset }) => offset));
      expect(table.decodeShiftTicks).toBe(0 - lowest);
      const last = packets.at(-1)?.position ?? 0;
      const limit = Math.round((packets[0]?.position ?? 0) * (1 - made.limit) + last * made.limit);
      const expected = packets.findIndex(({ position }, i) => position + sizeOf(i) > limit);
      let found: number | null = null;
      for (let chunk = 0; chunk < table.chunkCount && found === null; chunk += 1000) {
        found = table.firstBehind(chunk, chunk + 1000, limit);
      }
      expect(found ?? -1).toBe(expected);
    }),
    { numRuns: 40 },
  );
});
