import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import fc from "fast-check";
import { parseSourceJson } from "../../src/db/source-json.ts";
import type { MusicTags } from "../../src/media/music-tags.ts";
import { musicTags } from "../../src/probe/music-tags.ts";
import { replayGain } from "../../src/probe/replay-gain.ts";
import { createProber } from "../../src/probe/prober.ts";
import { createSoundRunner } from "../support/sound-run.ts";
import { runTool } from "../support/run-tool.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";
import { tagFlac, tagM4a, tagMp3 } from "../support/tag-music.ts";

setDefaultTimeout(60_000);

const runner = createSoundRunner();
let folder: TempFolder;
beforeAll(async () => {
  folder = await createTempFolder("music-tags");
});
afterAll(async () => {
  await runner.close();
  await folder[Symbol.asyncDispose]();
});

async function tagsOf(path: string): Promise<MusicTags> {
  const source = await createProber({ runner, ffprobePath: "ffprobe" }).probe(path);
  // What is kept is what was read.
  expect(parseSourceJson(JSON.stringify(source))).toEqual(source);
  if (source.music === undefined) throw new Error("no tags");
  return source.music;
}

async function sound(name: string, options: readonly string[], tags: object): Promise<string> {
  const path = folder.file(name);
  const told = Object.entries(tags).flatMap(([key, value]) => ["-metadata", `${key}=${value}`]);
  await runTool([
    ...["ffmpeg", "-nostdin", "-y", "-v", "error", "-f", "lavfi", "-i", "sine=d=0.2"],
    ...[...told, ...options, path],
  ]);
  return path;
}

const id = "b1a9c0e9-d987-4042-ae91-78d6a3267d69";
const written = {
  title: "Naïve Melody; or “Reprise”",
  artist: "Talking Heads;Brian Eno",
  album: "Spe=aking",
  album_artist: "Talking Heads",
  track: "03/12",
  disc: "1/2",
  date: "1983-06-01T07:00:00Z",
  genre: "Rock;New Wave",
  composer: "D. Byrne",
  compilation: "1",
  MUSICBRAINZ_ALBUMID: id,
  REPLAYGAIN_TRACK_GAIN: "-7.89 dB",
  replaygain_track_peak: "0.988",
  ReplayGain_Album_Gain: "+1,5 dB",
  REPLAYGAIN_ALBUM_PEAK: "1.05",
};
const read = {
  title: "Naïve Melody; or “Reprise”",
  artist: "Talking Heads, Brian Eno",
  artists: ["Talking Heads", "Brian Eno"],
  album: "Spe=aking",
  albumArtist: "Talking Heads",
  composers: ["D. Byrne"],
  genres: ["Rock", "New Wave"],
  track: { number: 3, of: 12 },
  disc: { number: 1, of: 2 },
  date: "1983-06-01",
  isCompilation: true,
  musicBrainz: { release: id },
  gain: { trackGainDb: -7.89, trackPeak: 0.988, albumGainDb: 1.5, albumPeak: 1.05 },
};

const containers: readonly [ending: string, options: readonly string[]][] = [
  ["mp3", []],
  ["mp3", ["-id3v2_version", "3"]],
  ["m4a", ["-movflags", "use_metadata_tags"]],
  ["flac", []],
  ["ogg", ["-c:a", "libvorbis"]],
  ["oga", ["-c:a", "flac"]],
  ["opus", []],
  ["aiff", ["-write_id3v2", "1"]],
  ["wma", []],
  ["wv", []],
  ["mka", ["-c:a", "aac"]],
  ["caf", []],
  ["tta", []],
];

test.each(containers)(
  "tags of .%s are read, whatever the case of their names: %j",
  async (ending, options) => {
    const upper = Object.fromEntries(
      Object.entries(written).map(([key, value]) => [key.toUpperCase(), value]),
    );
    for (const [i, tags] of [written, upper].entries()) {
      // An MP4's own tags have names of one case, which FFmpeg writes.
      if (ending === "m4a" && i === 1) continue;
      const name = `${i}${options.length}.${ending}`;
      // ID3v2.3 has a year, and the day in a frame that FFmpeg does not write.
      const expected = options.includes("3") ? { ...read, date: "1983" } : read;
      expect(await tagsOf(await sound(name, options, tags))).toEqual(expected);
    }
  },
);

test("what a WAV has is read; what has no tags has none", async () => {
  const { title, artist, album, date } = read;
  expect(await tagsOf(await sound("t.wav", [], written))).toMatchObject({
    title,
    artist,
    album,
    date,
  });
  const none = await tagsOf(await sound("none.ac3", [], {}));
  expect(none).toMatchObject({ title: null, artists: [], track: { number: null, of: null } });
  expect(Object.values(none.gain)).toEqual([null, null, null, null]);
});

test("a film has no music tags", async () => {
  const path = folder.file("film.mkv");
  await runTool([
    ...["ffmpeg", "-nostdin", "-y", "-v", "error", "-f", "lavfi", "-i", "testsrc=s=64x48:d=0.2"],
    ...["-metadata", "artist=X", path],
  ]);
  const source = await createProber({ runner, ffprobePath: "ffprobe" }).probe(path);
  expect(source.music).toBeUndefined();
});

test("several values of one name, as taggers write them, in FLAC, MP3 and MP4", async () => {
  const expected = {
    artist: "One feat. Two",
    artists: ["One", "Two"],
    genres: ["Rock", "Jazz"],
    musicBrainz: { release: id },
  };
  const flac = await sound("several.flac", [], {});
  await tagFlac(flac, [
    ...([
      ["ARTIST", "One feat. Two"],
      ["ARTISTS", "One"],
      ["artists", "Two"],
    ] as const),
    ...([
      ["GENRE", "Rock"],
      ["Genre", "Jazz"],
      ["MUSICBRAINZ_ALBUMID", id],
    ] as const),
  ]);
  expect(await tagsOf(flac)).toMatchObject(expected);
  const m4a = await sound("several.m4a", [], {});
  await tagM4a(
    m4a,
    { artist: "One feat. Two", genre: "Rock;Jazz" },
    {
      ARTISTS: "One;Two",
      "MusicBrainz Album Id": id,
      replaygain_track_gain: "-1.25 dB",
      iTunNORM: " 00000400 00000200 0 0",
    },
  );
  expect(await tagsOf(m4a)).toMatchObject({ ...expected, gain: { trackGainDb: -1.25 } });
  const mp3 = await sound("several.mp3", ["-id3v2_version", "0"], {});
  await tagMp3(mp3, [
    ["TPE1", "One feat. Two"],
    ["TCON", "Rock;Jazz"],
    ["TXXX", "ARTISTS\0One;Two"],
    ["TXXX", `MusicBrainz Album Id\0${id}`],
    ["TPOS", "2"],
    ["TCMP", "1"],
  ]);
  expect(await tagsOf(mp3)).toMatchObject({
    ...expected,
    isCompilation: true,
    disc: { number: 2, of: null },
  });
});

test("names of ID3v2.2, and a tag with a book in it", async () => {
  const path = await sound("long.mp3", ["-id3v2_version", "0"], {});
  await tagMp3(path, [
    ["TPE1", "x".repeat(400_000)],
    ["TIT2", "Title"],
  ]);
  expect(await tagsOf(path)).toMatchObject({ title: "Title", artist: "x".repeat(200) });
  expect(musicTags({}, { TPA: "1/2" })).toMatchObject({ disc: { number: 1, of: 2 } });
});

const value = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("1/0", "0", "-0 dB", "NaN", "1e9", "٣", "99999/3", "\0;\0", "2004-13-40"),
);

test("no tag can be so strange that what is read of it is no value of its kind", () => {
  const keys = fc.constantFrom(
    ...Object.keys(written),
    "R128_TRACK_GAIN",
    "iTunNORM",
    "musicbrainz_trackid",
  );
  fc.assert(
    fc.property(fc.dictionary(keys, value), fc.dictionary(keys, value), (stream, format) => {
      const tags = musicTags(stream, format);
      const kept: unknown = JSON.parse(JSON.stringify(tags));
      expect(kept).toEqual(tags);
      for (const text of [tags.title, tags.artist, ...tags.artists, ...tags.genres]) {
        if (text !== null) expect(text).toMatch(/^\P{Cc}+$/u);
      }
      for (const count of [tags.track.number, tags.track.of, tags.disc.number]) {
        if (count !== null) expect(count).toBeGreaterThan(0);
      }
      if (tags.date !== null) expect(tags.date).toMatch(/^\d{4}(?:-[01]\d(?:-[0-3]\d)?)?$/);
      for (const number of Object.values(tags.gain)) {
        if (number !== null) expect(Math.abs(number)).toBeLessThan(200);
      }
    }),
    { numRuns: 300 },
  );
});

test("gains of Opus are told for the loudness that ReplayGain has, and Sound Check's as decibels", () => {
  const told = (tags: Readonly<Record<string, string>>) => replayGain((name) => tags[name]);
  fc.assert(
    fc.property(fc.integer({ min: -0x4000 / 2, max: 0x4000 / 2 }), (q78) => {
      const gain = told({ r128_track_gain: String(q78), r128_album_gain: String(-q78) });
      // Rounded to hundredths.
      expect(Math.abs((gain.trackGainDb ?? 99) - q78 / 256 - 5)).toBeLessThan(0.0051);
      expect(Math.abs((gain.albumGainDb ?? 99) + q78 / 256 - 5)).toBeLessThan(0.0051);
    }),
  );
  expect(told({ r128_track_gain: "-0", replaygain_track_gain: "-6.5 dB" }).trackGainDb).toBe(-6.5);
  // 1000 is no change; ten times the power is 10 dB less.
  const words = [
    "00002710",
    "000003E8",
    ...Array<string>(4).fill("00000000"),
    "00004000",
    "00002000",
  ];
  expect(told({ itunnorm: ` ${words.join(" ")}` })).toMatchObject({
    trackGainDb: -10,
    trackPeak: 0.5,
  });
});
