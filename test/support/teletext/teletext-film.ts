import { readFile, writeFile } from "node:fs/promises";
import { teletextPackets, type TeletextPage } from "./teletext-packets.ts";

/** A page that is sent at a time of the film's clock. */
export interface SentPage extends TeletextPage {
  readonly seconds: number;
}

/** What the film's description says of a page (ETSI EN 300 468, 6.2.43). */
export interface DescribedPage {
  /** ISO 639-2. */
  readonly language: string;
  /** 1 the first page, 2 subtitles, 5 subtitles for who does not hear. */
  readonly type: 1 | 2 | 5;
  readonly page: number;
}

const packetBytes = 188;
const teletextPid = 0x300;

/** Adds teletext to a file of MPEG-TS that FFmpeg wrote: a line to its description, and pages where its clock says so. */
export async function addTeletext(
  path: string,
  described: readonly DescribedPage[],
  sent: readonly SentPage[],
): Promise<void> {
  const bytes = await readFile(path);
  const packets: Buffer[] = [];
  const pending = sent.toSorted((a, b) => a.seconds - b.seconds);
  const descriptionPid = programmePid(bytes);
  let counter = 0;
  let clockSeconds = -Infinity;
  for (let at = 0; at < bytes.length; at += packetBytes) {
    const packet = bytes.subarray(at, at + packetBytes);
    const pid = packet.readUInt16BE(1) & 0x1fff;
    packets.push(pid === descriptionPid ? withStream(packet, described) : packet);
    const first = pending[0];
    clockSeconds = programmeClock(packet) ?? clockSeconds;
    // FFmpeg believes no time of teletext that is far from the clock.
    if (first === undefined || clockSeconds < first.seconds - 0.1) continue;
    pending.shift();
    const pes = pesPacket(first);
    for (let from = 0; from < pes.length; from += 184) {
      const start = from === 0 ? 0x4000 : 0;
      const head = Buffer.alloc(4);
      head[0] = 0x47;
      head.writeUInt16BE(start | teletextPid, 1);
      head[3] = 0x10 | (counter++ & 15);
      packets.push(head, pes.subarray(from, from + 184));
    }
  }
  await writeFile(path, Buffer.concat(packets));
}

/** PCR's base in seconds (ISO/IEC 13818-1, 2.4.3.5); null in a packet without. */
function programmeClock(packet: Buffer): number | null {
  const hasField = ((packet[3] ?? 0) & 0x20) !== 0 && (packet[4] ?? 0) > 0;
  if (!hasField || ((packet[5] ?? 0) & 0x10) === 0) return null;
  return (packet.readUInt32BE(6) * 2 + ((packet[10] ?? 0) >> 7)) / 90_000;
}

/** The programme map's, from the one programme of the association table (ISO/IEC 13818-1, 2.4.4.3). */
function programmePid(bytes: Buffer): number {
  for (let at = 0; at < bytes.length; at += packetBytes) {
    if ((bytes.readUInt16BE(at + 1) & 0x1fff) === 0) return bytes.readUInt16BE(at + 15) & 0x1fff;
  }
  throw new Error("no programme association table");
}

function withStream(packet: Buffer, described: readonly DescribedPage[]): Buffer {
  const section = packet.subarray(5);
  const length = section.readUInt16BE(1) & 0xfff;
  const pages = described.flatMap(({ language, type, page }) => [
    ...Buffer.from(language, "latin1"),
    (type << 3) | (Math.floor(page / 100) & 7),
    (Math.floor(page / 10) % 10) * 16 + (page % 10),
  ]);
  const descriptor = [0x56, pages.length, ...pages];
  const stream = [
    ...[0x06, 0xe0 | (teletextPid >> 8), teletextPid & 0xff],
    ...[0xf0, descriptor.length, ...descriptor],
  ];
  const body = Buffer.concat([section.subarray(0, 3 + length - 4), Buffer.from(stream)]);
  body.writeUInt16BE(0xb000 | (length + stream.length), 1);
  const crc = Buffer.alloc(4);
  crc.writeUInt32BE(crc32(body));
  const whole = Buffer.concat([packet.subarray(0, 5), body, crc]);
  return Buffer.concat([whole, Buffer.alloc(packetBytes - whole.length, 0xff)]);
}

/** Annex A of ISO/IEC 13818-1. */
function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte << 24;
    for (let i = 0; i < 8; i++)
      crc = crc < 0 || crc >= 2 ** 31 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  }
  return crc >>> 0;
}

/** ETSI EN 300 472, 4.2: data units of 46 bytes behind a head of 45 and a byte, filled up to whole packets. */
function pesPacket({ seconds, ...page }: SentPage): Buffer {
  const units = teletextPackets(page).map((packet, i) =>
    Buffer.from([0x03, 44, 0xe0 | (7 + (i % 15)), 0xe4, ...packet.map(reversed)]),
  );
  while (units.length % 4 !== 3)
    units.push(Buffer.from([0xff, 44, ...Array.from({ length: 44 }, () => 0xff)]));
  const body = Buffer.concat([Buffer.from([0x10]), ...units]);
  const pts = Math.round(seconds * 90_000);
  const head = Buffer.alloc(45, 0xff);
  head.set([0, 0, 1, 0xbd], 0);
  head.writeUInt16BE(39 + body.length, 4);
  head.set([0x84, 0x80, 0x24], 6);
  head.set(
    [
      0x21 | (Math.floor(pts / 2 ** 30) << 1),
      (pts >> 22) & 0xff,
      ((pts >> 14) & 0xfe) | 1,
      (pts >> 7) & 0xff,
      ((pts << 1) & 0xfe) | 1,
    ],
    9,
  );
  return Buffer.concat([head, body]);
}

function reversed(byte: number): number {
  let value = 0;
  for (let i = 0; i < 8; i++) value |= ((byte >> i) & 1) << (7 - i);
  return value;
}
