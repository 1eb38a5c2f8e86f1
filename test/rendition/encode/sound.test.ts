import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { compareSound, decodeSound, type Sound } from "../../support/compare-audio.ts";
import { layoutChannels } from "../../support/layout-channels.ts";
import { makeBroadcast, makeSound, shiftFrom, type SoundPiece } from "../../support/make-sound.ts";
import { runTool } from "../../support/run-tool.ts";
import {
  createSoundRunner,
  differences,
  encodeSound,
  likeness,
  planSound,
  soundSamples,
} from "../../support/sound-run.ts";
import { createTempFolder, type TempFolder } from "../../support/temp-folder.ts";

setDefaultTimeout(60_000);

const runner = createSoundRunner();
let folder: TempFolder;
beforeAll(async () => {
  folder = await createTempFolder("sound-films");
});
afterAll(async () => {
  await runner.close();
  await folder[Symbol.asyncDispose]();
});

// FFmpeg's perceptual noise substitution is decoded to other noise each time.
const aac = ["-c:a", "aac", "-aac_pns", "0", "-b:a", "192k"];
const ffmpeg = ["ffmpeg", "-nostdin", "-y", "-v", "error"];

/** How much later than in the source sound comes, milliseconds, away from what is between two formats. */
function offsets(
  source: Sound,
  output: Sound,
  sourceStart: number,
  changes: number[] = [],
): number[] {
  const { windows } = compareSound(source, output, { sourceStart });
  const isAway = (at: number): boolean =>
    changes.every((change) => at < change - 0.45 || at > change + 0.05);
  return windows.flatMap(({ at, offsetMs }) => (offsetMs !== null && isAway(at) ? [offsetMs] : []));
}

describe("a gap in time stamps", () => {
  const at = 1.5;
  const gaps = [-12, 3, 7, 21.333, 58, 90, 250];
  test.each(gaps)("of %d ms is the same wherever a run begins, and in its place", async (ms) => {
    const steady = folder.file("steady.mp4");
    const film = folder.file(`gap${ms}.mp4`);
    await makeSound(steady, {
      layout: "stereo",
      encode: [...aac, "-movflags", "frag_keyframe+empty_moov"],
    });
    await shiftFrom(steady, film, at, ms);
    const planned = await planSound(runner, film);
    const whole = await soundSamples(runner, planned);
    const parts = await soundSamples(runner, planned, { starts: [1, 2, 3, 4, 5] });
    expect(differences(whole, parts)).toEqual([]);
    const truth = await decodeSound(steady);
    const early = offsets(truth, whole, truth.start).slice(0, 2);
    // The windows after the gap, of a source that is as much later.
    const late = offsets(truth, whole, truth.start - ms / 1000).slice(-1);
    for (const offset of [...early, ...late]) expect(Math.abs(offset)).toBeLessThan(5.1);
  });
});

describe("a clock of whole milliseconds", () => {
  const codecs: readonly [codec: string, sampleRateHz: number][] = [
    ["aac", 48_000],
    ["aac", 44_100],
    ["libmp3lame", 44_100],
    ["mp2", 48_000],
    ["flac", 44_100],
  ];
  test.each(codecs)("does not move %s of %d Hz by a sample", async (codec, sampleRateHz) => {
    const film = folder.file(`${codec}${sampleRateHz}.mkv`);
    const encode = codec === "aac" ? aac : ["-c:a", codec];
    await makeSound(film, {
      layout: "stereo",
      sampleRateHz,
      encode: [...encode, "-cluster_time_limit", "200"],
    });
    const planned = await planSound(runner, film);
    const whole = await soundSamples(runner, planned);
    const parts = await soundSamples(runner, planned, { starts: [1, 2, 3, 5] });
    // Resampled sound may lie half a sample off: the film begins where it begins.
    if (sampleRateHz === 48_000) expect(differences(whole, parts)).toEqual([]);
    else expect(likeness(whole, parts)).toBeGreaterThan(20);
    const truth = await decodeSound(film);
    for (const offset of offsets(truth, whole, planned.source.startTimeSeconds)) {
      expect(Math.abs(offset)).toBeLessThan(1);
    }
  });
});

describe("a format that changes in mid-film", () => {
  const stereo: SoundPiece = { channels: 2, layout: "stereo", encode: ["-c:a", "ac3"] };
  const surround: SoundPiece = { channels: 6, layout: "5.1", encode: ["-c:a", "ac3"] };
  const mono: SoundPiece = { channels: 1, layout: "mono", encode: ["-c:a", "mp2"] };
  const slower: SoundPiece = { ...stereo, sampleRateHz: 44_100, encode: ["-c:a", "mp2"] };
  const usual: SoundPiece = { ...stereo, encode: ["-c:a", "mp2"] };
  const changes: Readonly<Record<string, readonly SoundPiece[]>> = {
    "2.0 to 5.1": [stereo, surround],
    "5.1 to 2.0": [surround, stereo],
    "2.0 to 5.1 and back": [stereo, surround, stereo],
    "48 to 44.1 kHz and back": [usual, slower, usual],
    "mono to stereo": [mono, usual],
  };
  for (const container of ["ts", "mkv"]) {
    test.each(Object.keys(changes))(`from %s in .${container} loses nothing`, async (name) => {
      const seconds = 1.536;
      const broadcast = folder.file(`${name}.ts`);
      const pieces = (changes[name] ?? []).map((piece) => ({ ...piece, seconds }));
      await makeBroadcast(broadcast, pieces);
      const film = folder.file(`${name}.${container}`);
      if (container !== "ts") await runTool([...ffmpeg, "-i", broadcast, "-c", "copy", film]);
      const planned = await planSound(runner, film);
      // Only broadcasts are expected to change; others after a first try has failed.
      const caution = container === "ts" ? 0 : 1;
      const whole = await encodeSound(runner, planned, { caution });
      // Segments of half a second: before the change, with it, after it.
      const parts = await encodeSound(runner, planned, { caution, starts: [1, 3, 4, 5] });
      const channels = planned.source.audio[0]?.channels === 1 ? 1 : 2;
      const truth = await decodeSound(film, "0:a:0", channels);
      for (const output of [whole, parts]) {
        const changed = name.includes("kHz") ? [seconds, 2 * seconds] : [];
        const found = offsets(truth, output, planned.source.startTimeSeconds, changed);
        expect(found.length).toBeGreaterThan(3);
        // Half a codec frame of a piece may lie over the next one.
        for (const offset of found)
          expect(Math.abs(offset)).toBeLessThan(name.includes("kHz") ? 5.1 : 0.1);
      }
    });
  }
});

describe("channels", () => {
  // Those for which FFmpeg assumes a layout, those for which it does not, and the edges of both.
  const counts = [1, 2, 3, 5, 6, 8, 9, 16, 24];
  test.each(counts)("%d of them without a layout are heard", async (channels) => {
    const film = folder.file(`${channels}.wav`);
    await makeSound(film, { channels, seconds: 0.6, encode: ["-c:a", "pcm_s16le"] });
    const planned = await planSound(runner, film);
    const { channels: heard } = await soundSamples(runner, planned);
    expect(heard).toHaveLength(Math.min(2, channels));
    for (const samples of heard) expect(level(samples)).toBeGreaterThan(0.1);
  });

  // Names of FFmpeg's, and sets that have none: among them all that its mixer refuses.
  const layouts = [
    ...["2.1", "quad(side)", "5.1(side)", "hexagonal", "7.1(wide)", "octagonal"],
    ...["FL+TC", "BL+BR", "TFL+TFR", "FR+FC+BL", "FC+FLC+BC", "LFE", "FL+FR+FC+LFE+TFL+TFR"],
  ];
  test.each(layouts)("of the layout %s are heard", async (layout) => {
    const channels = (await layoutChannels(layout)).length;
    const film = folder.file(`layout.${layout}.mov`);
    await makeSound(film, { channels, layout, seconds: 0.6, encode: ["-c:a", "pcm_s16le"] });
    const { channels: heard } = await soundSamples(runner, await planSound(runner, film));
    for (const samples of heard) expect(level(samples)).toBeGreaterThan(0.02);
  });

  test("that are loud are mixed down without clipping, and no quieter than they are", async () => {
    const film = folder.file("loud.mkv");
    const louder = ["-af", "volume=3dB", "-c:a", "flac", "-cluster_time_limit", "200"];
    await makeSound(film, { channels: 6, layout: "5.1", encode: louder });
    const planned = await planSound(runner, film);
    const whole = await soundSamples(runner, planned);
    for (const samples of whole.channels) {
      expect(samples.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0)).toBeLessThan(
        0.9,
      );
    }
    const parts = await soundSamples(runner, planned, { starts: [1, 3, 4, 5] });
    expect(differences(whole, parts)).toEqual([]);
    // The mixer of FFmpeg's default would bring it 7.7 dB down.
    expect(level(whole.channels[0])).toBeGreaterThan(
      level((await decodeSound(film, "0:a:0", 6)).channels[0]),
    );
  });
});

describe("a sound track", () => {
  const picture = ["-f", "lavfi", "-i", "testsrc2=s=64x36:r=25:d=3"];
  const coded = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "25"];

  test.each(["mp4", "mkv", "avi", "ts", "mov"])(
    "without a packet is left out (.%s)",
    async (extension) => {
      const film = folder.file(`absent.${extension}`);
      const sound = [
        "-f",
        "lavfi",
        "-i",
        "sine=d=3",
        "-f",
        "s16le",
        "-ar",
        "48000",
        "-i",
        "/dev/null",
      ];
      const maps = ["-map", "0:v", "-map", "1:a", "-map", "2:a", ...coded, "-c:a", "aac"];
      await runTool([...ffmpeg, ...picture, ...sound, ...maps, film]);
      const { source, plan } = await planSound(runner, film);
      expect(source.audio.map(({ index }) => index)).toEqual([1]);
      expect(plan.renditions.map(({ id }) => id)).toEqual(["v36", "a1"]);
    },
  );

  const claims: readonly [string, string][] = [
    ["longer", "00:00:03.000000000"],
    ["shorter", "00:00:00.500000000"],
  ];
  test.each(claims)(
    "that claims to be %s than it is is whole, then silent",
    async (_, DURATION) => {
      const film = folder.file("claims.mkv");
      const sound = ["-f", "lavfi", "-i", "sine=d=1"];
      const maps = ["-map", "0:v", "-map", "1:a", ...coded, "-c:a", "flac"];
      await runTool([...ffmpeg, ...picture, ...sound, ...maps, film]);
      // The muxer writes the tag last, as text: what it says is replaced where it stands.
      const bytes = Buffer.from(await Bun.file(film).arrayBuffer());
      const tag = bytes.lastIndexOf("00:00:01.0");
      expect(tag).toBeGreaterThan(0);
      bytes.write(DURATION, tag, "latin1");
      await Bun.write(film, bytes);
      const planned = await planSound(runner, film);
      for (const starts of [[1], [1, 2, 4, 5]]) {
        const { channels } = await soundSamples(runner, planned, { starts });
        expect(level(channels[0]?.subarray(0, 47_000))).toBeGreaterThan(0.05);
        expect(level(channels[0]?.subarray(49_000))).toBe(0);
        await encodeSound(runner, planned, { starts });
      }
    },
  );
});

function level(samples: Float32Array = new Float32Array()): number {
  const energy = samples.reduce((sum, sample) => sum + sample * sample, 0);
  return Math.sqrt(energy / Math.max(1, samples.length));
}
