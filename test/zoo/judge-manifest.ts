import * as v from "valibot";
import type { StartedTrack } from "../support/api-client.ts";
import { decodeSound } from "../support/compare-audio.ts";
import { decodePictures } from "../support/compare-video.ts";
import { decodeTrack } from "../support/decode.ts";
import { measureLoudness } from "../support/loudness.ts";
import { runTool } from "../support/run-tool.ts";
import { ratio, soundSpan, type FilmSound } from "./film.ts";
import { judgeColours } from "./judge-colours.ts";
import { firstPictureOf, judgeCopy } from "./judge-copy.ts";
import {
  judgePictures,
  judgeShape,
  median,
  type DecodedPictures,
  type Lag,
} from "./judge-pictures.ts";
import { judgeLoudness, judgeSound, sourceOffsets, type SoundOffset } from "./judge-sound.ts";
import type { Reference } from "./reference-sound.ts";
import type { Shape } from "./shape.ts";

const streamsSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    streams: v.array(
      v.object({
        index: v.number(),
        codec_type: v.string(),
        width: v.optional(v.number(), 0),
        height: v.optional(v.number(), 0),
        channels: v.optional(v.number(), 0),
        pix_fmt: v.optional(v.string()),
        sample_aspect_ratio: v.optional(v.string()),
        r_frame_rate: v.optional(v.string(), "0/1"),
        color_range: v.optional(v.string()),
        color_space: v.optional(v.string()),
        color_primaries: v.optional(v.string()),
        color_transfer: v.optional(v.string()),
      }),
    ),
  }),
);

/** How picture and sound stand in the source, which the stream must keep. */
export interface SourceTiming {
  readonly path: string;
  /** The source's clock when its picture 0 is due, seconds; null where it is not to be seen. */
  readonly pictureLag: number | null;
  /** Seconds from the source's first moment to when its picture 0 is due: sound that begins before. */
  readonly lead: number;
  /** By how much each sound track is later than the pictures. */
  readonly soundOffsets: readonly (readonly SoundOffset[])[];
}

const startSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ format: v.object({ start_time: v.optional(v.string(), "0") }) }),
);

/** Seconds on the file's clock. */
async function startOf(path: string): Promise<number> {
  const shown = ["-show_entries", "format=start_time", "-of", "json"];
  const { stdout } = await runTool(["ffprobe", "-v", "error", ...shown, path]);
  return Number(v.parse(startSchema, new TextDecoder().decode(stdout)).format.start_time);
}

const firstTwo = "channelmap=map=0-0|1-1:channel_layout=stereo";

/** Measured in the source as FFmpeg decodes it, since containers without time stamps keep encoders' delays. */
export async function measureSource(shape: Shape, path: string): Promise<SourceTiming> {
  const { expected } = shape;
  const tracks = expected.sounds;
  const isTold = expected.clock === "repaired" || !expected.isLegible;
  if (isTold || expected.outcome === "is refused") {
    return { path, pictureLag: null, lead: 0, soundOffsets: tracks.map(() => []) };
  }
  const pictures = expected.pictures.length === 0 ? null : await lagOf(shape, path);
  const soundOffsets: SoundOffset[][] = [];
  let firstSound = Infinity;
  for (const [i, sound] of tracks.entries()) {
    const mixed = sound.channels === 1 ? 1 : 2;
    // FFmpeg mixes no channels of which it is not told where they are.
    const picked = sound.layout === null && mixed === 2 ? [firstTwo] : [];
    const decoded = await decodeSound(path, `0:a:${i}`, mixed, picked);
    firstSound = Math.min(firstSound, decoded.start);
    const reference = referenceOf(shape, sound, i);
    // Alone, a track is timed from where the file says it begins: a decoder may give nothing at first.
    const zero = pictures?.lag ?? Math.min(decoded.start, await startOf(path));
    soundOffsets.push(sourceOffsets(decoded, reference, zero));
  }
  const start = Math.min(firstSound, pictures?.first ?? Infinity);
  const lead = pictures === null ? 0 : pictures.lag - start;
  return { path, pictureLag: pictures?.lag ?? null, lead, soundOffsets };
}

/** The source's clock at its first picture, and when picture 0 is due, seconds. */
async function lagOf({ expected }: Shape, path: string): Promise<{ first: number; lag: number }> {
  const { numbers, times } = await decodePictures(path);
  const timeOf = new Map(expected.pictures.map(({ number, time }) => [number, time]));
  const lags = numbers.flatMap((number, i) => {
    const time = number === null ? undefined : timeOf.get(number);
    return time === undefined ? [] : [(times[i] ?? 0) - time];
  });
  return { first: times[0] ?? 0, lag: median(lags) };
}

type Stream = v.InferOutput<typeof streamsSchema>["streams"][number];

async function streamsOf(input: string): Promise<Stream[]> {
  const shown = ["-show_streams", "-of", "json", input];
  const { stdout } = await runTool(["ffprobe", "-v", "error", ...shown]);
  return v.parse(streamsSchema, new TextDecoder().decode(stdout)).streams;
}

/**
 * Plays a manifest to its end, every rendition of it, and says what is not as in the source: of what is copied,
 * anything at all; of what is encoded, what a viewer sees and hears.
 */
export async function judgeManifest(
  url: string,
  shape: Shape,
  source: SourceTiming,
  tracks: readonly StartedTrack[],
  joints: readonly number[],
): Promise<string[]> {
  const { expected, films } = shape;
  const streams = await streamsOf(url);
  const pictures = tracks.find(({ kind, action }) => kind === "video" && action !== "drop");
  const sounds = tracks.filter(({ kind, action }) => kind === "audio" && action !== "drop");
  const firstPicture =
    pictures === undefined ? null : await firstPictureOf(source.path, pictures.index);
  const faults: string[] = [];
  /** From the source's clock to the content's, by each track that tells it. */
  const shifts: { readonly of: string; readonly seconds: number; readonly slack: number }[] = [];
  let lag: Lag = () => 0;
  let middleLag = 0;
  let roundingMs = 0;
  const video = streams.filter(({ codec_type }) => codec_type === "video");
  const audio = streams.filter(({ codec_type }) => codec_type === "audio");
  if (video.length > 0 !== expected.pictures.length > 0) {
    faults.push(`${video.length} video tracks`);
  }
  // A variant of sound alone is listed as variant and as rendition, and FFmpeg reads both.
  const listings = url.endsWith(".m3u8") && expected.pictures.length === 0 ? [1, 2] : [1];
  if (!listings.some((times) => audio.length === times * expected.sounds.length)) {
    faults.push(`${audio.length} sound tracks, expected ${expected.sounds.length}`);
  }
  // The lines of lower rungs are fewer.
  const original = pictures?.action === "copy" ? Math.max(...video.map((one) => one.height)) : null;
  for (const [i, stream] of video.entries()) {
    const said = video.length === 1 ? "" : `${stream.height} lines: `;
    const decoded = await decodeNative(url, `0:v:${i}`, stream.width, stream.height);
    const rate = ratio(stream.r_frame_rate);
    const verdict = judgePictures(decoded, rate, expected, source.lead);
    [lag, middleLag] = [verdict.lag, verdict.middleLag];
    // Half of the grid's step, and the millisecond of the source's own clock.
    roundingMs = 500 / rate + 1;
    const found = [...decoded.warnings];
    if (pictures !== undefined && stream.height === original) {
      const { path } = source;
      const copied = await judgeCopy({
        ...{ kind: "video", path, index: pictures.index, url, stream: `v:${i}`, firstPicture },
        ...{ channels: 0, hasLayout: true },
      });
      shifts.push({ of: "the pictures", seconds: copied.shift, slack: 0.0011 });
      const own = (await streamsOf(path)).find(({ index }) => index === pictures.index);
      found.push(...copied.faults, ...judgeLooks(stream, own));
      faults.push(...found.map((fault) => `${said}${fault}`));
      continue;
    }
    if (source.pictureLag !== null) {
      const seconds = middleLag - source.pictureLag;
      shifts.push({ of: "the pictures", seconds, slack: 0.01 });
    }
    found.push(...verdict.faults);
    if (stream.pix_fmt !== "yuv420p") found.push(`pixel format ${stream.pix_fmt}`);
    const aspect = ratio((stream.sample_aspect_ratio ?? "1:1").replace(":", "/"));
    found.push(...judgeShape(decoded, aspect, expected));
    const colour = films[0]?.colour;
    if (expected.colours !== "any" && expected.isLegible && colour !== undefined) {
      const tags = {
        matrix: stream.color_space,
        primaries: stream.color_primaries,
        transfer: stream.color_transfer,
        range: stream.color_range,
      };
      found.push(...judgeColours(decoded, tags, colour, expected));
    }
    faults.push(...found.map((fault) => `${said}${fault}`));
  }
  for (const [i, sound] of expected.sounds.entries()) {
    const channels = audio[i]?.channels ?? 0;
    const own = sounds[i];
    if (own?.action === "copy") {
      const copied = await judgeCopy({
        ...{ kind: "audio", path: source.path, index: own.index, url, stream: `a:${i}` },
        ...{ firstPicture, channels: sound.channels, hasLayout: sound.layout !== null },
      });
      faults.push(...copied.faults.map((fault) => `sound ${i + 1}: ${fault}`));
      shifts.push({ of: `sound ${i + 1}`, seconds: copied.shift, slack: 0.0011 });
      continue;
    }
    if (channels !== 1 && channels !== 2 && channels !== 6) continue;
    const track = `0:a:${i}`;
    const decoded = await decodeSound(url, track, channels);
    const reference = referenceOf(shape, sound, i);
    const sourceOffsets = source.soundOffsets[i] ?? [];
    const place = { lag, middleLag, roundingMs, sourceOffsets, joints };
    const found = judgeSound(decoded, reference, place, expected);
    if (decoded.warnings !== "") found.push(firstLine(decoded.warnings));
    // Both manifests name the same segments: how loud they are is measured once.
    if (expected.seconds > 1 && url.endsWith(".m3u8")) {
      const heard = await measureLoudness(["-i", url], track);
      const coded = { ...heard, integrated: heard.integrated + expected.codingLoudness };
      found.push(...(await judgeLoudness(coded, channels, reference)));
    }
    faults.push(...found.map((fault) => `sound ${i + 1}: ${fault}`));
  }
  const [first, ...others] = shifts;
  for (const other of others) {
    const by = other.seconds - (first?.seconds ?? 0);
    if (Math.abs(by) <= Math.max(other.slack, first?.slack ?? 0)) continue;
    faults.push(`${other.of}: ${(by * 1000).toFixed(1)} ms late against ${first?.of}`);
  }
  return faults;
}

/** What players are told of copied pictures: the same as the source says of them. */
function judgeLooks(stream: Stream, source: Stream | undefined): string[] {
  const told = (one: Stream | undefined): Record<string, unknown> => ({
    "pixel format": one?.pix_fmt,
    size: `${one?.width}×${one?.height}`,
    "sample aspect": shapeOf(one),
    range: one?.color_range,
    matrix: one?.color_space,
    primaries: one?.color_primaries,
    transfer: one?.color_transfer,
  });
  const wanted = told(source);
  return Object.entries(told(stream)).flatMap(([name, value]) =>
    value === wanted[name]
      ? []
      : [`copied: ${name} ${String(value)}, the source's is ${String(wanted[name])}`],
  );
}

/** What does not say its samples' shape has square ones. */
function shapeOf(stream: Stream | undefined): string {
  const said = stream?.sample_aspect_ratio;
  return said === undefined || said === "0:1" ? "1:1" : said;
}

function referenceOf({ expected, films }: Shape, sound: FilmSound, track: number): Reference {
  const { seconds, pause } = expected;
  const changes = films.slice(1).flatMap((film) => {
    const later = film.sounds[track];
    return later === undefined ? [] : [{ from: soundSpan(film).start, sound: later }];
  });
  return { sound, track, seconds, pause, changes };
}

async function decodeNative(
  url: string,
  track: string,
  width: number,
  height: number,
): Promise<DecodedPictures & { readonly warnings: readonly string[] }> {
  const raw = ["-c:v", "rawvideo", "-pix_fmt", "yuv420p"];
  const { bytes, times, warnings } = await decodeTrack(url, track, raw);
  const size = (width * height * 3) / 2;
  const pictures = Array.from({ length: Math.floor(bytes.length / size) }, (_, i) => ({
    bytes: bytes.subarray(i * size, (i + 1) * size),
    width,
    height,
  }));
  return { pictures, times, warnings: warnings === "" ? [] : [firstLine(warnings)] };
}

function firstLine(text: string): string {
  return `FFmpeg says: ${text.trim().split("\n")[0]?.slice(0, 160) ?? ""}`;
}
