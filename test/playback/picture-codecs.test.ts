import { expect, test } from "bun:test";
import fc from "fast-check";
import software from "../../plugins/transcoding/ffmpeg_software/index.ts";
import type { Device } from "../../src/device/device.ts";
import { videoReasons } from "../../src/device/judge-video.ts";
import { picturesOf } from "../../src/device/pictures.ts";
import { levelNumber } from "../../src/media/codec-level.ts";
import { pictureCodecs } from "../../src/media/picture-codecs.ts";
import { untagged, type Transfer } from "../../src/media/color.ts";
import { rational, toNumber } from "../../src/media/rational.ts";
import type { VideoTrack } from "../../src/media/source.ts";
import { videoRange } from "../../src/media/video-range.ts";
import {
  choosePictures,
  h264Alone,
  madeCodecs,
  type EncodingSpeed,
} from "../../src/playback/picture-codecs.ts";
import { encodedPlan } from "../../src/rendition/build-plan.ts";
import type { EncodedVideo } from "../../src/rendition/encode/encoded-rendition.ts";
import { arbitraryDevice } from "../device/arbitrary-device.ts";
import { arbitrarySource } from "../device/arbitrary-source.ts";
import { exampleSource } from "../media/example-source.ts";

const qualities = ["low", "medium", "high"] as const;
const anySpeed: fc.Arbitrary<EncodingSpeed> = fc
  .record({
    hevc: fc.constantFrom(0, 1e6, 2e7, Infinity),
    av1: fc.constantFrom(0, 1e6, 2e7, Infinity),
    vp9: fc.constantFrom(0, 1e6, 2e7, Infinity),
  })
  .map((speeds) => (codec) => (codec === "h264" ? Infinity : speeds[codec]));

/** Of a rate and a size that films have, so that all of it can be planned. */
const anyTrack: fc.Arbitrary<VideoTrack> = fc
  .tuple(
    arbitrarySource.filter(({ video }) => video !== null),
    fc.constantFrom([640, 360], [1280, 720], [1920, 800], [720, 1280], [3840, 2160]),
    fc.constantFrom(rational(24), rational(24_000, 1001), rational(50)),
    fc.constantFrom<Transfer | null>(null, "bt709", "smpte2084", "arib-std-b67"),
  )
  .map(([{ video }, [width = 0, height = 0], frameRate, transfer]) => {
    if (video === null) throw new Error("expected pictures");
    const color = { ...untagged, transfer };
    return { ...video, width, height, frameRate, color, isVariableFrameRate: false };
  });

/** The pictures that a device would get, as a track that it judges like any other. */
function asTrack(track: VideoTrack, { recipe }: EncodedVideo): VideoTrack {
  const { codec, bitDepth, color } = recipe;
  const isDeep = bitDepth === 10;
  const profiles = {
    h264: "High",
    hevc: isDeep ? "Main 10" : "Main",
    av1: "Main",
    vp9: isDeep ? "Profile 2" : "Profile 0",
  };
  return {
    ...track,
    ...{ codec, profile: profiles[codec], level: levelNumber(codec, recipe.level) },
    ...{ codecTag: null, dolbyVision: null, isInterlaced: false, rotationDegrees: 0 },
    ...{ isMirrored: false, sampleAspectRatio: { num: 1, den: 1 }, frameRate: recipe.frameRate },
    ...{ width: recipe.width, height: recipe.height, bitrateBps: recipe.maxBitrateBps },
    pixelFormat: isDeep ? "yuv420p10le" : "yuv420p",
    color: { ...color, chromaLocation: "left" },
  };
}

const rungsOf = (
  track: VideoTrack,
  device: Device,
  quality: "low" | "medium" | "high",
  speed: EncodingSpeed,
) => {
  const pictures = choosePictures(track, device, quality, speed);
  const source = exampleSource({ video: track, audio: [] });
  const plan = encodedPlan(source, {
    ...{ segmentSeconds: 4, quality, adaptive: true, maxHeight: device.maxHeight },
    ...{ maxBitrateBps: null, maxAudioChannels: 2, providers: [software], pictures },
  });
  return plan.renditions.flatMap((each) => (each.kind === "video" ? [each] : []));
};

test("what is encoded beside H.264 is played by the device, in time, and no codec is made without need", () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(
      anyTrack,
      arbitraryDevice,
      fc.constantFrom(...qualities),
      anySpeed,
      (any, device, quality, speed) => {
        const track = { ...any, dolbyVision: null, startTimeSeconds: 0, endTimeSeconds: 9 };
        const rungs = rungsOf(track, device, quality, speed);
        const codecs = new Set(rungs.map(({ recipe }) => recipe.codec));
        expect(codecs.has("h264")).toBe(device.video.has("h264"));
        expect(codecs.size).toBeLessThanOrEqual(2);
        for (const rung of rungs.filter(({ recipe }) => recipe.codec !== "h264")) {
          const { codec, width, height, frameRate, bitDepth } = rung.recipe;
          seen.add(`${codec} ${bitDepth ?? 8}`);
          const perSecond = width * height * toNumber(frameRate);
          expect(perSecond).toBeLessThanOrEqual(speed(codec, "sdr", quality));
          const { base } = videoRange(track);
          expect(bitDepth === 10).toBe(base !== "sdr" && rung.recipe.color.matrix === "bt2020nc");
          if (bitDepth !== 10 && device.video.has("h264")) expect(quality).toBe("high");
          // A codec string of one alternative, and a stream, as every made picture is.
          const pictures = picturesOf(asTrack(track, rung), 0);
          const unasked = { ...device, maxBitrateBps: null, refused: [] };
          const codes = videoReasons(pictures, unasked, { kind: "stream" }).map(({ code }) => code);
          expect(codes).toEqual([]);
        }
      },
    ),
    { numRuns: 1000 },
  );
  expect([...seen].toSorted()).toEqual(["av1 10", "av1 8", "hevc 10", "hevc 8", "vp9 10", "vp9 8"]);
}, 30_000);

test("a machine of which nothing is known makes H.264, and all codecs there are where nobody asks how fast", () => {
  expect(madeCodecs("medium", h264Alone)).toEqual(["h264"]);
  expect(madeCodecs("medium", () => Infinity)).toEqual([...pictureCodecs]);
});
