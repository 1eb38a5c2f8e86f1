import { expect, test } from "bun:test";
import fc from "fast-check";
import { Breather } from "../../src/demux/breather.ts";
import { cutPoints, measureTimes, type PacketTimes } from "../../src/demux/cut-points.ts";
import type { Cuts } from "../../src/demux/demuxer.ts";

interface TimedPacket {
  readonly ticks: number;
  readonly isSync: boolean;
}

/** Decode order with pictures moved about as encoders do, and further. */
const packets = fc
  .array(fc.record({ shift: fc.integer({ min: -6, max: 6 }), isSync: fc.boolean() }), {
    minLength: 1,
    maxLength: 60,
  })
  .map((list) =>
    list.map(({ shift, isSync }, i): TimedPacket => ({
      ticks: 2 * i + (isSync ? 0 : shift),
      isSync,
    })),
  );

/** Every packet is a point, as of sound, and most lists go up. */
const sounds = fc
  .array(fc.integer({ min: -1, max: 9 }), { minLength: 1, maxLength: 60 })
  .map((list) => list.map((ticks, i): TimedPacket => ({ ticks: 10 * i + ticks, isSync: true })));
const unevenSounds = sounds.map((list) => list.toSorted((a, b) => (a.ticks % 7) - (b.ticks % 7)));
const tracks = fc.oneof(packets, sounds, unevenSounds);

function timesOf(list: readonly TimedPacket[]): PacketTimes {
  const syncs = list.flatMap(({ isSync }, i) => (isSync ? [i] : []));
  return {
    count: list.length,
    syncCount: syncs.length,
    sync: (n) => syncs[n] ?? NaN,
    ascendingSpan: () => null,
    presentationTicks: (packet) => list[packet]?.ticks ?? NaN,
    read: (from, ticks, durations) => {
      for (const [i, packet] of list.slice(from, from + ticks.length).entries()) {
        ticks[i] = packet.ticks;
        durations[i] = 2;
      }
    },
  };
}

async function cut(list: readonly TimedPacket[], cuts: Cuts) {
  const place = (packet: number) => ({ dtsTicks: null, handle: [packet, 0, 0] as const });
  const times = timesOf(list);
  return await cutPoints(
    times,
    await measureTimes(times, new Breather()),
    { shiftTicks: 100, timescale: 10 },
    cuts,
    place,
    new Breather(),
  );
}

test("a track can be cut where all before is shown before all from there on, and nowhere else", async () => {
  await fc.assert(
    fc.asyncProperty(tracks, async (list) => {
      const times = list.map(({ ticks }) => ticks + 100);
      const expected = list.flatMap(({ isSync }, i) => {
        const earliest = Math.min(...times.slice(i));
        return isSync && Math.max(...times.slice(0, i)) < earliest ? [[i, earliest]] : [];
      });
      const { points, startTicks, endTicks } = await cut(list, { spacingSeconds: 0 });
      expect(points.map(({ packet, earliestPtsTicks }) => [packet, earliestPtsTicks])).toEqual(
        expected,
      );
      for (const { isClean, ptsTicks, earliestPtsTicks } of points) {
        expect(isClean).toBe(ptsTicks === earliestPtsTicks);
      }
      expect([startTicks, endTicks]).toEqual([Math.min(...times), Math.max(...times) + 2]);
    }),
  );
});

test("points are as far apart as is wished, or the first at or after each wished time", async () => {
  const wishes = fc.array(fc.integer({ min: 90, max: 240 }), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(
      tracks,
      fc.integer({ min: 0, max: 30 }),
      wishes,
      async (list, ticks, wished) => {
        const all = (await cut(list, { spacingSeconds: 0 })).points.map(({ ptsTicks }) => ptsTicks);
        const spaced = (await cut(list, { spacingSeconds: ticks / 10 })).points;
        const times = spaced.map(({ ptsTicks }) => ptsTicks);
        expect(times[0]).toBe(all[0]);
        for (const [i, time] of times.entries()) {
          const next = all.find((other) => other - time >= ticks && other > time);
          if (ticks > 0) expect(times[i + 1]).toBe(next);
        }
        const ascending = wished.toSorted((a, b) => a - b);
        const found = (await cut(list, { atOrAfterTicks: ascending })).points;
        const expected = ascending.flatMap((wish) => all.find((time) => time >= wish) ?? []);
        expect(found.map(({ ptsTicks }) => ptsTicks)).toEqual([...new Set(expected)]);
      },
    ),
  );
});

test.each([
  ["with pictures in another order", [0, 80, 40, 160, 120]],
  ["with the last one last", [0, 40, 80, 120, 160]],
])("a track of whose last packet no time passes, %s, ends a packet later", async (_name, list) => {
  const times: PacketTimes = {
    ...timesOf(list.map((ticks, i) => ({ ticks, isSync: i === 0 }))),
    read: (from, ticks, durations) => {
      for (const [i, shown] of list.slice(from, from + ticks.length).entries()) {
        ticks[i] = shown;
        durations[i] = shown === 160 ? 0 : 40;
      }
    },
  };
  expect(await measureTimes(times, new Breather())).toMatchObject({
    endTicks: 200,
    lastTicks: 160,
  });
  const span = { startTicks: 0, endTicks: 160, lastTicks: 160 };
  const known = { ...times, ascendingSpan: () => span };
  expect(await measureTimes(known, new Breather())).toMatchObject({ endTicks: 200 });
});
