import { expect, setDefaultTimeout, test } from "bun:test";
import fc from "fast-check";
import { anyAudio, anyVideo, everyHdr } from "../../src/device/limits.ts";
import type { AudioLimits, Device, VideoLimits } from "../../src/device/device.ts";
import {
  decisionOf,
  deliveryWishes,
  judgeTracks,
  playedAudio,
  type Verdict,
  type Wishes,
} from "../../src/device/judge-tracks.ts";
import { isBurnable } from "../../src/media/decoded-codecs.ts";
import { chromaFormats } from "../../src/media/pixel-format.ts";
import type { Source } from "../../src/media/source.ts";
import {
  arbitraryDevice,
  audioCodecs,
  containers,
  dolbyProfiles,
  videoCodecs,
} from "./arbitrary-device.ts";
import { arbitrarySource, codecProfiles, wholeSource } from "./arbitrary-source.ts";

setDefaultTimeout(60_000);

const subtitle = fc.option(
  fc.record({
    index: fc.integer({ min: 4, max: 7 }),
    burn: fc.constantFrom(null, null, true, false),
  }),
);
const wishes: fc.Arbitrary<Wishes> = fc.record({
  audioIndex: fc.constantFrom(null, 1, 2, 3),
  maxHeight: fc.constantFrom(null, null, 720, 1080),
  delivery: fc.constantFrom(...deliveryWishes),
  subtitle,
  nightMode: fc.boolean(),
});
const runs = { numRuns: 2000 };

const plus = (value: number | null, by: number): number | null =>
  value === null ? null : value + by;

/** Ways in which one decoder becomes a better one. */
const betterVideo: readonly ((limits: VideoLimits) => VideoLimits)[] = [
  (limits) => ({
    ...limits,
    profiles: new Set([...(limits.profiles ?? []), ...[...codecProfiles.values()].flat()]),
  }),
  (limits) => ({ ...limits, profiles: null }),
  (limits) => ({ ...limits, maxLevel: plus(limits.maxLevel, 30) }),
  (limits) => ({ ...limits, maxLevel: null }),
  (limits) => ({ ...limits, maxBitDepth: plus(limits.maxBitDepth, 2) }),
  (limits) => ({ ...limits, chroma: new Set(chromaFormats) }),
  (limits) => ({ ...limits, maxHeight: plus(limits.maxHeight, 360) }),
  (limits) => ({ ...limits, maxFrameRate: plus(limits.maxFrameRate, 30) }),
  (limits) => ({ ...limits, maxBitrateBps: plus(limits.maxBitrateBps, 1e7) }),
  (limits) => ({ ...limits, hdr: everyHdr }),
  (limits) => ({ ...limits, dolbyVision: new Map(dolbyProfiles.map((profile) => [profile, 13])) }),
  (limits) => ({ ...limits, sampleEntries: null }),
  (limits) => ({ ...limits, carriage: "any" }),
  (limits) => ({ ...limits, isMeasured: true }),
];
const betterAudio: readonly ((limits: AudioLimits) => AudioLimits)[] = [
  (limits) => ({ ...limits, profiles: null }),
  (limits) => ({ ...limits, maxChannels: plus(limits.maxChannels, 2) }),
  (limits) => ({ ...limits, maxSampleRateHz: plus(limits.maxSampleRateHz, 48_000) }),
  (limits) => ({ ...limits, maxBitDepth: null }),
  (limits) => ({ ...limits, carriage: "any" }),
  (limits) => ({ ...limits, isMeasured: true }),
];

function everyOf<T>(
  map: ReadonlyMap<string, readonly T[]>,
  better: (limits: T) => T,
): ReadonlyMap<string, readonly T[]> {
  return new Map([...map].map(([codec, alternatives]) => [codec, alternatives.map(better)]));
}

function firstOf<T>(
  map: ReadonlyMap<string, readonly T[]>,
  better: (limits: T) => T,
): ReadonlyMap<string, readonly T[]> {
  return new Map(
    [...map].map(([codec, of]) => [
      codec,
      of.map((limits, i) => (i === 0 ? better(limits) : limits)),
    ]),
  );
}

/** Ways in which a device becomes a better one. */
const better: readonly ((device: Device) => Device)[] = [
  ...betterVideo.flatMap((change) => [
    (device: Device): Device => ({ ...device, video: everyOf(device.video, change) }),
    (device: Device): Device => ({ ...device, video: firstOf(device.video, change) }),
  ]),
  ...betterAudio.map((change) => (device: Device): Device => ({
    ...device,
    audio: everyOf(device.audio, change),
  })),
  (device) => ({
    ...device,
    video: new Map([...videoCodecs.map((codec) => [codec, [anyVideo]] as const), ...device.video]),
  }),
  (device) => ({
    ...device,
    video: new Map([...device.video].map(([codec, of]) => [codec, [...of, anyVideo]])),
  }),
  (device) => ({
    ...device,
    audio: new Map([...audioCodecs.map((codec) => [codec, [anyAudio]] as const), ...device.audio]),
  }),
  (device) => ({
    ...device,
    containers: new Map([...containers.map((name) => [name, null] as const)]),
  }),
  (device) => ({ ...device, dolbyVisionContainers: null }),
  (device) => ({ ...device, refused: device.refused.slice(1) }),
  (device) => ({ ...device, maxHeight: device.maxHeight + 360 }),
  (device) => ({ ...device, maxBitrateBps: plus(device.maxBitrateBps, 1e7) }),
  (device) => ({ ...device, maxBitrateBps: null }),
  (device) => ({ ...device, maxAudioChannels: device.maxAudioChannels + 2 }),
  (device) => ({ ...device, subtitles: new Set([...device.subtitles, "vtt", "pgs"]) }),
  (device) => ({ ...device, choosesAudio: true }),
  (device) => ({ ...device, deinterlaces: true }),
  (device) => ({ ...device, turnsPictures: true }),
  (device) => ({ ...device, keepsAspect: true }),
];

const copied = ({ tracks }: Verdict): number[] =>
  tracks.filter(({ action }) => action === "copy").map(({ index }) => index);

test("a better device is never given more work: what was copied is copied, a file stays a file", () => {
  const auto = fc.record({
    audioIndex: fc.constantFrom(null, 1, 2),
    maxHeight: fc.constantFrom(null, 720),
    subtitle,
    nightMode: fc.boolean(),
  });
  fc.assert(
    fc.property(arbitrarySource, arbitraryDevice, auto, (source, device, asked) => {
      const wished: Wishes = { ...asked, delivery: "auto" };
      const before = judgeTracks(source, device, wished);
      for (const change of better) {
        const after = judgeTracks(source, change(device), wished);
        if (before.delivery === "file")
          expect([String(change), after.delivery]).toEqual([String(change), "file"]);
        const lost = copied(before).filter((index) => !copied(after).includes(index));
        expect([String(change), lost]).toEqual([String(change), []]);
      }
    }),
    { numRuns: 1000 },
  );
});

const everything: Device = {
  name: "Everything",
  containers: new Map(containers.map((name) => [name, null])),
  dolbyVisionContainers: null,
  streaming: new Set(["dash"]),
  video: new Map(
    videoCodecs.map((codec) => [
      codec,
      [
        {
          ...anyVideo,
          hdr: everyHdr,
          dolbyVision: new Map(dolbyProfiles.map((profile) => [profile, 13])),
        },
      ],
    ]),
  ),
  audio: new Map(audioCodecs.map((codec) => [codec, [anyAudio]])),
  refused: [],
  maxHeight: 4320,
  maxBitrateBps: null,
  maxAudioChannels: 64,
  subtitles: new Set(),
  choosesAudio: true,
  deinterlaces: true,
  turnsPictures: true,
  keepsAspect: true,
};

test("a device that takes everything gets every whole file, whichever sound is asked for", () => {
  fc.assert(
    fc.property(wholeSource, fc.constantFrom(null, 1, 2, 3), (source, audioIndex) => {
      const verdict = judgeTracks(source, everything, {
        audioIndex,
        maxHeight: null,
        delivery: "auto",
        subtitle: null,
        nightMode: false,
      });
      expect(verdict).toMatchObject({ delivery: "file", reasons: [] });
    }),
    runs,
  );
});

test("for night mode no sound is copied, of whatever it is asked, and the pictures are what they were", () => {
  fc.assert(
    fc.property(arbitrarySource, arbitraryDevice, wishes, (source, device, wished) => {
      const night = judgeTracks(source, device, { ...wished, nightMode: true });
      const day = judgeTracks(source, device, { ...wished, nightMode: false });
      if (source.audio.length === 0) expect(night).toEqual(day);
      else expect(night.delivery).not.toBe("file");
      const heard = new Set(source.audio.map(({ index }) => index));
      for (const { index, action, reasons } of night.tracks) {
        if (!heard.has(index)) continue;
        expect(action).toBe("encode");
        expect(reasons.map(({ code }) => code)).toContain("NIGHT_MODE_REQUESTED");
      }
      const pictures = ({ tracks }: Verdict) => tracks.filter(({ kind }) => kind === "video");
      if (night.delivery === "content" && day.delivery === "content") {
        expect(pictures(night)).toEqual(pictures(day));
      }
    }),
    runs,
  );
});

test("a track has no reasons exactly when it is copied, and a file or content exactly when nothing is cheaper", () => {
  fc.assert(
    fc.property(arbitrarySource, arbitraryDevice, wishes, (source, device, wished) => {
      const verdict = judgeTracks(source, device, wished);
      for (const { action, reasons } of verdict.tracks)
        expect(reasons.length === 0).toBe(action === "copy");
      expect(verdict.reasons.length === 0).toBe(verdict.delivery === "file");
      const said = [verdict.reasons, ...verdict.tracks.map(({ reasons }) => reasons)];
      for (const reasons of said) {
        expect(new Set(reasons.map(({ code, message }) => `${code} ${message}`)).size).toBe(
          reasons.length,
        );
        for (const { message } of reasons) expect(message).toMatch(/^[A-Za-z].{15,}[^.]$/);
      }
    }),
    runs,
  );
});

test("subtitles that must be part of the pictures are in every delivery that encodes, and in no other", () => {
  fc.assert(
    fc.property(arbitrarySource, arbitraryDevice, wishes, (source, device, wished) => {
      const verdict = judgeTracks(source, device, wished);
      const burnt = verdict.tracks.filter(({ action }) => action === "burn");
      const asked = source.subtitles.find(({ index }) => index === wished.subtitle?.index);
      const pictures = verdict.tracks.find(({ index }) => index === source.video?.index);
      if (burnt.length > 0) {
        expect(verdict.delivery).toBe("content");
        expect(burnt.map(({ index }) => index)).toEqual([asked?.index ?? -1]);
        expect(pictures?.action).toBe("encode");
        expect(wished.delivery === "remux" || wished.delivery === "direct_play").toBe(false);
      } else if (
        asked !== undefined &&
        source.video !== null &&
        wished.subtitle?.burn === true &&
        isBurnable(asked)
      ) {
        expect(verdict.delivery).toBe("impossible");
      }
    }),
    runs,
  );
});

test("every track of the file has its verdict, in the file's order", () => {
  fc.assert(
    fc.property(arbitrarySource, arbitraryDevice, wishes, (source, device, wished) => {
      const { delivery, tracks } = judgeTracks(source, device, wished);
      if (delivery === "impossible") return;
      const all = [source.video ?? [], source.audio, source.subtitles, source.leftOut].flat();
      expect(tracks.map(({ index }) => index)).toEqual(
        all.map(({ index }) => index).toSorted((a, b) => a - b),
      );
    }),
    runs,
  );
});

test("the same question has the same answer, whatever the order of tracks, codecs and alternatives", () => {
  const turned = <T>(map: ReadonlyMap<string, readonly T[]>): ReadonlyMap<string, readonly T[]> =>
    new Map([...map].toReversed().map(([codec, of]) => [codec, of.toReversed()]));
  fc.assert(
    fc.property(arbitrarySource, arbitraryDevice, wishes, (source, device, wished) => {
      const answer = judgeTracks(source, device, wished);
      expect(judgeTracks(source, device, wished)).toEqual(answer);
      const otherDevice: Device = {
        ...device,
        video: turned(device.video),
        audio: turned(device.audio),
        containers: new Map([...device.containers].toReversed()),
        refused: device.refused.toReversed(),
      };
      const otherSource: Source = { ...source, audio: source.audio.toReversed() };
      expect(judgeTracks(otherSource, otherDevice, wished)).toEqual(answer);
    }),
    runs,
  );
});

test("a wish is granted exactly when it can be, and says why when it cannot", () => {
  fc.assert(
    fc.property(arbitrarySource, arbitraryDevice, wishes, (source, device, wished) => {
      const asked = (delivery: Wishes["delivery"]): Verdict =>
        judgeTracks(source, device, { ...wished, delivery });
      const auto = asked("auto");
      const direct = asked("direct_play");
      expect(direct.delivery).toBe(auto.delivery === "file" ? "file" : "impossible");
      const remux = asked("remux");
      if (auto.delivery === "content") {
        expect(decisionOf(auto) === "remux").toBe(remux.delivery === "content");
      }
      if (remux.delivery === "content") {
        const audio = playedAudio(source.audio, wished.audioIndex);
        const played = [source.video, audio].flatMap((track) => track?.index ?? []);
        expect(copied(remux)).toEqual(expect.arrayContaining(played));
      }
      const transcode = asked("transcode");
      expect(decisionOf(transcode)).toBe("transcode");
      expect(transcode.tracks.some(({ action }) => action === "copy")).toBe(false);
      for (const verdict of [direct, remux]) {
        if (verdict.delivery === "impossible") expect(verdict.reasons).not.toEqual([]);
      }
    }),
    runs,
  );
});
