import { deflateSync } from "node:zlib";
import {
  concat,
  element,
  endless,
  float,
  laceHead,
  text,
  uint,
} from "../../demux/write-matroska.ts";

/** Sound with tracks of text beside it, in the ways that Matroska has and FFmpeg does not write. */
export interface TextFilm {
  readonly muxingApp: string;
  readonly nanosecondsATick: number;
  readonly startTicks: number;
  /** Clusters and the segment say no size. */
  readonly isLive: boolean;
  readonly tracks: readonly TextTrackShape[];
}

export interface TextTrackShape {
  readonly codecId: "S_TEXT/UTF8" | "S_TEXT/ASS" | "S_TEXT/SSA" | "D_WEBVTT/SUBTITLES";
  /** `header`: its texts' common beginning is taken from them. */
  readonly compression: "none" | "zlib" | "header";
  /** Blocks that have the next event in them as well; 0 none, else the lacing of their flags. */
  readonly lacing: 0 | 1 | 3;
  /** In order of time. */
  readonly events: readonly TextEvent[];
  readonly cues: CueShape;
  /** What the tags say of the number of frames: nothing, the truth, or one more. */
  readonly count: "none" | "right" | "wrong";
}

export interface TextEvent {
  /** Behind the event before. */
  readonly gapTicks: number;
  /** null: a simple block. */
  readonly durationTicks: number | null;
  readonly text: string;
}

/**
 * `missing`: the last but one is not there; `shifted`, `late`, `foreign`: the last leads a byte too far, to another
 * time, to the block of another track; `outside`: behind the file's end; `clusters`: without places inside them.
 */
export type CueShape =
  | ("all" | "none" | "missing" | "shifted" | "late" | "foreign" | "outside")
  | ("clusters" | "twice");

const stripped = "Zz ";
const ticksACluster = 5000;
const firstText = 2;

interface Frame {
  readonly track: number;
  readonly ticks: number;
  readonly block: (relative: number) => Uint8Array;
}

interface Place {
  readonly track: number;
  readonly ticks: number;
  readonly cluster: number;
  readonly relative: number;
}

export function writeTextFilm(film: TextFilm): Uint8Array {
  const head = element(0x1a45dfa3, element(0x4282, text("matroska")), element(0x4287, uint(4)));
  const info = element(
    0x1549a966,
    element(0x2ad7b1, uint(film.nanosecondsATick)),
    element(0x4d80, text(film.muxingApp)),
  );
  const tracks = element(0x1654ae6b, soundEntry(), ...film.tracks.map(textEntry));
  const tags = element(0x1254c367, ...film.tracks.map(countTag));
  const before = concat(info, tracks, tags);
  const seekBytes = seekHead(0).length;
  const { bytes, places } = writeClusters(film, seekBytes + before.length);
  const cues = writeCues(film, places);
  const cuesAt = seekBytes + before.length + bytes.length;
  const body = [seekHead(cuesAt), before, bytes, ...(cues === null ? [] : [cues])];
  return concat(head, film.isLive ? endless(0x18538067, ...body) : element(0x18538067, ...body));
}

function seekHead(position: number): Uint8Array {
  const name = element(0x53ab, Uint8Array.of(0x1c, 0x53, 0xbb, 0x6b));
  return element(0x114d9b74, element(0x4dbb, name, element(0x53ac, uint(position))));
}

function soundEntry(): Uint8Array {
  return element(
    0xae,
    ...[element(0xd7, uint(1)), element(0x73c5, uint(1)), element(0x83, uint(2))],
    element(0x86, text("A_PCM/INT/LIT")),
    element(0xe1, element(0xb5, float(8000)), element(0x9f, uint(1)), element(0x6264, uint(8))),
  );
}

/** More than a number holds, as those of mkvmerge. */
const uidOf = (i: number): Uint8Array => Uint8Array.of(0xfe, 1, 2, 3, 4, 5, 6, i);

function textEntry({ codecId, compression }: TextTrackShape, i: number): Uint8Array {
  const algorithm = { none: null, zlib: 0, header: 3 }[compression];
  const settings = compression === "header" ? [element(0x4255, text(stripped))] : [];
  const encodings =
    algorithm === null
      ? []
      : [
          element(
            0x6d80,
            element(0x6240, element(0x5034, element(0x4254, uint(algorithm)), ...settings)),
          ),
        ];
  return element(
    0xae,
    ...[element(0xd7, uint(firstText + i)), element(0x73c5, uidOf(i)), element(0x83, uint(17))],
    element(0x86, text(codecId)),
    ...(/[AS]S[AS]$/.test(codecId) ? [element(0x63a2, text(script))] : []),
    ...encodings,
  );
}

const script = `[Script Info]
ScriptType: v4.00+
PlayResX: 640
PlayResY: 360

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, Bold, Italic, Alignment, MarginL, MarginR, MarginV
Style: Sign,Arial,20,&Hffffff,0,-1,8,10,10,10

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
`;

function countTag({ events, count }: TextTrackShape, i: number): Uint8Array {
  const told = events.length + (count === "wrong" ? 1 : 0);
  const simple = (name: string, value: string): Uint8Array =>
    element(0x67c8, element(0x45a3, text(name)), element(0x4487, text(value)));
  const counts = count === "none" ? [] : [simple("NUMBER_OF_FRAMES", String(told))];
  const targets = element(0x63c0, element(0x63c5, uidOf(i)));
  return element(0x7373, targets, simple("BPS", "12"), ...counts);
}

/** Blocks of each track in its order, tracks among each other by time. */
function framesOf(film: TextFilm): Frame[] {
  const texts = film.tracks.map((shape, i) => textFrames(shape, firstText + i, film.startTicks));
  const last = Math.max(film.startTicks, ...texts.flat().map(({ ticks }) => ticks));
  const sound: Frame[] = [];
  for (let ticks = film.startTicks; ticks <= last + 100; ticks += 250) {
    const block = (relative: number): Uint8Array =>
      element(0xa3, blockHead(1, relative, 0x80), new Uint8Array(2000).fill(0x80));
    sound.push({ track: 1, ticks, block });
  }
  return [...sound, ...texts.flat()].toSorted((a, b) => a.ticks - b.ticks || a.track - b.track);
}

function textFrames(shape: TextTrackShape, track: number, startTicks: number): Frame[] {
  const frames: Frame[] = [];
  let ticks = startTicks;
  const { events, lacing } = shape;
  for (let i = 0; i < events.length; i += lacing === 0 ? 1 : 2) {
    const event = events[i];
    if (event === undefined) break;
    ticks += event.gapTicks;
    const inside = events.slice(i, i + (lacing === 0 ? 1 : 2));
    const data = inside.map((one, k) => payloadOf(shape, one, i + k));
    const { durationTicks } = event;
    const flags = data.length > 1 ? lacing : 0;
    const parts = [...(flags === 0 ? [] : [laceHead(data, lacing)]), ...data];
    const block = (relative: number): Uint8Array =>
      durationTicks === null
        ? element(0xa3, blockHead(track, relative, 0x80 | (flags << 1)), ...parts)
        : element(
            0xa0,
            element(0xa1, blockHead(track, relative, flags << 1), ...parts),
            element(0x9b, uint(durationTicks)),
          );
    frames.push({ track, ticks, block });
  }
  return frames;
}

function payloadOf(shape: TextTrackShape, event: TextEvent, n: number): Uint8Array {
  const { codecId, compression } = shape;
  if (compression === "header") return text(event.text);
  const bytes = text(
    codecId === "S_TEXT/UTF8"
      ? event.text
      : codecId === "D_WEBVTT/SUBTITLES"
        ? `name ${n}\nline:10%\n${event.text}`
        : `${n},0,Sign,,0,0,0,,${event.text.replaceAll("\n", String.raw`\N`)}`,
  );
  return compression === "zlib" ? deflateSync(bytes) : bytes;
}

function blockHead(track: number, relative: number, flags: number): Uint8Array {
  return Uint8Array.of(0x80 | track, (relative >> 8) & 255, relative & 255, flags);
}

function writeClusters(
  film: TextFilm,
  start: number,
): { readonly bytes: Uint8Array; readonly places: readonly Place[] } {
  const clusters = new Map<number, Frame[]>();
  for (const frame of framesOf(film)) {
    const key = Math.floor(frame.ticks / ticksACluster);
    clusters.set(key, [...(clusters.get(key) ?? []), frame]);
  }
  const written: Uint8Array[] = [];
  const places: Place[] = [];
  let position = start;
  for (const frames of clusters.values()) {
    const time = frames[0]?.ticks ?? 0;
    const parts = [element(0xe7, uint(time))];
    let relative = parts[0]?.length ?? 0;
    for (const { track, ticks, block } of frames) {
      places.push({ track, ticks, cluster: position, relative });
      const bytes = block(ticks - time);
      parts.push(bytes);
      relative += bytes.length;
    }
    const bytes = film.isLive ? endless(0x1f43b675, ...parts) : element(0x1f43b675, ...parts);
    written.push(bytes);
    position += bytes.length;
  }
  return { bytes: concat(...written), places };
}

function writeCues(film: TextFilm, places: readonly Place[]): Uint8Array | null {
  const points = film.tracks.flatMap(({ cues }, i) => {
    const own = places.filter(({ track }) => track === firstText + i);
    return cuesOf(cues, own, places).map(({ ticks, cluster, relative }) =>
      element(
        0xbb,
        element(0xb3, uint(ticks)),
        element(
          0xb7,
          ...[element(0xf7, uint(firstText + i)), element(0xf1, uint(cluster))],
          ...(cues === "clusters" ? [] : [element(0xf0, uint(relative))]),
        ),
      ),
    );
  });
  return points.length === 0 ? null : element(0x1c53bb6b, ...points);
}

function cuesOf(shape: CueShape, own: readonly Place[], all: readonly Place[]): readonly Place[] {
  const last = own.at(-1);
  if (last === undefined) return [];
  const rest = own.slice(0, -1);
  const sound = all.find(({ track }) => track === 1);
  const shapes: Readonly<Record<CueShape, readonly Place[]>> = {
    ...{ all: own, clusters: own, none: [], twice: [...own, last] },
    missing: [...own.slice(0, -2), last],
    shifted: [...rest, { ...last, relative: last.relative + 1 }],
    late: [...rest, { ...last, ticks: last.ticks + 1 }],
    foreign: sound === undefined ? [] : [...rest, sound],
    outside: [...rest, { ...last, cluster: last.cluster + 2 ** 40 }],
  };
  return shapes[shape];
}
