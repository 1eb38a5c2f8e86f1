import { describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Sound } from "../support/compare-audio.ts";
import { measureLoudness } from "../support/loudness.ts";
import { sound } from "./film.ts";
import { judgeLoudness, judgeSound, sourceOffsets } from "./judge-sound.ts";
import {
  headroomOf,
  mixOf,
  referenceSound,
  trackHeadroom,
  type Reference,
} from "./reference-sound.ts";
import { shape } from "./shape.ts";

setDefaultTimeout(30_000);

const seconds = 4;
const place = { lag: () => 0, middleLag: 0, roundingMs: 0, sourceOffsets: [] };
const { expected } = shape("test", "sound", { frames: seconds * 25 });
const ofTrack = (track: Reference["sound"]): Reference => ({
  ...{ sound: track, track: 0, seconds, pause: null },
});
const stereo = ofTrack(sound());
const truth = referenceSound(stereo, 2);

function changed(change: (samples: Float32Array) => Float32Array): Sound {
  return { ...truth, channels: truth.channels.map(change) };
}

/** From `from` on, so many samples later. */
function delayed(samples: Float32Array, count: number, from = 0): Float32Array {
  const later = samples.slice();
  later.fill(0, from);
  later.set(samples.subarray(from, samples.length - count), from + count);
  return later;
}

describe("the judge of sound", () => {
  test("finds nothing in the noise itself", () => {
    expect(judgeSound(truth, stereo, place, expected)).toEqual([]);
  });

  test.each<[string, Sound, RegExp]>([
    ["12 ms late", changed((all) => delayed(all, 576)), /sound 12\.0 ms late at 0\.1 s/],
    ["12 ms late from the middle on", changed((all) => delayed(all, 576, 96_000)), /12\.0 ms late/],
    [
      "of channels changed",
      { ...truth, channels: truth.channels.toReversed() },
      /not the source's/,
    ],
    ["silent at its end", changed((all) => all.slice().fill(0, 120_000)), /not the source's/],
    ["with a jump in its clock", { ...truth, jumps: [{ at: 1, by: 0.01 }] }, /time stamps jump/],
  ])("finds sound that is %s", (_, heard, fault) => {
    expect(judgeSound(heard, stereo, place, expected).join()).toMatch(fault);
  });

  test("lets pass what the source has too, and 8 ms", () => {
    const late = changed((all) => delayed(all, 1920));
    const offsets = sourceOffsets(late, stereo, 0);
    for (const { ms } of offsets) expect(ms).toBeCloseTo(40, 1);
    expect(judgeSound(late, stereo, { ...place, sourceOffsets: offsets }, expected)).toEqual([]);
    const little = changed((all) => delayed(all, 384));
    expect(judgeSound(little, stereo, place, expected)).toEqual([]);
  });

  test("puts a source's sound where its time stamps are: behind a gap, and over an overlap", () => {
    for (const by of [0.058, -0.058]) {
      const jumping = { ...truth, jumps: [{ at: 2 + by, by }] };
      const offsets = sourceOffsets(jumping, stereo, 0);
      for (const { at, ms } of offsets.filter((one) => one.at < 1.4 || one.at > 2.1)) {
        expect(ms).toBeCloseTo(at < 2 ? 0 : by * 1000, 1);
      }
    }
  });

  test("moves along with pictures that are late from the middle on", () => {
    // Where two windows meet: in one of both the sound is neither here nor there.
    const late = changed((all) => delayed(all, 960, 98_880));
    const lag = (at: number): number => (at < 2 ? 0 : 0.02);
    expect(judgeSound(late, stereo, { ...place, lag }, expected)).toEqual([]);
  });
});

describe("the judge of loudness", () => {
  const surround = ofTrack(sound({ channels: 6, layout: "5.1" }));

  test("knows a plain mix of stereo, within 1 LU", async () => {
    expect(await judgedAt(stereo, 0)).toEqual([]);
    expect(await judgedAt(stereo, 1.5)).toHaveLength(1);
    expect(await judgedAt(stereo, -1.5)).toHaveLength(1);
  });

  test("lets a mix of surround be lowered until it can never clip, and no further", async () => {
    const headroom = 20 * Math.log10(headroomOf(mixOf(surround.sound, 2)));
    expect(headroom).toBeCloseTo(7.66, 2);
    expect(await judgedAt(surround, 0)).toEqual([]);
    expect(await judgedAt(surround, -headroom)).toEqual([]);
    expect(await judgedAt(surround, 1.5)).toHaveLength(1);
    expect(await judgedAt(surround, -headroom - 1.5)).toHaveLength(1);
  });

  test("knows a mix that begins as one of two channels and goes on as one of six", async () => {
    const changing: Reference = { ...stereo, changes: [{ from: 2, sound: surround.sound }] };
    const [before, whole] = [await integratedOf(stereo), await integratedOf(changing)];
    expect(whole).toBeGreaterThan(before + 0.5);
    expect(await judgedAt(changing, 0)).toEqual([]);
    expect(await judgedAt(changing, 1.5)).toHaveLength(1);
  });

  test("finds peaks over full scale that the source has not", async () => {
    const faults = await judgedAt(surround, 0, 5.2);
    expect(faults.join()).toMatch("true peak of 5.2 dBTP");
  });

  /** The verdict on an output as loud as the unlowered mix and some decibels. */
  async function judgedAt(
    reference: Reference,
    offsetDb: number,
    truePeak = -6,
  ): Promise<string[]> {
    const level = await integratedOf(reference);
    return judgeLoudness({ integrated: level + offsetDb, truePeak }, 2, reference);
  }
});

async function integratedOf(reference: Reference): Promise<number> {
  const faults = await judgeLoudness({ integrated: 100, truePeak: -100 }, 2, reference);
  const headroom = 20 * Math.log10(trackHeadroom(reference, 2));
  const told = /expected (-?[\d.]+)/.exec(faults.join())?.[1];
  return Number(told) + headroom;
}

test("a sine at −20 dBFS in both channels is −20 LUFS, its true peak −20 dBTP", async () => {
  const sine = "aevalsrc=0.1*sin(2*PI*997*t)|0.1*sin(2*PI*997*t):d=4:s=48000:c=stereo";
  const { integrated, truePeak } = await measureLoudness(["-f", "lavfi", "-i", sine]);
  expect(integrated).toBeCloseTo(-20, 0);
  expect(truePeak).toBeCloseTo(-20, 0);
});
