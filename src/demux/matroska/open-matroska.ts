import { ViewraError } from "../../errors/viewra-error.ts";
import { Breather } from "../breather.ts";
import { ByteWindow } from "../byte-window.ts";
import type { CutPoints } from "../cut-points.ts";
import type {
  CopyObstacle,
  Cuts,
  DemuxedTrack,
  Demuxer,
  RandomAccessPoint,
  TrackIndex,
} from "../demuxer.ts";
import { unreadable, type ReadableFile } from "../readable-file.ts";
import { soundFrame } from "../configuration/sound-frame.ts";
import { walkBlocks, type Block } from "./block-walk.ts";
import { cuePoints } from "./cue-points.ts";
import { readCues, type Cue } from "./cues.ts";
import { laceFrames } from "./lacing.ts";
import { frameTicks, laceOffsetTicks, type Lacing, type OpenTrack } from "./open-track.ts";
import { readHeadOf, readPictures, readSound } from "./read-frames.ts";
import { isEven, scanPoints } from "./scan-points.ts";
import { readSegment, type Segment } from "./segment.ts";
import { clusterCues, gridPoints, soundGrid, type SoundGrid } from "./sound-grid.ts";
import { scanTracks, type TrackScan } from "./track-scan.ts";
import type { MatroskaTrack } from "./tracks.ts";

/** Opens a Matroska or WebM file by its heads; owns `file` from then on. Throws MEDIA_UNREADABLE. */
export async function openMatroska(file: ReadableFile): Promise<Demuxer> {
  return new MatroskaDemuxer(await readSegment(file));
}

class MatroskaDemuxer implements Demuxer {
  readonly tracks: readonly DemuxedTrack[];
  readonly #segment: Segment;
  readonly #opened = new Map<number, OpenTrack>();
  readonly #grids = new Map<number, SoundGrid | null>();
  #cues: readonly Cue[] | null = null;
  #scans: ReadonlyMap<number, TrackScan> | null = null;

  constructor(segment: Segment) {
    this.#segment = segment;
    this.tracks = segment.tracks.map(({ track }) => track);
  }

  async index(track: DemuxedTrack, cuts: Cuts, signal?: AbortSignal): Promise<TrackIndex> {
    const breather = new Breather(signal);
    const open = await this.#open(track, breather);
    if (open.first === null) throw unreadable("The track has no packets");
    const cues = await this.#readCues(breather);
    const isSound = track.kind === "audio";
    const byCues = isSound
      ? await this.#gridPoints(open, cues, cuts, breather)
      : await ifCuesFit(async () => await cuePoints(open, cues, cuts, breather));
    if (byCues !== null) return { ...byCues, frame: open.frame, obstacles: [] };
    const scan = (await this.#scan(breather, signal)).get(open.own.number);
    if (scan === undefined || scan.ticks.length === 0) throw unreadable("The track has no packets");
    const points = await scanPoints(open, scan, cuts, breather);
    const isOnGrid = isSound && open.frame !== null && isEven(open, scan);
    const gridEnd = Math.round(points.startTicks + scan.ticks.length * frameTicks(open));
    return {
      ...points,
      endTicks: isOnGrid ? gridEnd : points.endTicks,
      frame: isOnGrid ? open.frame : null,
      obstacles: obstaclesOf(open, scan, points),
    };
  }

  async *packets(
    ...[track, from, to, signal]: Parameters<Demuxer["packets"]>
  ): ReturnType<typeof readSound> {
    const breather = new Breather(signal);
    const open = await this.#open(track, breather);
    yield* track.kind === "audio"
      ? readSound(
          open,
          from,
          to,
          async (cluster) => await this.#before(cluster, breather),
          breather,
        )
      : readPictures(open, from, to, breather);
  }

  async head(track: DemuxedTrack, point: RandomAccessPoint, length: number): Promise<Uint8Array> {
    const open = await this.#open(track, new Breather());
    return await readHeadOf(open, point, length);
  }

  async close(): Promise<void> {
    await this.#segment.file.close();
  }

  async #open(track: DemuxedTrack, breather: Breather): Promise<OpenTrack> {
    const [obstacle] = track.obstacles;
    const own = this.#segment.tracks.find((one) => one.track.streamIndex === track.streamIndex);
    if (obstacle !== undefined || own === undefined || track.kind === "other") {
      throw new ViewraError("MEDIA_UNSUPPORTED", obstacle?.message ?? "The track has no packets");
    }
    const known = this.#opened.get(own.number);
    if (known !== undefined) return known;
    const open = await openTrack(this.#segment, own, breather);
    this.#opened.set(own.number, open);
    return open;
  }

  /** A sound is looked at once, however often it is cut. */
  async #gridPoints(
    open: OpenTrack,
    cues: readonly Cue[],
    cuts: Cuts,
    breather: Breather,
  ): Promise<CutPoints | null> {
    const { number } = open.own;
    let grid = this.#grids.get(number);
    if (grid === undefined) {
      grid = await ifCuesFit(async () => await soundGrid(open, cues, breather));
      this.#grids.set(number, grid);
    }
    return grid === null ? null : gridPoints(open, grid, cuts);
  }

  async #readCues(breather: Breather): Promise<readonly Cue[]> {
    this.#cues ??= (await ifCuesFit(async () => await readCues(this.#segment, breather))) ?? [];
    return this.#cues;
  }

  /** The cluster before another one, as far as cues tell; null before the first. */
  async #before(cluster: number, breather: Breather): Promise<number | null> {
    const first = this.#segment.firstCluster;
    if (first === null || cluster <= first) return null;
    const cues = clusterCues(await this.#readCues(breather));
    return cues.findLast((cue) => cue.cluster < cluster)?.cluster ?? first;
  }

  async #scan(
    breather: Breather,
    signal: AbortSignal | undefined,
  ): Promise<ReadonlyMap<number, TrackScan>> {
    if (this.#scans !== null) return this.#scans;
    const opened = new Map<number, OpenTrack>();
    for (const own of this.#segment.tracks) {
      if (own.track.kind !== "audio" || own.track.obstacles.length > 0) continue;
      opened.set(own.number, await this.#open(own.track, breather));
    }
    const laceTicks = (number: number, lacing: Lacing, lace: number): number => {
      const open = opened.get(number);
      return open === undefined ? 0 : laceOffsetTicks(open, lacing, lace);
    };
    this.#scans = await scanTracks(this.#segment, laceTicks, signal);
    return this.#scans;
  }
}

/** Cues that lead into the middle of something are none: the file is then gone over. */
async function ifCuesFit<T>(look: () => Promise<T | null>): Promise<T | null> {
  try {
    return await look();
  } catch (thrown) {
    if (thrown instanceof ViewraError && thrown.code === "MEDIA_UNREADABLE") return null;
    throw thrown;
  }
}

async function openTrack(
  segment: Segment,
  own: MatroskaTrack,
  breather: Breather,
): Promise<OpenTrack> {
  const window = new ByteWindow(segment.file, 64 * 1024);
  const first = await firstBlock(segment, own.number, window, breather);
  if (first === null || own.track.kind !== "audio") return { segment, own, first, frame: null };
  const bytes = await window.bytes(first.payloadStart, first.end - first.payloadStart);
  const [range] = laceFrames(bytes, first.lacing) ?? [];
  const header = [...own.strippedHeader];
  const packet = Uint8Array.from([...header, ...bytes.subarray(range?.[0] ?? 0, range?.[1] ?? 0)]);
  const frame = soundFrame(own.track.codec, own.track.configuration, packet);
  return { segment, own, first, frame };
}

async function firstBlock(
  segment: Segment,
  number: number,
  window: ByteWindow,
  breather: Breather,
): Promise<Block | null> {
  if (segment.firstCluster === null) return null;
  const from = { cluster: segment.firstCluster, inner: 0 };
  for await (const block of walkBlocks(window, from, breather)) {
    if (block.track === number) return block;
  }
  return null;
}

function obstaclesOf(open: OpenTrack, scan: TrackScan, { points }: CutPoints): CopyObstacle[] {
  if (open.own.track.kind === "audio") return [];
  if (points.length === 0) {
    return [{ code: "random-access", message: "The track can be cut nowhere" }];
  }
  if (scan.isKey[0] === true) return [];
  const message = "The track does not begin with a random access point";
  return [{ code: "beginning", message }];
}
