import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import {
  planEncodedAudio,
  type PlayedCodec,
  type SoundOptions,
} from "../../../src/rendition/encode/plan-audio.ts";
import { soundCodecs, type SoundCodec } from "../../../src/rendition/encode/sound-encoders.ts";
import { exampleAudio } from "../../media/example-source.ts";
import { compareSound, decodeSound, soundFaults } from "../../support/compare-audio.ts";
import { makeSound } from "../../support/make-sound.ts";
import { playSound } from "../../support/played-sound.ts";
import { createSoundRunner, planSound } from "../../support/sound-run.ts";
import { runTool } from "../../support/run-tool.ts";
import { createTempFolder, type TempFolder } from "../../support/temp-folder.ts";

setDefaultTimeout(60_000);

const runner = createSoundRunner();
let folder: TempFolder;
beforeAll(async () => {
  folder = await createTempFolder("sound-codecs");
});
afterAll(async () => {
  await runner.close();
  await folder[Symbol.asyncDispose]();
});

const layouts = { 1: "mono", 2: "stereo", 6: "5.1", 8: "7.1" } as const;
type Channels = keyof typeof layouts;

async function film(
  channels: Channels,
  { rate = 48_000, bits = 16, container = "mkv" } = {},
): Promise<string> {
  // FLAC's own container counts samples; Matroska's clock of milliseconds may put all of them a little later.
  const path = folder.file(`${channels}-${rate}-${bits}.${container}`);
  if (await Bun.file(path).exists()) return path;
  const deep = bits === 16 ? [] : ["-sample_fmt", "s32", "-bits_per_raw_sample", "24"];
  await makeSound(path, {
    ...{ channels, layout: layouts[channels], sampleRateHz: rate, seconds: 3 },
    encode: ["-c:a", "flac", ...deep],
  });
  return path;
}

const cases: [SoundCodec, Channels][] = [
  ["aac", 8],
  ["eac3", 1],
  ["eac3", 6],
  ["ac3", 2],
  ["ac3", 6],
  ["opus", 1],
  ["opus", 8],
  ["flac", 2],
];

describe("sound of every codec stands where it is in the film, and runs join without a click", () => {
  test.each(cases)("%s of %d channels", async (codec, channels) => {
    const path = await film(channels);
    const planned = await planSound(runner, path, 8, { soundCodecs: [{ codec, maxChannels: 8 }] });
    const [recipe] = planned.plan.renditions.map((each) => each.recipe);
    expect(recipe).toMatchObject({ codec, channels, mix: "none" });
    const truth = await decodeSound(path, "0:a:0", channels);
    for (const starts of [[1], [1, 2, 3, 5]]) {
      const name = `${codec}${channels}-${starts.length}`;
      const played = await playSound(runner, planned, starts, folder.file(name));
      expect(played.faults).toEqual([]);
      const heard = await decodeSound(played.path, "0:a:0", channels);
      const joins = [0.5, 1, 2];
      // What has the fewest bits for it: the effects alone may be cut off above 120 Hz.
      const heardBy = Array.from({ length: channels }, (_, channel) => channel).filter(
        (channel) => channels < 6 || channel !== 3,
      );
      for (const channel of heardBy) {
        const report = compareSound(truth, heard, {
          ...{ sourceStart: planned.source.startTimeSeconds, joins, channel },
        });
        expect({ channel, starts, faults: soundFaults(report, 0.1) }).toEqual({
          ...{ channel, starts, faults: [] },
        });
      }
    }
  });
});

describe("sound from which nothing was lost loses nothing", () => {
  const shapes: [Channels, number, number][] = [
    [2, 44_100, 16],
    [2, 48_000, 24],
    [6, 48_000, 24],
  ];
  test.each(shapes)("of %d channels at %d Hz with %d bits", async (channels, rate, bits) => {
    const path = await film(channels, { rate, bits, container: "flac" });
    const planned = await planSound(runner, path, 8, {
      soundCodecs: [{ codec: "flac", maxChannels: 8 }],
    });
    expect(planned.plan.renditions[0]?.recipe).toMatchObject({
      ...{ codec: "flac", sampleRateHz: rate, bitDepth: bits },
    });
    const starts = [1, 2, 3, 5];
    const played = await playSound(
      runner,
      planned,
      starts,
      folder.file(`bits-${channels}-${rate}`),
    );
    expect(played.faults).toEqual([]);
    const [before, after] = [await samples(path), await samples(played.path)];
    expect(after.subarray(0, before.length).equals(before)).toBe(true);
    // Silence up to the end of the last codec frame.
    expect(after.subarray(before.length).every((byte) => byte === 0)).toBe(true);
  });
});

async function samples(path: string): Promise<Buffer> {
  const { stdout } = await runTool([
    ...["ffmpeg", "-nostdin", "-v", "error", "-i", path, "-f", "s32le", "-c:a", "pcm_s32le", "-"],
  ]);
  return Buffer.from(stdout);
}

const shown = { id: "a1", language: "en", label: "", isDefault: true, role: "main" } as const;
const usual = {
  maxAudioChannels: 8,
  quality: "medium",
  hasPictures: true,
  container: "matroska,webm",
} as const;

describe("the codec of what is made", () => {
  const everything: PlayedCodec[] = soundCodecs.map((codec) => ({ codec, maxChannels: 8 }));
  const stereo = (codec: SoundCodec): PlayedCodec => ({ codec, maxChannels: 2 });
  const wide = (codec: SoundCodec): PlayedCodec => ({ codec, maxChannels: 6 });
  const choices: [number, string, Partial<SoundOptions>, string][] = [
    [2, "dts", {}, "aac 2"],
    [6, "dts", { soundCodecs: everything }, "aac 6"],
    [8, "dts", { soundCodecs: everything }, "opus 8"],
    [8, "dts", { soundCodecs: everything, maxAudioChannels: 6 }, "aac 6"],
    [8, "dts", { soundCodecs: everything, maxAudioChannels: 2 }, "aac 2"],
    [6, "dts", { soundCodecs: [stereo("aac"), wide("eac3"), wide("ac3")] }, "eac3 6"],
    [6, "dts", { soundCodecs: [stereo("aac"), wide("ac3")] }, "ac3 6"],
    [2, "dts", { soundCodecs: [stereo("aac"), wide("ac3")] }, "aac 2"],
    [2, "mp3", { soundCodecs: [stereo("opus")] }, "opus 2"],
    [1, "mp3", { soundCodecs: [wide("ac3")] }, "ac3 1"],
    [8, "dts", { soundCodecs: [{ codec: "aac", maxChannels: 8 }, wide("eac3")] }, "aac 8"],
    [7, "dts", { soundCodecs: everything }, "aac 6"],
    [2, "alac", { soundCodecs: everything }, "aac 2"],
    [2, "alac", { soundCodecs: everything, quality: "high" }, "flac 2"],
    [8, "truehd", { soundCodecs: everything, quality: "high" }, "flac 8"],
    [2, "dts", { soundCodecs: everything, quality: "high" }, "aac 2"],
  ];
  test.each(choices)("of %d channels of %s for %j is %s", (channels, codec, options, expected) => {
    const track = exampleAudio({ channels, codec });
    const { recipe } = planEncodedAudio(track, shown, 10, { ...usual, ...options });
    expect(`${recipe.codec} ${recipe.channels}`).toBe(expected);
  });
});

describe("the packet that tells the grid", () => {
  const times: [string, string, number | null, number | null][] = [
    // container, codec, time of a packet seen near the film's end; what is planned, microseconds
    ["matroska,webm", "aac", 9.984, 9_984_000],
    ["matroska,webm", "aac", null, 43_000],
    ["flv", "mp3", null, 43_000],
    ["asf", "aac", null, 43_000],
    ["matroska,webm", "vorbis", null, null],
    ["mov,mp4,m4a,3gp,3g2,mj2", "aac", 9.984, 9_984_000],
    // Its first may lie where an edit list cut.
    ["mov,mp4,m4a,3gp,3g2,mj2", "aac", null, null],
    ["mpegts", "aac", null, null],
  ];
  test.each(times)("in %s, of %s, seen at %p", (container, codec, packetTimeSeconds, expected) => {
    const track = exampleAudio({ codec, packetTimeSeconds, startTimeSeconds: 0.043 });
    const { packetMicroseconds } = planEncodedAudio(track, shown, 10, { ...usual, container });
    expect(packetMicroseconds).toBe(expected);
  });
});
