import { promisify } from "node:util";
import { crc32, deflate } from "node:zlib";
import type { PictureSize } from "./burnt-subtitles.ts";

const compress = promisify(deflate);

/** A PNG (ISO/IEC 15948) of RGBA samples with straight alpha, written quickly rather than small. */
export async function encodePng(rgba: Uint8Array, { width, height }: PictureSize): Promise<Buffer> {
  const rowBytes = width * 4;
  const lines = new Uint8Array(height * (rowBytes + 1));
  for (let y = 0; y < height; y++) {
    // Each line's first byte names its filter: none.
    lines.set(rgba.subarray(y * rowBytes, (y + 1) * rowBytes), y * (rowBytes + 1) + 1);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // Eight bits, colour with alpha.
  header.set([8, 6], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("IDAT", await compress(lines, { level: 1 })),
    chunk("IEND", new Uint8Array(0)),
  ]);
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const around = Buffer.alloc(8);
  around.writeUInt32BE(data.length, 0);
  around.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([around.subarray(0, 4), body, around.subarray(4)]);
}
