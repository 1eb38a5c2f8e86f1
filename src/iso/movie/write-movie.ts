import { box, fullBox, u16, u32, u64, zeros } from "../write-box.ts";
import type { SampleTable } from "./sample-table.ts";
import type { TrackParts } from "./track-parts.ts";

export interface MovieTrack {
  readonly parts: TrackParts;
  readonly table: SampleTable;
  /** When its first sample is decoded, ticks of the track. */
  readonly startTicks: number;
}

const unity = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000].flatMap(u32);

/** The brands of a plain file; `iso6` for composition offsets below 0 (ISO/IEC 14496-12, 4.3). */
export function writeFileType(): Uint8Array {
  return box("ftyp", "isom", u32(0x200), "isom", "iso2", "iso6", "mp41", "mp42");
}

/** The `moov` of a plain file of these tracks (8.2 to 8.7). */
export function writeMovie(tracks: readonly MovieTrack[]): Uint8Array {
  const timescale = Math.max(1000, ...tracks.map(({ parts }) => parts.timescale));
  const durations = tracks
    .map((track) => spanOf(track, timescale))
    .map((span) => span.delay + span.shown);
  const mvhd = timed(
    ...(["mvhd", 0, Math.max(...durations)] as const),
    u32(timescale),
    (duration) => [duration, u32(0x10000), u16(0x100), zeros(10), unity, zeros(24)],
    u32(tracks.length + 1),
  );
  const alone = new Set(["video", "audio"]);
  const traks = tracks.map((track, i) => {
    // Players choose one of a group; the first of its kind is the one shown unless a viewer says otherwise.
    const kind = track.parts.isVideo ? "video" : "audio";
    return writeTrack(track, { id: i + 1, timescale, isFirst: alone.delete(kind) });
  });
  return box("moov", mvhd, ...traks);
}

interface Place {
  readonly id: number;
  /** Of the movie. */
  readonly timescale: number;
  readonly isFirst: boolean;
}

/** How long a track waits and how long it is shown, in ticks of the movie. */
function spanOf({ parts, table, startTicks }: MovieTrack, timescale: number) {
  const ticks = (own: number): number => Math.round((own * timescale) / parts.timescale);
  return { delay: ticks(startTicks), shown: ticks(table.shownTicks - parts.mediaTimeTicks) };
}

function writeTrack(track: MovieTrack, { id, timescale, isFirst }: Place): Uint8Array {
  const { parts, table } = track;
  const { delay, shown } = spanOf(track, timescale);
  // Enabled, in the movie; of others of a kind the movie holds, a viewer chooses.
  const flags = isFirst ? 3 : 2;
  const appearance = parts.appearance.slice();
  // Layer, then the group of which one is played at a time (8.3.2).
  new DataView(appearance.buffer).setInt16(2, parts.isVideo ? 1 : 2);
  const tkhd = timed("tkhd", flags, delay + shown, [...u32(id), ...u32(0)], (duration) => [
    duration,
    zeros(8),
    appearance,
  ]);
  const edits = [
    ...(delay > 0 ? [{ duration: delay, mediaTime: -1 }] : []),
    { duration: shown, mediaTime: parts.mediaTimeTicks },
  ];
  const mdhd = timed("mdhd", 0, table.decodedTicks, u32(parts.timescale), (duration) => [
    duration,
    u16(parts.language),
    u16(0),
  ]);
  const minf = box("minf", ...parts.mediaHeaders, table.write(parts.stsd));
  return box("trak", tkhd, box("edts", writeEdits(edits)), box("mdia", mdhd, parts.hdlr, minf));
}

function writeEdits(edits: readonly { duration: number; mediaTime: number }[]): Uint8Array {
  const isLong = edits.some(
    ({ duration, mediaTime }) => duration >= 2 ** 32 || mediaTime >= 2 ** 31,
  );
  const entries = edits.map(({ duration, mediaTime }) => {
    const time = mediaTime < 0 ? zeros(isLong ? 8 : 4).fill(0xff) : (isLong ? u64 : u32)(mediaTime);
    return [...(isLong ? u64 : u32)(duration), ...time, ...u16(1), ...u16(0)];
  });
  return fullBox("elst", isLong ? 1 : 0, 0, u32(edits.length), entries.flat());
}

type Fields = readonly (Uint8Array | readonly number[])[];

/** A box that begins with two times, which are left open, and has a duration behind some fields: in 64 bits where 32 do not do. */
function timed(
  type: string,
  flags: number,
  duration: number,
  before: readonly number[],
  from: (duration: readonly number[]) => Fields,
  ...after: Fields
): Uint8Array {
  const isLong = duration >= 2 ** 32;
  const times = zeros(isLong ? 16 : 8);
  const fields = from((isLong ? u64 : u32)(duration));
  return fullBox(type, isLong ? 1 : 0, flags, times, before, ...fields, ...after);
}
