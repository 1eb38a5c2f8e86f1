import { sound, type Film, type FilmSound } from "../film.ts";
import { type Expected, type Outcome, shape, type Shape, uneven } from "../shape.ts";

const rare: Outcome = "plays or is refused";
const pictures = { rate: "25", frames: 113 } as const;

interface SoundCodec {
  readonly encoder: string;
  readonly extension: string;
  readonly options?: readonly string[];
  readonly track?: Partial<FilmSound>;
  readonly film?: Partial<Film>;
  readonly expected?: Partial<Expected>;
}

const speech = { sampleRateHz: 8000, channels: 1, layout: "mono" } as const;
const mono = { channels: 1, layout: "mono" } as const;
const rough = { likeness: 0.6 } as const;
const mpeg4 = { video: ["-c:v", "mpeg4", "-q:v", "2"] } as const;

/** Codecs, in a film that they are met in. */
const codecs: readonly SoundCodec[] = [
  { encoder: "aac", extension: "mp4" },
  { encoder: "ac3", extension: "mkv", options: ["-b:a", "256k"] },
  { encoder: "eac3", extension: "mp4", options: ["-b:a", "256k"] },
  {
    encoder: "dca",
    extension: "mkv",
    options: ["-strict", "-2", "-b:a", "768k"],
    track: { channels: 2 },
  },
  { encoder: "truehd", extension: "mkv", options: ["-strict", "-2"] },
  { encoder: "mlp", extension: "mkv", options: ["-strict", "-2"] },
  { encoder: "flac", extension: "mkv" },
  { encoder: "flac", extension: "mp4", options: ["-strict", "-2"] },
  { encoder: "alac", extension: "mov" },
  { encoder: "libopus", extension: "mkv", options: ["-b:a", "160k"] },
  { encoder: "libopus", extension: "mp4", options: ["-b:a", "160k"] },
  { encoder: "libvorbis", extension: "mkv", options: ["-b:a", "192k"] },
  { encoder: "mp2", extension: "ts", options: ["-b:a", "192k"] },
  { encoder: "libmp3lame", extension: "mp4", options: ["-b:a", "192k"] },
  { encoder: "libmp3lame", extension: "avi", options: ["-q:a", "2"], film: mpeg4 },
  {
    encoder: "wmav1",
    extension: "wmv",
    options: ["-b:a", "192k"],
    film: { video: ["-c:v", "wmv2", "-q:v", "2"] },
  },
  {
    encoder: "wmav2",
    extension: "wmv",
    options: ["-b:a", "192k"],
    film: { video: ["-c:v", "wmv2", "-q:v", "2"] },
  },
  ...["pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s32le", "pcm_f32le", "pcm_u8", "pcm_alaw"].map(
    (encoder): SoundCodec => ({
      encoder,
      extension: "mov",
      expected: encoder === "pcm_u8" ? { likeness: 0.85 } : {},
    }),
  ),
  { encoder: "pcm_bluray", extension: "m2ts" },
  {
    encoder: "pcm_dvd",
    extension: "vob",
    film: { video: ["-c:v", "mpeg2video", "-q:v", "2"], output: ["-f", "vob"] },
    // FFmpeg cuts its packets amid samples: the stamps come 7 ms nearer in four seconds, and one step is due.
    expected: { likeness: 0.8, ...uneven },
  },
  { encoder: "s302m", extension: "ts", options: ["-strict", "-2"] },
  { encoder: "adpcm_ms", extension: "avi", film: mpeg4, expected: rough },
  { encoder: "adpcm_ima_wav", extension: "avi", film: mpeg4, expected: rough },
  { encoder: "adpcm_ima_qt", extension: "mov", expected: rough },
  { encoder: "adpcm_swf", extension: "flv", track: { sampleRateHz: 44_100 }, expected: rough },
  {
    encoder: "nellymoser",
    extension: "flv",
    track: { sampleRateHz: 22_050, ...mono },
    expected: { ...rough, ...uneven },
  },
  {
    encoder: "libspeex",
    extension: "flv",
    track: { sampleRateHz: 16_000, ...mono },
    expected: rough,
  },
  {
    encoder: "libgsm_ms",
    extension: "avi",
    film: mpeg4,
    track: speech,
    expected: { likeness: 0.3, codingLoudness: 1.1, outcome: rare },
  },
  {
    encoder: "g722",
    extension: "mkv",
    track: { sampleRateHz: 16_000, ...mono },
    expected: { ...rough, outcome: rare },
  },
  { encoder: "tta", extension: "mkv" },
  { encoder: "wavpack", extension: "mkv" },
];

/** Files of sound alone. */
const alone: readonly SoundCodec[] = [
  { encoder: "pcm_s16le", extension: "wav" },
  { encoder: "pcm_s16be", extension: "aiff" },
  { encoder: "pcm_s24le", extension: "caf" },
  { encoder: "alac", extension: "m4a" },
  { encoder: "flac", extension: "flac" },
  { encoder: "libmp3lame", extension: "mp3", options: ["-b:a", "192k"] },
  { encoder: "aac", extension: "aac", options: ["-b:a", "192k"] },
  { encoder: "libvorbis", extension: "ogg", options: ["-b:a", "192k"] },
  { encoder: "libopus", extension: "opus", options: ["-b:a", "160k"] },
  { encoder: "ac3", extension: "ac3", options: ["-b:a", "256k"] },
  { encoder: "eac3", extension: "eac3", options: ["-b:a", "256k"] },
  { encoder: "dca", extension: "dts", options: ["-strict", "-2", "-b:a", "768k"] },
  { encoder: "tta", extension: "tta" },
  { encoder: "wavpack", extension: "wv" },
  { encoder: "wmav2", extension: "wma", options: ["-b:a", "192k"] },
  { encoder: "mp2", extension: "mp2", options: ["-b:a", "192k"] },
];

const layouts: readonly (readonly [string, number])[] = [
  ...([
    ["mono", 1],
    ["stereo", 2],
    ["2.1", 3],
    ["3.0", 3],
    ["3.0(back)", 3],
    ["3.1", 4],
    ["4.0", 4],
  ] as const),
  ...([
    ["quad", 4],
    ["quad(side)", 4],
    ["4.1", 5],
    ["5.0", 5],
    ["5.0(side)", 5],
    ["5.1", 6],
  ] as const),
  ...([
    ["5.1(side)", 6],
    ["6.1", 7],
    ["7.0", 7],
    ["7.1", 8],
  ] as const),
];
const counts = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 16];
/** What FFmpeg takes so many channels for that a file says nothing of; of more, the first two are played. */
const assumed: Readonly<Record<number, string>> = {
  ...{ 1: "mono", 2: "stereo", 3: "2.1", 4: "4.0", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1" },
};
const sampleRates = [8000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 88_200, 96_000, 192_000];

/** As Blu-rays and streaming services have it. */
const surround: readonly SoundCodec[] = [
  ...(
    [
      ["eac3", "5.1(side)", ["-b:a", "640k"]],
      ["dca", "5.1(side)", ["-strict", "-2", "-b:a", "1509k"]],
      ["truehd", "5.1(side)", ["-strict", "-2"]],
      ["flac", "7.1", []],
      ["libopus", "7.1", ["-b:a", "640k", "-mapping_family", "1"]],
      ["aac", "7.1", ["-b:a", "640k"]],
    ] as const
  ).map(([encoder, layout, options]): SoundCodec => {
    const channels = layout === "7.1" ? 8 : 6;
    return { encoder, extension: "mkv", options, track: { channels, layout } };
  }),
];

export const sounds: readonly Shape[] = [
  ...surround.map((codec) => withPictures(codec, `surround-${codec.encoder}`)),
  ...codecs.map((codec) => withPictures(codec, `sound-${codec.encoder}`)),
  ...alone.map((codec) =>
    withPictures({ ...codec, film: { video: null } }, `alone-${codec.encoder}`),
  ),
  ...layouts.map(([layout, channels]) =>
    shape("sounds", `layout-${layout.replaceAll(/[()]/g, "")}`, {
      ...pictures,
      sounds: [sound({ encoder: ["-c:a", "pcm_s16le"], channels, layout })],
      extension: "mov",
    }),
  ),
  ...counts.map((channels) => {
    const track = sound({ encoder: ["-c:a", "pcm_s16le"], channels, layout: null });
    const layout = assumed[channels] ?? null;
    return shape(
      "sounds",
      `channels-${channels}`,
      { ...pictures, sounds: [track], extension: "mkv" },
      { expected: { sounds: [{ ...track, layout }] } },
    );
  }),
  ...sampleRates.map((sampleRateHz) =>
    shape("sounds", `rate-${sampleRateHz}`, {
      ...pictures,
      sounds: [sound({ encoder: ["-c:a", "flac"], sampleRateHz })],
    }),
  ),
  // Loud: channels that are added up, each up to the limit; and what is not, as loud as any record: clipped noise
  // would overshoot by 3 dB in AAC itself.
  ...(
    [
      ["stereo", 2, 5],
      ["5.1", 6, 14],
      ["7.1", 8, 14],
      ["mono", 1, 5],
    ] as const
  ).map(([layout, channels, gainDb]) =>
    shape(
      "sounds",
      `loud-${layout}`,
      {
        ...pictures,
        sounds: [sound({ encoder: ["-c:a", "flac"], channels, layout, gainDb })],
      },
      {
        properties: { level: gainDb === 14 ? "at the limit" : "loud" },
        expected: { likeness: 0.75 },
      },
    ),
  ),
  // Time stamps of whole milliseconds, and gaps too small to be filled by hand.
  ...["aac", "libmp3lame", "ac3", "libopus"].map((encoder) =>
    shape(
      "sounds",
      `milliseconds-${encoder}`,
      {
        ...pictures,
        sounds: [
          sound({
            encoder: ["-c:a", encoder, "-b:a", "192k"],
            sampleRateHz: encoder === "libopus" ? 48_000 : 44_100,
          }),
        ],
      },
      { properties: { clock: "milliseconds" } },
    ),
  ),
  ...(
    [
      ["ts", 0.03],
      ["mkv", 0.058],
      ["mp4", 0.058],
      ["mp4", 0.09],
      ["ts", 0.15],
    ] as const
  ).map(([extension, seconds]) =>
    shape(
      "sounds",
      `gap-${Math.round(seconds * 1000)}ms`,
      {
        ...pictures,
        extension,
        sounds: [
          sound({
            encoder: [
              "-c:a",
              "ac3",
              "-b:a",
              "192k",
              "-af",
              `asetpts=if(gte(T\\,2)\\,PTS+${seconds}/TB\\,PTS)`,
            ],
          }),
        ],
        // An index in front cannot describe AC-3 before its first packet.
        output: extension === "mp4" ? ["-movflags", "frag_keyframe+delay_moov"] : [],
      },
      {
        properties: { clock: `gap of ${seconds * 1000} ms in the sound` },
        expected: { likeness: 0.4, pause: { at: 2, seconds } },
      },
    ),
  ),
];

function withPictures(codec: SoundCodec, name: string): Shape {
  const track = sound({
    ...codec.track,
    encoder: ["-c:a", codec.encoder, ...(codec.options ?? [])],
  });
  return shape(
    "sounds",
    name,
    { ...pictures, extension: codec.extension, ...codec.film, sounds: [track] },
    {
      ...(codec.expected === undefined ? {} : { expected: codec.expected }),
    },
  );
}
