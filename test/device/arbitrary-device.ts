import fc from "fast-check";
import type {
  AudioLimits,
  Device,
  HdrKind,
  Refusal,
  VideoLimits,
} from "../../src/device/device.ts";
import { chromaFormats, type ChromaFormat } from "../../src/media/pixel-format.ts";
import { codecProfiles } from "./arbitrary-source.ts";

const some = <T>(items: readonly T[]): fc.Arbitrary<ReadonlySet<T>> =>
  fc.subarray([...items]).map((list) => new Set(list));
const orNone = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.option(arbitrary, { nil: null, freq: 2 });
const carriage = fc.constantFrom("any", "any", "file", "stream" as const);
const allProfiles = [...codecProfiles.values()].flat();

const heights = [480, 720, 1080, 1440, 2160] as const;
export const dolbyProfiles = [5, 7, 8] as const;
export const containers = ["mp4", "matroska", "webm", "mpegts", "avi"] as const;
const hdrKinds: readonly HdrKind[] = ["hdr10", "hlg"];

const videoLimits: fc.Arbitrary<VideoLimits> = fc.record({
  profiles: orNone(some(allProfiles)),
  maxLevel: orNone(fc.nat(190)),
  maxBitDepth: orNone(fc.constantFrom(8, 10, 12)),
  chroma: orNone(some<ChromaFormat>(chromaFormats)),
  maxHeight: orNone(fc.constantFrom(...heights)),
  maxFrameRate: orNone(fc.constantFrom(24, 30, 60)),
  maxBitrateBps: orNone(fc.constantFrom(2e6, 1e7, 5e7)),
  hdr: some(hdrKinds),
  dolbyVision: some(dolbyProfiles).map((of) => new Map([...of].map((profile) => [profile, 7]))),
  sampleEntries: orNone(some(["avc1", "hvc1", "hev1", "dvh1", "av01"])),
  carriage: carriage.map((of): VideoLimits["carriage"] => of),
  isMeasured: fc.boolean(),
});

const audioLimits: fc.Arbitrary<AudioLimits> = fc.record({
  profiles: orNone(some(["LC", "HE-AAC"])),
  maxChannels: orNone(fc.constantFrom(2, 6, 8)),
  maxSampleRateHz: orNone(fc.constantFrom(44_100, 48_000)),
  maxBitDepth: orNone(fc.constantFrom(16, 24)),
  carriage: carriage.map((of): AudioLimits["carriage"] => of),
  isMeasured: fc.boolean(),
});

const refusal: fc.Arbitrary<Refusal> = fc.record({
  codec: fc.constantFrom("h264", "hevc", "aac", "eac3"),
  profile: orNone(fc.constantFrom(...allProfiles)),
  level: orNone(fc.nat(190)),
  bitDepth: orNone(fc.constantFrom(8, 10)),
  height: orNone(fc.constantFrom(...heights)),
  frameRate: orNone(fc.constantFrom(24, 30, 60)),
  bitrateBps: orNone(fc.constantFrom(2e6, 1e7)),
  hdr: orNone(fc.constantFrom(...hdrKinds)),
  dolbyVisionProfile: orNone(fc.constantFrom(...dolbyProfiles)),
  channels: orNone(fc.constantFrom(2, 6)),
});

function byCodec<T>(
  codecs: readonly string[],
  limits: fc.Arbitrary<T>,
): fc.Arbitrary<ReadonlyMap<string, readonly T[]>> {
  const entry = fc.tuple(
    fc.constantFrom(...codecs),
    fc.array(limits, { minLength: 1, maxLength: 3 }),
  );
  return fc.array(entry, { maxLength: 6 }).map((entries) => new Map(entries));
}

export const videoCodecs = ["h264", "hevc", "av1", "vp9", "mpeg2video"];
export const audioCodecs = ["aac", "ac3", "eac3", "opus", "flac", "mp3", "dts", "truehd"];

/** Any device that the types allow. */
export const arbitraryDevice: fc.Arbitrary<Device> = fc.record({
  name: fc.constant("Some device"),
  containers: fc
    .array(fc.tuple(fc.constantFrom(...containers), orNone(some([...videoCodecs, ...audioCodecs]))))
    .map((entries) => new Map(entries)),
  dolbyVisionContainers: orNone(some<string>(containers)),
  streaming: fc.constant<Device["streaming"]>(new Set(["dash"])),
  video: byCodec(videoCodecs, videoLimits),
  audio: byCodec(audioCodecs, audioLimits),
  refused: fc.array(refusal, { maxLength: 2 }),
  maxHeight: fc.constantFrom(...heights),
  maxBitrateBps: orNone(fc.constantFrom(2e6, 1e7, 5e7)),
  maxAudioChannels: fc.constantFrom(2, 6, 8),
  subtitles: fc.constantFrom(new Set<string>(), new Set(["vtt"]), new Set(["pgs"])),
  choosesAudio: fc.boolean(),
  deinterlaces: fc.boolean(),
  turnsPictures: fc.boolean(),
  keepsAspect: fc.boolean(),
});
