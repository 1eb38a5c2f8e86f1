import { expect, test } from "bun:test";
import fc from "fast-check";
import { untagged } from "../../src/media/color.ts";
import provider from "../../plugins/transcoding/ffmpeg_software/index.ts";
import { buildPlan, type PlanOptions } from "../../src/rendition/build-plan.ts";
import { usualPictures, type MadePictures } from "../../src/rendition/encode/made-pictures.ts";
import { soundCodecs } from "../../src/rendition/encode/sound-encoders.ts";
import { wishesOf } from "../../src/rendition/plan-wishes.ts";
import { exampleAudio, exampleSource, exampleVideo } from "../media/example-source.ts";

const usual: PlanOptions = {
  ...{ segmentSeconds: 4, quality: "medium", adaptive: true, maxHeight: 1080 },
  ...{ maxBitrateBps: null, maxAudioChannels: 2, providers: [provider] },
};
const text = {
  ...{ codec: "ass", language: "en", title: null, isDefault: false, isForced: false },
  ...{ isForHearingImpaired: false, isCommentary: false, startTimeSeconds: 0, endTimeSeconds: 9 },
};

const limitless = { maxHeight: null, maxLevel: null, maxBitrateBps: null };
/** With H.264 or alone, of what size this machine makes it. */
const pictures = fc
  .tuple(
    fc.constantFrom("hevc", "av1", "vp9" as const),
    fc.constantFrom("sdr", "hdr" as const),
    fc.constantFrom(null, 6e6, 3e7),
    fc.boolean(),
  )
  .map(([codec, range, maxSamplesPerSecond, isAlone]): MadePictures[] => [
    ...(isAlone ? [] : usualPictures),
    { ...limitless, codec, range, maxSamplesPerSecond },
  ]);

const wishes = fc.record({
  pictures: fc.oneof(fc.constant(usualPictures), pictures),
  burntTrack: fc.constantFrom(undefined, 5, 6),
  nightMode: fc.boolean(),
  maxAudioChannels: fc.constantFrom(2, 6, 8),
  soundCodecs: fc
    .subarray([...soundCodecs], { minLength: 1 })
    .map((codecs) => codecs.map((codec) => ({ codec, maxChannels: 8 }))),
});

test("a content that takes another one's place has its subtitles in the pictures and its sound", () => {
  fc.assert(
    fc.property(
      wishes,
      fc.array(fc.constantFrom(1, 2, 6, 8), { minLength: 1, maxLength: 3 }),
      (asked, channels) => {
        const color = {
          ...untagged,
          transfer: asked.pictures.at(-1)?.range === "hdr" ? "smpte2084" : null,
        } as const;
        const source = exampleSource({
          video: exampleVideo({ color }),
          audio: channels.map((count, i) => exampleAudio({ index: i + 1, channels: count })),
          subtitles: [
            { ...text, index: 5 },
            { ...text, index: 6, codec: "hdmv_pgs_subtitle" },
          ],
        });
        const first = buildPlan(source, { ...usual, ...asked });
        const second = buildPlan(source, { ...usual, ...wishesOf(first) });
        expect(second.renditions).toEqual(first.renditions);
      },
    ),
  );
});
