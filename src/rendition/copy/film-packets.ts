import { ViewraError } from "../../errors/viewra-error.ts";
import { mp4Configuration } from "../../demux/configuration/mp4-configuration.ts";
import { inspectPoints } from "../../demux/picture/inspect-points.ts";
import type {
  CodecConfiguration,
  Cuts,
  DemuxedTrack,
  Demuxer,
  Packet,
  RandomAccessPoint,
} from "../../demux/demuxer.ts";
import { openDemuxer } from "../../demux/open-demuxer.ts";
import type { LocatedSource } from "../located-source.ts";
import type { CopiedPacket } from "./copied-samples.ts";
import { decodeCuts, encodeCuts, type CutMemory, type KnownCuts } from "./known-cuts.ts";

/** A track as its packets are copied: on a clock of whole samples where the container's is coarser. */
export interface CutTrack {
  readonly track: DemuxedTrack;
  /** Ticks a second. */
  readonly timescale: number;
  /** First and last moment of any packet. */
  readonly startTicks: number;
  readonly endTicks: number;
  /** Where it is cut, from its first packet on, and the moment shown first behind each cut. */
  readonly points: readonly RandomAccessPoint[];
  readonly cutTicks: readonly number[];
  /** How its packets are decoded, as MP4 says it; null where nothing does. */
  readonly configuration: CodecConfiguration | null;
  /** No picture behind a cut is shown before the one that stands on it. */
  readonly isClean: boolean;
  /** Why it is not copied; empty where it is. */
  readonly obstacles: readonly string[];
  /** A packet's time on this clock. */
  readonly ticksOf: (ptsTicks: number) => number;
}

/** A film opened for its packets, for as long as somebody reads them. */
export interface FilmPackets {
  readonly tracks: readonly DemuxedTrack[];
  /** Where a track is cut. MEDIA_UNREADABLE, MEDIA_UNSUPPORTED. */
  cut(trackIndex: number, cuts: Cuts): Promise<CutTrack>;
  /** The packets of segment n (from 1), in decode order. */
  segment(cut: CutTrack, n: number, signal?: AbortSignal): Promise<CopiedPacket[]>;
}

/** Opens films, and keeps them open and their cuts known for a while: a viewer's next run is never far. */
export interface FilmOpener {
  /**
   * Runs with a film's packets. `fingerprint` is what it is known by. `passing`: for whom the film is opened that
   * nobody else has use for; it is closed at once, and its signal ends the looks.
   */
  use<T>(
    source: Pick<LocatedSource, "path" | "container">,
    fingerprint: string,
    work: (film: FilmPackets) => Promise<T>,
    passing?: AbortSignal,
  ): Promise<T>;
  close(): Promise<void>;
}

interface OpenFilm {
  readonly demuxer: Promise<Demuxer>;
  readonly cuts: Map<string, Promise<CutTrack>>;
  users: number;
  /** Somebody plays it. */
  isWanted: boolean;
  timer: ReturnType<typeof setTimeout> | null;
}

/** A file that nobody reads is closed after so long. */
const keptOpenMs = 30_000;

/** `memory`: what is known of films from earlier looks; null where nothing is kept. */
export function createFilmOpener(memory: CutMemory | null = null): FilmOpener {
  const films = new Map<string, OpenFilm>();
  const saving = new Set<Promise<unknown>>();
  const keep = (fingerprint: string, key: string, bytes: Uint8Array): void => {
    // What is not kept is looked for again: nobody is kept from playing by it.
    const saved = memory?.put(fingerprint, key, bytes).catch(() => undefined);
    if (saved === undefined) return;
    saving.add(saved);
    void saved.then(() => saving.delete(saved));
  };

  const closeFilm = async (key: string, film: OpenFilm): Promise<void> => {
    if (films.get(key) === film) films.delete(key);
    const demuxer = await film.demuxer.catch(() => null);
    await demuxer?.close();
  };
  const take = (path: string, container: string, key: string, passing?: AbortSignal): OpenFilm => {
    const known = films.get(key);
    if (known) {
      if (known.timer !== null) clearTimeout(known.timer);
      known.timer = null;
      return known;
    }
    const demuxer = openDemuxer(path, container, passing);
    const film: OpenFilm = { demuxer, cuts: new Map(), users: 0, isWanted: false, timer: null };
    films.set(key, film);
    demuxer.catch(() => films.get(key) === film && films.delete(key));
    return film;
  };
  return {
    use: async ({ path, container }, fingerprint, work, passing) => {
      const key = `${fingerprint} ${path}`;
      const film = take(path, container, key, passing);
      film.users++;
      film.isWanted ||= passing === undefined;
      const known: CutStore = {
        get: async (name) => (await memory?.get(fingerprint, name).catch(() => null)) ?? null,
        put: (name, bytes) => keep(fingerprint, name, bytes),
      };
      try {
        return await work(packetsOf(await film.demuxer, film.cuts, known, passing));
      } finally {
        film.users--;
        if (film.users === 0 && !film.isWanted) await closeFilm(key, film);
        else if (film.users === 0) {
          film.timer = setTimeout(() => void closeFilm(key, film), keptOpenMs);
          film.timer.unref();
        }
      }
    },
    close: async () => {
      await Promise.all([...films].map(([key, film]) => closeFilm(key, film)));
      await Promise.all(saving);
    },
  };
}

/** What is kept of one film. */
interface CutStore {
  get(key: string): Promise<Uint8Array | null>;
  put(key: string, bytes: Uint8Array): void;
}

function packetsOf(
  demuxer: Demuxer,
  known: Map<string, Promise<CutTrack>>,
  store: CutStore,
  signal: AbortSignal | undefined,
): FilmPackets {
  return {
    tracks: demuxer.tracks,
    cut: (trackIndex, cuts) => {
      const key = cutKey(trackIndex, cuts);
      const before = known.get(key);
      if (before) return before;
      const cut = cutTrack(demuxer, trackIndex, async (track) => {
        const bytes = await store.get(key);
        const kept = bytes && decodeCuts(bytes);
        if (kept !== null) return kept;
        const found = await lookForCuts(demuxer, track, cuts, signal);
        const encoded = encodeCuts(found);
        if (encoded !== null) store.put(key, encoded);
        return found;
      });
      known.set(key, cut);
      cut.catch(() => known.delete(key));
      return cut;
    },
    segment: async (cut, n, signal) => {
      const from = cut.points[n - 1];
      if (from === undefined) throw new RangeError(`expected a segment of the track, got ${n}`);
      const packets: CopiedPacket[] = [];
      const read = demuxer.packets(cut.track, from, cut.points[n] ?? null, signal);
      for await (const packet of read) {
        // A frame that a camera dropped: the one before it lasts longer. No player takes a sample of nothing.
        if (packet.data.length > 0) packets.push(copied(packet, cut));
      }
      return packets;
    },
  };
}

/** Wished times are thousands: their digest stands for them. */
function cutKey(trackIndex: number, cuts: Cuts): string {
  const digest = new Bun.CryptoHasher("sha256").update(JSON.stringify(cuts)).digest("hex");
  return `${trackIndex} ${digest.slice(0, 32)}`;
}

function copied({ ptsTicks, isSync, data }: Packet, { track, ticksOf }: CutTrack): CopiedPacket {
  return { ptsTicks: ticksOf(ptsTicks), isSync: isSync || track.kind === "audio", data };
}

/**
 * What CMAF has a place for, Shaka Packager describes, and players take in segments. Shaka writes no header for
 * MP3, and Chromium and Firefox play none of it in MP4.
 */
const packagedCodecs: ReadonlySet<string> = new Set([
  ...["h264", "hevc", "av1", "vp9", "aac", "ac3", "eac3", "opus", "flac"],
]);

/** A tail shorter than this stays with the segment before it, seconds. */
const shortestTail = 0.5;

async function cutTrack(
  demuxer: Demuxer,
  trackIndex: number,
  lookFor: (track: DemuxedTrack) => Promise<KnownCuts>,
): Promise<CutTrack> {
  const track = demuxer.tracks.find(({ streamIndex }) => streamIndex === trackIndex);
  if (track === undefined) {
    throw new ViewraError("MEDIA_UNREADABLE", `Stream ${trackIndex} is not in the file's tables`);
  }
  const isPackaged = packagedCodecs.has(track.codec ?? "");
  const refused = isPackaged ? [] : [`${track.codec} is not put into segments as it is`];
  refused.push(...track.obstacles.map(({ message }) => message));
  if (refused.length > 0) return uncut(track, refused);
  const { index, looked } = await lookFor(track);
  const obstacles = [...index.obstacles.map(({ message }) => message), ...looked];
  if (obstacles.length > 0) return uncut(track, obstacles);
  const { timescale, ticksOf } = clockOf(track, index);
  const endTicks = Math.max(ticksOf(index.endTicks), 1);
  const all = index.points.map((point) => ticksOf(point.earliestPtsTicks));
  const isShort = endTicks - (all.at(-1) ?? 0) < shortestTail * timescale;
  const count = all.length > 1 && isShort ? all.length - 1 : all.length;
  return {
    ...{ track, timescale, endTicks, ticksOf, obstacles },
    configuration: await configurationOf(demuxer, track, index.points[0]),
    startTicks: ticksOf(index.startTicks),
    points: index.points.slice(0, count),
    cutTicks: all.slice(0, count),
    isClean: index.points.every(({ isClean }) => isClean),
  };
}

async function lookForCuts(
  demuxer: Demuxer,
  track: DemuxedTrack,
  cuts: Cuts,
  signal: AbortSignal | undefined,
): Promise<KnownCuts> {
  const index = await demuxer.index(track, cuts, signal);
  return { index, looked: await look(demuxer, track, index.points, signal) };
}

/**
 * Whether pictures are what the container calls them. H.264 without IDR pictures plays from its beginning
 * alone: players that are asked for a later moment wait for one in vain.
 */
async function look(
  demuxer: Demuxer,
  track: DemuxedTrack,
  points: readonly RandomAccessPoint[],
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  if (track.kind !== "video") return [];
  const { kinds, obstacles } = await inspectPoints(demuxer, track, points, signal);
  const isRecovery = track.codec === "h264" && kinds.some((kind) => kind === "recovery");
  const messages = obstacles.map(({ message }) => message);
  const message = "Its pictures begin anew at recovery points, where players cannot begin";
  return isRecovery ? [...messages, message] : messages;
}

/** Codecs of which Matroska says too little: the first packet says the rest. */
const saidByPackets: ReadonlySet<string> = new Set(["ac3", "eac3", "vp9"]);
/** Where the container does not say: no more than a level follows from it. */
const usualFramesPerSecond = 30;

async function configurationOf(
  demuxer: Demuxer,
  track: DemuxedTrack,
  first: RandomAccessPoint | undefined,
): Promise<CodecConfiguration | null> {
  if (first === undefined) return null;
  const { defaultDurationNanoseconds: nanoseconds } = track;
  const framesPerSecond = nanoseconds === null ? usualFramesPerSecond : 1e9 / nanoseconds;
  let packet = new Uint8Array();
  if (saidByPackets.has(track.codec ?? "")) packet = await firstPacket(demuxer, track, first);
  return mp4Configuration(track, packet, framesPerSecond);
}

async function firstPacket(
  demuxer: Demuxer,
  track: DemuxedTrack,
  first: RandomAccessPoint,
): Promise<Uint8Array<ArrayBuffer>> {
  for await (const { data } of demuxer.packets(track, first, null)) return new Uint8Array(data);
  throw new ViewraError("MEDIA_UNREADABLE", "A track has no packet where its index says");
}

/** The same cuts on a clock so many times as fine. */
export function onFinerClock(cut: CutTrack, times: number): CutTrack {
  if (times === 1) return cut;
  return {
    ...cut,
    timescale: cut.timescale * times,
    startTicks: cut.startTicks * times,
    endTicks: cut.endTicks * times,
    cutTicks: cut.cutTicks.map((ticks) => ticks * times),
    ticksOf: (ptsTicks) => cut.ticksOf(ptsTicks) * times,
  };
}

function uncut(track: DemuxedTrack, obstacles: readonly string[]): CutTrack {
  const { timescale } = track;
  const none = { startTicks: 0, endTicks: 0, points: [], cutTicks: [], isClean: false };
  const configuration = null;
  return { track, timescale, configuration, ...none, obstacles, ticksOf: (ticks) => ticks };
}

/**
 * Sound whose packets are all of one length is counted in samples: a container's clock of whole milliseconds
 * would have each packet last a little more or less than it does.
 */
function clockOf(
  { timescale }: DemuxedTrack,
  { frame, startTicks }: KnownCuts["index"],
): Pick<CutTrack, "timescale" | "ticksOf"> {
  if (frame === null || frame.rateHz === timescale) return { timescale, ticksOf: (ticks) => ticks };
  const { rateHz, samples } = frame;
  const first = Math.round((startTicks * rateHz) / timescale);
  return {
    timescale: rateHz,
    ticksOf: (ticks) =>
      first + Math.round(((ticks - startTicks) * rateHz) / timescale / samples) * samples,
  };
}
