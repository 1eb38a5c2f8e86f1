import { ViewraError } from "../../errors/viewra-error.ts";
import { Breather } from "../breather.ts";
import { cutPoints, measureTimes, type MeasuredTimes } from "../cut-points.ts";
import type {
  DemuxedTrack,
  Demuxer,
  RandomAccessPoint,
  SoundFrame,
  TrackIndex,
} from "../demuxer.ts";
import { readExactly, unreadable, type ReadableFile } from "../readable-file.ts";
import { applyEdits, type AppliedEdits } from "./edit-list.ts";
import type { PacketTable } from "./packet-table.ts";
import { readMovie, type Movie } from "./read-movie.ts";
import { readPackets, type DecodeClock } from "./read-packets.ts";

/** A track of which all is known, and how its packets are found. */
interface OpenTrack {
  readonly track: DemuxedTrack;
  readonly table: PacketTable;
  readonly measured: MeasuredTimes;
  readonly clock: DecodeClock;
}

/**
 * Opens an MP4, QuickTime or fragmented MP4 file by its movie box and the headers of its fragments; owns `file` from
 * then on. Throws MEDIA_UNREADABLE.
 */
export async function openMp4(file: ReadableFile, signal?: AbortSignal): Promise<Demuxer> {
  const breather = new Breather(signal);
  const movie = await readMovie(file, breather);
  const opened: OpenTrack[] = [];
  const tracks: DemuxedTrack[] = [];
  for (const movieTrack of movie.tracks) {
    const { table } = movieTrack;
    const measured = table === null ? null : await measureTimes(table, breather);
    const edits = edited(movie, movieTrack, measured);
    const track = describeTrack(movieTrack, edits);
    tracks.push(track);
    if (table === null || measured === null) continue;
    const { decodeShiftTicks } = table;
    // FFmpeg moves decode times forward for negative offsets; in fragments it moves presentation times back instead.
    const late = movie.isFragmented ? decodeShiftTicks : 0;
    const shiftTicks = edits.shiftTicks + late;
    const clock = { shiftTicks, decodeShiftTicks, timescale: track.timescale };
    opened.push({ track, table, measured, clock });
  }
  const find = (track: DemuxedTrack): OpenTrack => {
    const found = opened.find((one) => one.track.streamIndex === track.streamIndex);
    const [obstacle] = track.obstacles;
    if (found !== undefined && obstacle === undefined) return found;
    throw new ViewraError("MEDIA_UNSUPPORTED", obstacle?.message ?? "The track has no packets");
  };
  return {
    tracks,
    index: async (track, cuts, signal) => {
      const { table, measured, clock } = find(track);
      const place = (packet: number): Pick<RandomAccessPoint, "dtsTicks" | "handle"> => ({
        dtsTicks: table.decodeTicks(packet) + clock.shiftTicks - clock.decodeShiftTicks,
        handle: [packet, 0, 0],
      });
      const cut = await cutPoints(table, measured, clock, cuts, place, new Breather(signal));
      return { ...cut, ...indexFacts(track, table) };
    },
    async *packets(track, from, to, signal) {
      const { table, clock } = find(track);
      const range = { from: from.handle[0], to: to === null ? table.count : to.handle[0] };
      if (!isThere(table, clock, from) || range.to > table.count) throw changed();
      yield* readPackets(file, table, clock, range, signal);
    },
    head: async (track, point, length) => {
      const { table, clock } = find(track);
      const [packet] = point.handle;
      if (!isThere(table, clock, point)) throw changed();
      return await readExactly(file, table.position(packet), Math.min(length, table.size(packet)));
    },
    close: () => file.close(),
  };
}

function isThere(table: PacketTable, clock: DecodeClock, point: RandomAccessPoint): boolean {
  const [packet] = point.handle;
  const isInside = packet >= 0 && packet < table.count;
  return isInside && table.presentationTicks(packet) + clock.shiftTicks === point.ptsTicks;
}

function changed(): ViewraError {
  return new ViewraError("MEDIA_CHANGED", "The film is not the one the index was made of");
}

type ReadTrack = Movie["tracks"][number];

function edited(
  movie: Movie,
  { edits, tablePackets, timescale, kind }: ReadTrack,
  measured: MeasuredTimes | null,
): AppliedEdits {
  if (measured === null || measured.startTicks === Infinity) {
    return { shiftTicks: 0, primingTicks: 0, obstacle: null };
  }
  const { startTicks: firstTicks, lastTicks } = measured;
  return applyEdits(
    edits,
    { firstTicks, lastTicks },
    { movieTimescale: movie.timescale, timescale },
    {
      isSound: kind === "audio",
      isFragmented: movie.isFragmented,
      isMixed: movie.isFragmented && tablePackets > 0,
    },
  );
}

function describeTrack(track: ReadTrack, { primingTicks, obstacle }: AppliedEdits): DemuxedTrack {
  const { streamIndex, kind, timescale, entry, obstacles } = track;
  return {
    ...{ streamIndex, kind, timescale, primingTicks },
    codec: entry?.codec ?? null,
    sampleEntryType: entry?.type ?? null,
    sampleEntry: entry?.bytes ?? null,
    configuration: entry?.configuration ?? null,
    width: entry?.width ?? 0,
    height: entry?.height ?? 0,
    channels: entry?.channels ?? 0,
    sampleRateHz: entry?.sampleRateHz ?? 0,
    ...{ defaultDurationNanoseconds: null, colour: null },
    obstacles: obstacle === null ? obstacles : [...obstacles, obstacle],
  };
}

function indexFacts(
  track: DemuxedTrack,
  table: PacketTable,
): Pick<TrackIndex, "frame" | "obstacles"> {
  if (table.count === 0) throw unreadable("The track has no packets");
  const begins = table.syncCount > 0 && table.sync(0) === 0;
  const message = "The track does not begin with a random access point";
  return {
    frame: track.kind === "audio" ? evenFrame(table, track.timescale) : null,
    obstacles: begins ? [] : [{ code: "beginning", message }],
  };
}

/** The duration that all packets have, the last one apart, which may be cut. */
function evenFrame(table: PacketTable, timescale: number): SoundFrame | null {
  const samples = table.durationTicks(0);
  const last = table.count - 1;
  const isEven = table.isEvenUpTo(last);
  return isEven && samples > 0 ? { samples, rateHz: timescale } : null;
}
