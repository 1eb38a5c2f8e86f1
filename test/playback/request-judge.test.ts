import { expect, test } from "bun:test";
import fc from "fast-check";
import { toViewraError } from "../../src/errors/viewra-error.ts";
import type { DeviceRequest } from "../../src/device/device-request.ts";
import type { PlayableMedia } from "../../src/playback/media-lookup.ts";
import type { FileState } from "../../src/playback/ports.ts";
import { createRequestJudge } from "../../src/playback/request-judge.ts";
import type { StartRequest } from "../../src/playback/start-request.ts";
import { wholeSource } from "../device/arbitrary-source.ts";
import { userAgents } from "../device/user-agents.ts";
import { createFakeClock } from "./fake-clock.ts";
import { sampleFile } from "./playback-rig.ts";
import { sampleAudio, sampleSource } from "./sample-source.ts";

const settings = { segmentSeconds: 4, quality: "medium", adaptive: true } as const;

const optional = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined });

const arbitraryProfile: fc.Arbitrary<DeviceRequest> = fc.record({
  userAgent: optional(fc.constantFrom(...Object.values(userAgents), "", "a".repeat(5000))),
  supportedCodecs: optional(fc.subarray(["h264", "hvc1.2.4.L153.B0", "aac", "ac-3", "nonsense"])),
  supportedContainers: optional(fc.subarray(["mp4", "mkv", "hls", "dash"])),
  maxResolution: optional(fc.constantFrom("480p", "2160p")),
  supportsHdr: optional(fc.boolean()),
  maxBitrate: optional(fc.constantFrom(1_000_000, 50_000_000)),
});

/** Often one that plays the file as it is: then much more is asked of request and file. */
const fewProfiles = fc.oneof(
  fc.constantFrom(undefined, { userAgent: userAgents.chrome }, { supportedContainers: ["mp4"] }),
  arbitraryProfile,
);

const arbitraryRequest: fc.Arbitrary<StartRequest> = fc.record({
  mediaFileId: fc.constant("film"),
  container: optional(fc.constantFrom("dash", "hls")),
  deviceProfile: fewProfiles,
  audioTrack: fc.constantFrom(undefined, 1, 2, 5),
  subtitleTrack: fc.oneof(fc.constant(undefined), fc.constantFrom(3, 9)),
  quality: fc.oneof(
    fc.constant(undefined),
    fc.constantFrom("auto", "low", "480p", "v720", "none such"),
  ),
  delivery: fc.oneof(
    fc.constant(undefined),
    fc.constantFrom("auto", "direct_play", "remux", "transcode"),
  ),
});

const arbitraryFile: fc.Arbitrary<FileState> = fc.record({
  sizeBytes: fc.constant(1_000_000),
  modifiedMs: fc.constantFrom(0, 1_700_000_000_000 - 500),
  allocatedBytes: fc.constantFrom(1_000_000, 400_000, 500_000),
});

const twoLanguages = { ...sampleSource, audio: [sampleAudio, { ...sampleAudio, index: 2 }] };

const arbitraryMedia: fc.Arbitrary<PlayableMedia> = fc
  .record({ source: fc.oneof(fc.constant(twoLanguages), wholeSource), onDisk: arbitraryFile })
  .map(({ source, onDisk }) => ({ file: { ...sampleFile, source }, source, onDisk }));

function pick<T>(list: readonly T[], n: number): T {
  const picked = list[n % list.length];
  if (picked === undefined) throw new Error("expected one to pick");
  return picked;
}

test("what is remembered of others never changes what a request comes to", () => {
  const outcome = (judge: ReturnType<typeof createRequestJudge>, [media, request]: Asked) => {
    try {
      const resolved = judge.resolve(request);
      return { resolved, ...judge.judge(media, request, resolved) };
    } catch (thrown) {
      const { code, message } = toViewraError(thrown);
      return { code, message };
    }
  };
  type Asked = readonly [PlayableMedia, StartRequest];
  fc.assert(
    fc.property(
      fc.array(arbitraryMedia, { minLength: 1, maxLength: 2 }),
      fc.array(arbitraryRequest, { minLength: 1, maxLength: 6 }),
      fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat(3000)), { minLength: 2, maxLength: 30 }),
      (films, requests, order) => {
        let now = 1_700_000_000_000;
        const clock = { now: () => now, after: () => () => {} };
        const remembering = createRequestJudge(settings, clock);
        for (const [film, request, ms] of order) {
          now += ms;
          const asked: Asked = [pick(films, film), pick(requests, request)];
          const fresh = createRequestJudge(settings, clock);
          expect(outcome(remembering, asked)).toEqual(outcome(fresh, asked));
        }
      },
    ),
    { numRuns: 500 },
  );
});

test("the same device and film give the very same verdict, whoever asks; another file of one film its own", () => {
  const judge = createRequestJudge(settings, createFakeClock());
  const [media] = fc.sample(arbitraryMedia, { numRuns: 1, seed: 1 });
  if (media === undefined) throw new Error("expected a film");
  const whole = { ...media, onDisk: { sizeBytes: 1000, modifiedMs: 0, allocatedBytes: 1000 } };
  const ask = (of: PlayableMedia) => {
    const request: StartRequest = { mediaFileId: "film", delivery: "transcode" };
    return judge.judge(of, request, judge.resolve(request)).verdict;
  };
  expect(ask(whole)).toBe(ask({ ...whole }));
  expect(ask({ ...whole, source: { ...whole.source } })).not.toBe(ask(whole));
});

test("devices are forgotten in the end, however many different ones ask", () => {
  const judge = createRequestJudge(settings, createFakeClock());
  const device = (n: number) =>
    judge.resolve({ mediaFileId: "film", deviceProfile: { userAgent: `device ${n}` } }).device;
  const first = device(0);
  expect(device(0)).toBe(first);
  for (let n = 1; n <= 500; n++) device(n);
  expect(device(0)).not.toBe(first);
});
