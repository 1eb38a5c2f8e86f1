/** Tags as taggers write them, and FFmpeg does not: names twice, and names of their own. */

/** Puts Vorbis comments in the place of those of a FLAC file. */
export async function tagFlac(
  path: string,
  comments: readonly (readonly [name: string, value: string])[],
): Promise<void> {
  const bytes = await Bun.file(path).bytes();
  const parts: Uint8Array[] = [bytes.subarray(0, 4)];
  let at = 4;
  for (let isLast = false; !isLast;) {
    const head = bytes[at] ?? 0x80;
    isLast = head >= 0x80;
    const length =
      ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
    const end = at + 4 + length;
    const isComments = (head & 0x7f) === 4;
    const body = isComments ? vorbisComments(comments) : bytes.subarray(at + 4, end);
    parts.push(Uint8Array.of(head), u24(body.length), body);
    at = end;
  }
  await Bun.write(path, new Blob([...parts, bytes.subarray(at)].map((part) => part.slice())));
}

function vorbisComments(comments: readonly (readonly [string, string])[]): Uint8Array {
  const text = (value: string): Uint8Array[] => {
    const bytes = new TextEncoder().encode(value);
    return [u32le(bytes.length), bytes];
  };
  return joined([
    ...text("test"),
    u32le(comments.length),
    ...comments.flatMap(([name, value]) => text(`${name}=${value}`)),
  ]);
}

/** Puts an ID3v2.4 tag before an MP3 file: frames of text, those of `TXXX` with their names before a NUL. */
export async function tagMp3(
  path: string,
  frames: readonly (readonly [id: string, text: string])[],
): Promise<void> {
  const body = joined(
    frames.flatMap(([id, text]) => {
      const bytes = joined([Uint8Array.of(3), new TextEncoder().encode(text)]);
      return [ascii(id), syncSafe(bytes.length), Uint8Array.of(0, 0), bytes];
    }),
  );
  const head = joined([ascii("ID3"), Uint8Array.of(4, 0, 0), syncSafe(body.length)]);
  const file = await Bun.file(path).bytes();
  await Bun.write(path, new Blob([head, body, file].map((part) => part.slice())));
}

const itunesNames: Readonly<Record<string, Uint8Array>> = {
  artist: Uint8Array.of(0xa9, 0x41, 0x52, 0x54),
  genre: Uint8Array.of(0xa9, 0x67, 0x65, 0x6e),
};

/** Puts iTunes' list of tags at the end of an M4A file: its own, and those with names of their own. */
export async function tagM4a(
  path: string,
  own: Readonly<Record<"artist" | "genre", string>>,
  freeform: Readonly<Record<string, string>>,
): Promise<void> {
  const data = (text: string): Uint8Array =>
    box(ascii("data"), Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 0), new TextEncoder().encode(text));
  const named = (type: string, text: string): Uint8Array =>
    box(ascii(type), Uint8Array.of(0, 0, 0, 0), ascii(text));
  const list = [
    ...Object.entries(own).map(([name, text]) =>
      box(itunesNames[name] ?? ascii("none"), data(text)),
    ),
    ...Object.entries(freeform).map(([name, text]) =>
      box(ascii("----"), named("mean", "com.apple.iTunes"), named("name", name), data(text)),
    ),
  ];
  const handler = joined([new Uint8Array(8), ascii("mdirappl"), new Uint8Array(9)]);
  const meta = box(
    ascii("meta"),
    new Uint8Array(4),
    box(ascii("hdlr"), handler),
    box(ascii("ilst"), ...list),
  );
  const udta = box(ascii("udta"), meta);
  // The index is the last box that FFmpeg writes: it grows by what is put behind its own.
  const file = await Bun.file(path).bytes();
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  let at = 0;
  while (String.fromCharCode(...file.subarray(at + 4, at + 8)) !== "moov") at += view.getUint32(at);
  if (at + view.getUint32(at) !== file.length) throw new Error("expected the index at the end");
  view.setUint32(at, view.getUint32(at) + udta.length);
  await Bun.write(path, new Blob([file, udta].map((part) => part.slice())));
}

function box(type: Uint8Array, ...body: readonly Uint8Array[]): Uint8Array {
  const bytes = joined(body);
  const size = new Uint8Array(4);
  new DataView(size.buffer).setUint32(0, bytes.length + 8);
  return joined([size, type, bytes]);
}

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function u24(value: number): Uint8Array {
  return Uint8Array.of(value >> 16, (value >> 8) & 0xff, value & 0xff);
}

function u32le(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, value >>> 24);
}

function syncSafe(value: number): Uint8Array {
  return Uint8Array.of(value >> 21, (value >> 14) & 0x7f, (value >> 7) & 0x7f, value & 0x7f);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}
