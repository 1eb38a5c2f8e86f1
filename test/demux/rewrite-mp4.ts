/** A box as its content, for putting a movie box together anew. */
export interface EditedBox {
  type: string;
  content: Uint8Array;
}

const containers = new Set(["moov", "trak", "mdia", "minf", "dinf", "stbl", "edts"]);

/**
 * An MP4 whose movie box stands last, with boxes of that box changed: `edit` is given each box inside, of the track's
 * handler (`vide`, `soun`), and answers what stands in its place. No offset changes, as all media lies before.
 */
export function rewriteMp4(
  bytes: Uint8Array,
  edit: (box: EditedBox, handler: string) => readonly EditedBox[],
): Uint8Array {
  const top = split(bytes);
  const moov = top.find(({ type }) => type === "moov");
  if (moov === undefined || top.at(-1) !== moov) throw new Error("expected the movie box last");
  const rebuilt = rebuild(moov, "", edit);
  return Uint8Array.from(Buffer.concat([...top.slice(0, -1).map(join), join(rebuilt)]));
}

function rebuild(
  box: EditedBox,
  handler: string,
  edit: (box: EditedBox, handler: string) => readonly EditedBox[],
): EditedBox {
  if (!containers.has(box.type)) return box;
  const own = box.type === "trak" ? handlerOf(box) : handler;
  const inner = split(box.content)
    .map((child) => rebuild(child, own, edit))
    .flatMap((child) => edit(child, own));
  return { type: box.type, content: Uint8Array.from(Buffer.concat(inner.map(join))) };
}

function handlerOf(trak: EditedBox): string {
  const mdia = split(trak.content).find(({ type }) => type === "mdia");
  const hdlr = split(mdia?.content ?? new Uint8Array(0)).find(({ type }) => type === "hdlr");
  return Buffer.from(hdlr?.content ?? []).toString("latin1", 8, 12);
}

function split(bytes: Uint8Array): EditedBox[] {
  const buffer = Buffer.from(bytes);
  const boxes: EditedBox[] = [];
  for (let at = 0; at < buffer.length;) {
    const size = buffer.readUInt32BE(at);
    const type = buffer.toString("latin1", at + 4, at + 8);
    boxes.push({ type, content: new Uint8Array(buffer.subarray(at + 8, at + size)) });
    at += size;
  }
  return boxes;
}

function join({ type, content }: EditedBox): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + content.length);
  head.write(type, 4, "latin1");
  return Buffer.concat([head, content]);
}

/** Big-endian numbers of 4 bytes; bigints are of 8. */
export function numbers(...values: readonly (number | bigint)[]): Uint8Array {
  return Uint8Array.from(
    values.flatMap((value) => {
      const bytes = new DataView(new ArrayBuffer(typeof value === "bigint" ? 8 : 4));
      if (typeof value === "bigint") bytes.setBigInt64(0, value);
      else bytes.setInt32(0, value | 0);
      return [...new Uint8Array(bytes.buffer)];
    }),
  );
}
