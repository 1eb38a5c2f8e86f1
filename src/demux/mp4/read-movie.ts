import { onlyBox, readBoxes, type Box } from "../../iso/iso-boxes.ts";
import type { Breather } from "../breather.ts";
import { ByteWindow } from "../byte-window.ts";
import type { CopyObstacle } from "../demuxer.ts";
import { readExactly, unreadable, type ReadableFile } from "../readable-file.ts";
import { readFragments, readTrackDefaults, type FragmentedTrack } from "./fragments.ts";
import { asMediaError, findBox, innerBoxes, topLevelBoxes, type FileBox } from "./movie-boxes.ts";
import type { PacketTable } from "./packet-table.ts";
import { readTimescale, readTrack, withObstacles, type MovieTrack } from "./read-track.ts";
import { otherDescriptions } from "./sample-tables.ts";

export interface Movie {
  readonly timescale: number;
  readonly isFragmented: boolean;
  /** With the index that ffprobe gives the stream. */
  readonly tracks: readonly (MovieTrack & { readonly streamIndex: number })[];
}

/** The tables of a day of film have some 100 MB. */
const longestMoovBytes = 512 * 1024 * 1024;
const windowBytes = 64 * 1024;
/** All languages of a disc, with their subtitles, are some 70. */
const trackLimit = 256;

/** All that an MP4 or QuickTime file says of its tracks. MEDIA_UNREADABLE for a file without a movie box. */
export async function readMovie(file: ReadableFile, breather: Breather): Promise<Movie> {
  try {
    const window = new ByteWindow(file, windowBytes);
    const found = await findMovie(window);
    const bytes = await readExactly(file, found.start, found.end - found.start);
    const moov = onlyBox(readBoxes(bytes), "moov");
    const boxes = innerBoxes(bytes, moov);
    if (boxes.some(({ type }) => type === "cmov")) {
      throw unreadable("The file's index is compressed (cmov), which no player reads any more");
    }
    const mvex = boxes.find(({ type }) => type === "mvex");
    const isFragmented = mvex !== undefined;
    const read: (MovieTrack & { readonly streamIndex: number })[] = [];
    const traks = boxes.filter(({ type }) => type === "trak");
    if (traks.length > trackLimit) throw unreadable(`The file claims ${traks.length} tracks`);
    for (const trak of traks) {
      const about = { sizeBytes: file.sizeBytes, isFragmented };
      const streamIndex = read.length + coversBefore(bytes, boxes, trak);
      read.push({ ...(await readTrack(bytes, trak, about, breather)), streamIndex });
    }
    const fragmented = fragmentedTracks(bytes, mvex, read);
    if (isFragmented) await readFragments(window, found.end, fragmented, breather);
    const tracks: (MovieTrack & { readonly streamIndex: number })[] = [];
    for (const track of read) {
      const changes = fragmented.get(track.id)?.usesOtherDescriptions === true;
      const cutOff = track.table === null ? [] : await endWithFile(track.table, file, breather);
      const more = changes ? [otherDescriptions, ...cutOff] : cutOff;
      tracks.push({ ...withObstacles(track, more), streamIndex: track.streamIndex });
    }
    return { timescale: readTimescale(bytes, onlyBox(boxes, "mvhd")), isFragmented, tracks };
  } catch (thrown) {
    throw asMediaError(thrown);
  }
}

async function findMovie(window: ByteWindow): Promise<FileBox> {
  for await (const box of topLevelBoxes(window)) {
    if (box.type !== "moov") continue;
    if (box.end - box.start <= longestMoovBytes) return box;
    throw unreadable(`The file's index claims ${box.end - box.start} bytes`);
  }
  throw unreadable("The file has no index (moov): it is incomplete, or no MP4");
}

/** Pictures of a cover are streams to FFmpeg, numbered where it meets them. */
function coversBefore(bytes: Uint8Array, boxes: readonly Box[], trak: Box): number {
  return boxes
    .filter((box) => box.type === "udta" && box.start < trak.start)
    .map((udta) => findBox(bytes, udta, "meta"))
    .flatMap((meta) => (meta === undefined ? [] : innerBoxes(bytes, meta, 4)))
    .filter(({ type }) => type === "ilst")
    .flatMap((list) => innerBoxes(bytes, list))
    .filter(({ type }) => type === "covr")
    .flatMap((cover) => innerBoxes(bytes, cover)).length;
}

function fragmentedTracks(
  bytes: Uint8Array,
  mvex: Box | undefined,
  tracks: readonly MovieTrack[],
): Map<number, FragmentedTrack> {
  if (mvex === undefined) return new Map();
  const defaults = readTrackDefaults(bytes, mvex);
  return new Map(
    tracks.flatMap(({ id, kind, table }): [number, FragmentedTrack][] => {
      if (table === null) return [];
      const last = table.count - 1;
      const endTicks = last < 0 ? 0 : table.decodeTicks(last) + table.durationTicks(last);
      const own = defaults.get(id) ?? noDefaults;
      return [
        [id, { ...{ isSound: kind === "audio", defaults: own, table, endTicks }, ...unchanged }],
      ];
    }),
  );
}

const noDefaults = { description: 1, durationTicks: 0, sizeBytes: 0, flags: 0 };
const unchanged = { usesOtherDescriptions: false };

/** So many chunks are looked at without a pause. */
const chunksAtOnce = 4096;

/** Of a file that was cut off there remains what lies in it whole. */
async function endWithFile(
  table: PacketTable,
  { sizeBytes }: ReadableFile,
  breather: Breather,
): Promise<CopyObstacle[]> {
  const claimed = table.count;
  for (let chunk = 0; chunk < table.chunkCount; chunk += chunksAtOnce) {
    const packet = table.firstBehind(chunk, chunk + chunksAtOnce, sizeBytes);
    if (packet !== null) {
      table.truncate(packet);
      break;
    }
    await breather.step();
  }
  return table.count > 0 || claimed === 0
    ? []
    : [{ code: "tables", message: "The file ends before the track's first packet" }];
}
