/** A Matroska file put together by hand: what no muxer at hand writes. */
export interface WrittenFilm {
  readonly tracks: readonly WrittenTrack[];
  readonly frames: readonly WrittenFrame[];
  /** Frames of sound laced into one block. */
  readonly laced?: { readonly kind: "xiph" | "fixed" | "ebml"; readonly frames: number };
  /** Blocks in groups with references, instead of simple ones. */
  readonly isGrouped?: boolean;
  /** Segment and clusters say no size. */
  readonly isLive?: boolean;
  /** `wrong`: they lead to clusters of other times; `absolute`: without places inside clusters. */
  readonly cues?: "none" | "end" | "front" | "absolute" | "wrong";
  /** Sound this many clusters before the pictures of its time. */
  readonly soundClustersEarly?: number;
}

export interface WrittenTrack {
  readonly number: number;
  readonly type: 1 | 2;
  readonly codecId: string;
  readonly configuration: Uint8Array | null;
  readonly defaultDurationNanoseconds?: number;
  readonly width?: number;
  readonly height?: number;
  readonly channels?: number;
  readonly sampleRateHz?: number;
  /** Taken from the beginning of each frame. */
  readonly stripped?: Uint8Array;
  /** An encoding that cannot be undone. */
  readonly encoding?: "zlib" | "encryption";
}

export interface WrittenFrame {
  readonly track: number;
  readonly ticks: number;
  readonly isKey: boolean;
  readonly data: Uint8Array;
}

const ticksPerCluster = 500;

export function writeMatroska(film: WrittenFilm): Uint8Array {
  const { isLive = false, cues = "end" } = film;
  const head = element(0x1a45dfa3, element(0x4282, text("matroska")), element(0x4287, uint(4)));
  const info = element(0x1549a966, element(0x2ad7b1, uint(1_000_000)));
  const crc = element(0xbf, new Uint8Array(4));
  const padding = element(0xec, new Uint8Array(77));
  const tracks = element(0x1654ae6b, crc, ...film.tracks.map(trackEntry));
  const before = [info, padding, tracks];
  const clusters = clustersOf(film).map((frames) => writeCluster(film, frames));
  const cueBytes = (start: number): Uint8Array => writeCues(film, clusters, start);
  const seekHead = (position: number): Uint8Array =>
    element(
      0x114d9b74,
      element(0x4dbb, element(0x53ab, id(0x1c53bb6b)), element(0x53ac, uint(position))),
    );
  const hasCues = cues !== "none";
  const headLength = (hasCues ? seekHead(0).length : 0) + sum(before.map(({ length }) => length));
  const cuesLength = hasCues ? cueBytes(0).length : 0;
  const isFront = cues === "front";
  const clusterStart = headLength + (isFront ? cuesLength : 0);
  const clusterLength = sum(clusters.map(({ bytes }) => bytes.length));
  const cuePosition = isFront ? headLength : clusterStart + clusterLength;
  const body = [
    ...(hasCues ? [seekHead(cuePosition)] : []),
    ...before,
    ...(isFront ? [cueBytes(clusterStart)] : []),
    ...clusters.map(({ bytes }) => bytes),
    ...(hasCues && !isFront ? [cueBytes(clusterStart)] : []),
  ];
  return concat(head, isLive ? endless(0x18538067, ...body) : element(0x18538067, ...body));
}

function trackEntry(track: WrittenTrack): Uint8Array {
  const { stripped, encoding, defaultDurationNanoseconds } = track;
  const compression = (algorithm: number, settings?: Uint8Array): Uint8Array =>
    element(
      0x5034,
      element(0x4254, uint(algorithm)),
      ...(settings ? [element(0x4255, settings)] : []),
    );
  const content = stripped
    ? [compression(3, stripped)]
    : encoding === "zlib"
      ? [compression(0)]
      : encoding === "encryption"
        ? [
            element(0x5033, uint(1)),
            element(0x5035, element(0x47e1, uint(5)), element(0x47e2, uint(9))),
          ]
        : [];
  const shape =
    track.type === 1
      ? element(0xe0, element(0xb0, uint(track.width ?? 0)), element(0xba, uint(track.height ?? 0)))
      : element(
          0xe1,
          element(0xb5, float(track.sampleRateHz ?? 0)),
          element(0x9f, uint(track.channels ?? 0)),
        );
  return element(
    0xae,
    ...[element(0xd7, uint(track.number)), element(0x73c5, uint(track.number))],
    ...[element(0x83, uint(track.type)), element(0x86, text(track.codecId))],
    ...(track.configuration ? [element(0x63a2, track.configuration)] : []),
    ...(defaultDurationNanoseconds ? [element(0x23e383, uint(defaultDurationNanoseconds))] : []),
    shape,
    ...(content.length > 0 ? [element(0x6d80, element(0x6240, ...content))] : []),
  );
}

/** Half a second each; sound may be sorted into earlier ones. */
function clustersOf({ frames, tracks, soundClustersEarly = 0 }: WrittenFilm): WrittenFrame[][] {
  const clusters: WrittenFrame[][] = [];
  for (const frame of frames) {
    const isSound = tracks.some(({ number, type }) => number === frame.track && type === 2);
    const number = Math.floor(frame.ticks / ticksPerCluster) - (isSound ? soundClustersEarly : 0);
    (clusters[Math.max(0, number)] ??= []).push(frame);
  }
  return clusters.filter((frames) => frames.length > 0);
}

interface WrittenCluster {
  readonly bytes: Uint8Array;
  readonly keys: readonly {
    readonly track: number;
    readonly ticks: number;
    readonly relative: number;
  }[];
}

function writeCluster(film: WrittenFilm, frames: readonly WrittenFrame[]): WrittenCluster {
  const time = frames[0]?.ticks ?? 0;
  const blocks: Uint8Array[] = [element(0xe7, uint(time))];
  const keys: { track: number; ticks: number; relative: number }[] = [];
  for (let i = 0; i < frames.length;) {
    const frame = frames[i];
    if (frame === undefined) break;
    const track = film.tracks.find(({ number }) => number === frame.track);
    let count = 1;
    if (track?.type === 2 && film.laced) {
      const { frames: most } = film.laced;
      while (count < most && frames[i + count]?.track === frame.track) count += 1;
    }
    const laced = frames.slice(i, i + count);
    if (frame.isKey && track?.type === 1) {
      keys.push({
        track: frame.track,
        ticks: frame.ticks,
        relative: sum(blocks.map(({ length }) => length)),
      });
    }
    blocks.push(writeBlock(film, laced, track, frame.ticks - time));
    i += count;
  }
  return {
    bytes: film.isLive ? endless(0x1f43b675, ...blocks) : element(0x1f43b675, ...blocks),
    keys,
  };
}

function writeBlock(
  film: WrittenFilm,
  frames: readonly WrittenFrame[],
  track: WrittenTrack | undefined,
  relative: number,
): Uint8Array {
  const isKey = frames[0]?.isKey === true;
  const data = frames.map(({ data }) => data.subarray(track?.stripped?.length ?? 0));
  const kind = frames.length > 1 ? film.laced?.kind : undefined;
  const isEqual = data.every(({ length }) => length === data[0]?.length);
  const lacing =
    kind === undefined || (kind === "fixed" && !isEqual) ? 0 : { xiph: 1, fixed: 2, ebml: 3 }[kind];
  if (frames.length > 1 && lacing === 0) {
    return concat(
      ...frames.map((frame) =>
        writeBlock(film, [frame], track, relative + frame.ticks - (frames[0]?.ticks ?? 0)),
      ),
    );
  }
  const flags = (isKey && !film.isGrouped ? 0x80 : 0) | (lacing << 1);
  const head = Uint8Array.of(
    0x80 | (frames[0]?.track ?? 0),
    (relative >> 8) & 255,
    relative & 255,
    flags,
  );
  const block = concat(head, ...(lacing === 0 ? [] : [laceHead(data, lacing)]), ...data);
  if (!film.isGrouped) return element(0xa3, block);
  return element(
    0xa0,
    element(0xa1, block),
    ...(isKey ? [] : [element(0xfb, Uint8Array.of(0xff))]),
  );
}

export function laceHead(data: readonly Uint8Array[], lacing: number): Uint8Array {
  const sizes = data.slice(0, -1).map(({ length }) => length);
  const bytes: number[] = [data.length - 1];
  for (const [i, size] of sizes.entries()) {
    if (lacing === 1) bytes.push(...Array<number>(Math.floor(size / 255)).fill(255), size % 255);
    if (lacing !== 3) continue;
    // Four bytes each: the first as it is, the others as differences.
    const value = i === 0 ? size : size - (sizes[i - 1] ?? 0) + 2 ** 27 - 1;
    bytes.push(0x10 | (value >> 24), (value >> 16) & 255, (value >> 8) & 255, value & 255);
  }
  return Uint8Array.from(bytes);
}

function writeCues(
  film: WrittenFilm,
  clusters: readonly WrittenCluster[],
  start: number,
): Uint8Array {
  let position = start;
  const points: Uint8Array[] = [];
  for (const [i, { bytes, keys }] of clusters.entries()) {
    const wrong = film.cues === "wrong" && i > 0 ? -(clusters[i - 1]?.bytes.length ?? 0) : 0;
    for (const { track, ticks, relative } of keys) {
      const place = element(
        0xb7,
        ...[element(0xf7, uint(track)), element(0xf1, uint(position + wrong))],
        ...(film.cues === "absolute" ? [] : [element(0xf0, uint(relative))]),
      );
      points.push(element(0xbb, element(0xb3, uint(ticks)), place));
    }
    position += bytes.length;
  }
  return element(0x1c53bb6b, ...points);
}

export function element(name: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const body = concat(...parts);
  const size = new Uint8Array(8);
  new DataView(size.buffer).setUint32(4, body.length);
  size[0] = 1;
  return concat(id(name), size, body);
}

export function endless(name: number, ...parts: readonly Uint8Array[]): Uint8Array {
  return concat(id(name), Uint8Array.of(1, 255, 255, 255, 255, 255, 255, 255), ...parts);
}

function id(name: number): Uint8Array {
  const bytes = [name >>> 24, (name >>> 16) & 255, (name >>> 8) & 255, name & 255];
  return Uint8Array.from(bytes.slice(bytes.findIndex((byte) => byte !== 0)));
}

/** Eight bytes, so that lengths do not follow values. */
export function uint(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
}

export function float(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value);
  return bytes;
}

export function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
