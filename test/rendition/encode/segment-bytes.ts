/** A box of the ISO base media file format around parts: numbers are 32-bit fields, text four characters. */
export function isoBox(
  type: string,
  ...parts: readonly (number | string | Uint8Array)[]
): Uint8Array {
  const body = parts.map((part) => {
    if (typeof part === "string") return new TextEncoder().encode(part);
    if (typeof part !== "number") return part;
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, part >>> 0);
    return bytes;
  });
  const size = body.reduce((sum, part) => sum + part.byteLength, 8);
  const head = new Uint8Array(8);
  new DataView(head.buffer).setUint32(0, size);
  head.set(new TextEncoder().encode(type), 4);
  return new Uint8Array(Buffer.concat([head, ...body]));
}

export interface FakeSample {
  readonly duration: number;
  readonly size: number;
  readonly isSync: boolean;
  readonly offset: number;
}

export interface FakeSegment {
  readonly start: number;
  readonly samples: readonly FakeSample[];
  /** Bytes of media data; those of the samples unless told. */
  readonly dataBytes?: number;
  /** Moves where the samples are said to begin. */
  readonly misplacedBy?: number;
  /** Bytes appended to the file. */
  readonly tail?: Uint8Array;
}

/** A media segment as Shaka lays it out: styp, one moof with one track, one mdat. */
export function segmentBytes(segment: FakeSegment): Uint8Array {
  const samplesBytes = segment.samples.reduce((sum, { size }) => sum + size, 0);
  const movie = (dataOffset: number): Uint8Array =>
    isoBox(
      "moof",
      isoBox("mfhd", 0, 1),
      isoBox(
        "traf",
        isoBox("tfhd", 0x20000, 1),
        isoBox("tfdt", 0x1000000, Math.floor(segment.start / 2 ** 32), segment.start),
        isoBox(
          "trun",
          0xf01,
          segment.samples.length,
          dataOffset,
          ...segment.samples.flatMap(({ duration, size, isSync, offset }) => [
            duration,
            size,
            isSync ? 0 : 0x10000,
            offset,
          ]),
        ),
      ),
    );
  const moof = movie(movie(0).byteLength + 8 + (segment.misplacedBy ?? 0));
  const data = new Uint8Array(segment.dataBytes ?? samplesBytes).fill(7);
  const boxes = [isoBox("styp", "msdh", 0), moof, isoBox("mdat", data)];
  return new Uint8Array(Buffer.concat([...boxes, segment.tail ?? new Uint8Array()]));
}
