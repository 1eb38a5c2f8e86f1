import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { packetCaptions } from "../../src/demux/picture/caption-messages.ts";
import { tripletsOfUserData } from "../../src/media/caption-data.ts";
import { CaptionMarks } from "../../src/probe/caption-marks.ts";
import {
  CaptionReader,
  keepsParity,
  type CaptionPacket,
  type CaptionsByService,
} from "../../src/subtitle/captions/read-captions.ts";
import { readWebVtt, webVtt } from "../../src/subtitle/webvtt.ts";
import {
  anyProgramme,
  programmePairs,
  type CaptionShape,
} from "../support/captions/caption-programme.ts";
import { atscUserData, tripletsOf } from "../support/captions/captioned-film.ts";
import { seiUnit } from "../support/captions/captioned-hevc.ts";
import {
  command,
  letters,
  padding,
  preamble,
  type Pair,
  withParity,
  type Service,
} from "../support/captions/line21-encoder.ts";

/** Reads pairs of two fields, a picture each 40 ms. */
function read(
  first: readonly Pair[],
  second: readonly Pair[] = [],
  change: (pair: Pair) => Pair = (pair) => pair,
): CaptionsByService {
  const length = Math.max(first.length, second.length) + 1;
  const packets = Array.from({ length }, (_, i): CaptionPacket => {
    const [a, b] = [change(first[i] ?? padding), change(second[i] ?? padding)];
    return { ms: 40 * i, triplets: Uint8Array.from(tripletsOf({ first: a, second: b })) };
  });
  const reader = new CaptionReader(keepsParity(packets));
  for (const packet of packets) reader.read(packet);
  return reader.end();
}

const markups = (captions: CaptionsByService, service: string): string[] =>
  (captions.get(service) ?? []).map(({ markup, settings }) => `${settings} ${markup}`);

const programmes = (most: number): fc.Arbitrary<CaptionShape[][]> =>
  fc.array(anyProgramme, { minLength: most, maxLength: most });

describe("captions of line 21", () => {
  test("are read of each service as if it were alone, with other data between", () => {
    fc.assert(
      fc.property(programmes(4), fc.array(fc.integer({ min: 0x20, max: 0x7f })), (four, noise) => {
        const services: Service[] = ["CC1", "CC2", "CC3", "CC4"];
        const pairs = services.map((service, i) => programmePairs(service, four[i] ?? []));
        const otherData: Pair[] = [
          [withParity(1), withParity(3)],
          ...noise.map((byte): Pair => [withParity(byte), 0x80]),
          [withParity(0x0f), withParity(0x1d)],
        ];
        const together = read(
          [...(pairs[0] ?? []), ...(pairs[1] ?? [])],
          [...(pairs[2] ?? []), ...otherData, ...(pairs[3] ?? [])],
        );
        for (const [i, service] of services.entries()) {
          const alone = read(programmePairs("CC1", four[i] ?? []));
          expect(markups(together, service)).toEqual(markups(alone, "CC1"));
        }
      }),
      { numRuns: 60 },
    );
  });

  test("are the same with mistakes taken back, without parity, and as WebVTT", () => {
    fc.assert(
      fc.property(anyProgramme, (programme) => {
        const clean = programme.map((shape) => ({
          ...shape,
          rows: shape.rows.map((row) => ({
            ...row,
            pieces: row.pieces.filter((piece) => piece.do !== "mistake"),
          })),
        }));
        const plain = read(programmePairs("CC1", clean));
        const wanted = markups(plain, "CC1");
        expect(markups(read(programmePairs("CC1", programme)), "CC1")).toEqual(wanted);
        const bare = read(programmePairs("CC1", clean), [], ([a, b]) => [a & 0x7f, b & 0x7f]);
        expect(bare).toEqual(plain);
        const cues = plain.get("CC1") ?? [];
        expect(readWebVtt(webVtt(cues))).toEqual([...cues]);
      }),
      { numRuns: 100 },
    );
  });

  test("lose a letter to damage and no more, and take a code's second copy", () => {
    const text = "Some words here";
    const pairs = [
      ...[command("CC1", "popOn"), command("CC1", "popOn"), preamble("CC1", 15, { indent: 8 })],
      ...[preamble("CC1", 15, { indent: 8 }), ...letters("CC1", text)],
      ...[command("CC1", "flip"), command("CC1", "flip"), padding, padding],
    ];
    for (const [i, pair] of pairs.entries()) {
      if (pair === padding) continue;
      const damaged = pairs.map((one, k): Pair => (k === i ? [one[0] ^ 0x80, one[1]] : one));
      const [found] = markups(read(damaged), "CC1");
      const letter = 2 * (i - 4);
      const isText = i >= 4 && i < pairs.length - 4;
      const expected = isText ? `${text.slice(0, letter)}█${text.slice(letter + 1)}` : text;
      expect(found?.trim()).toBe(expected);
    }
  });

  test("stand where they stood in the picture", () => {
    const at = (row: number, indent: number, text: string): string[] =>
      markups(
        read([
          ...[command("CC1", "popOn"), preamble("CC1", row, { indent })],
          ...[...letters("CC1", text), command("CC1", "flip"), padding, padding],
        ]),
        "CC1",
      );
    expect(at(1, 0, "Top left")).toEqual(["line:10% position:10% align:left Top left"]);
    expect(at(15, 12, "12345678")).toEqual([" 12345678"]);
    expect(at(8, 28, "abcd")).toEqual(["line:47% position:80% align:left abcd"]);
  });
});

describe("packets of pictures", () => {
  test("give the captions of their messages, whatever bytes these hold", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(0, 0, 0, 3), fc.integer({ min: 0, max: 255 })), {
          maxLength: 60,
        }),
        fc.constantFrom("h264" as const, "hevc" as const),
        fc.constantFrom(1, 2, 4),
        (bytes, codec, lengthBytes) => {
          const more = bytes.slice(0, bytes.length - (bytes.length % 3));
          const unit = seiUnit({ more }, codec === "h264" ? [6] : [39 << 1, 1]);
          fc.pre(lengthBytes > 1 || unit.length < 256);
          const length = Buffer.alloc(lengthBytes);
          length.writeUIntBE(unit.length, 0, lengthBytes);
          const other = Buffer.from([...Buffer.alloc(lengthBytes - 1), 3, 0x65, 1, 2]);
          const packet = Buffer.concat([other, length, unit, other]);
          const { triplets } = packetCaptions(codec, lengthBytes, packet);
          expect([...triplets]).toEqual(tripletsOf({ more }));
        },
      ),
    );
  });

  test("of DVDs give a group's fields in turn, and of SCTE 20 the fields they name", () => {
    const blocks = [1, 2, 3, 4].flatMap((n) => [0xff, n, n + 10]);
    const disc = [0x43, 0x43, 1, 0xf8, 0x80 | (2 << 1), ...blocks];
    expect([...tripletsOfUserData(Uint8Array.from(disc))]).toEqual([
      ...[0xfc, 1, 11, 0xfd, 2, 12, 0xfc, 3, 13, 0xfd, 4, 14],
    ]);
    const reversed = (byte: number): string =>
      Array.from(byte.toString(2).padStart(8, "0")).toReversed().join("");
    const bits = `00010${[1, 2]
      .map(
        (field) =>
          `00${field.toString(2).padStart(2, "0")}00000${reversed(0x94)}${reversed(0x20 + field)}1`,
      )
      .join("")}`.padEnd(64, "0");
    const scte = [3, 0x81, ...(bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2))];
    expect([...tripletsOfUserData(Uint8Array.from(scte))]).toEqual([
      ...[0xfc, 0x94, 0x21, 0xfd, 0x94, 0x22],
    ]);
  });

  test("that are broken, cut off or noise end nothing but themselves", () => {
    const noise = fc.uint8Array({ maxLength: 400 });
    const cut = fc
      .tuple(noise, fc.nat(200))
      .map(([more, at]) => seiUnit({ more: [...more.subarray(0, 60)] }, [6]).subarray(0, at));
    fc.assert(
      fc.property(fc.array(fc.oneof(noise, cut), { maxLength: 40 }), (packets) => {
        const reader = new CaptionReader(false);
        const marks = new CaptionMarks();
        for (const [i, bytes] of packets.entries()) {
          for (const codec of ["h264", "hevc", "mpeg2video"] as const) {
            const { triplets } = packetCaptions(
              codec,
              1,
              Uint8Array.from([bytes.length, ...bytes]),
            );
            reader.read({ ms: i, triplets });
          }
          const userData = Uint8Array.from(atscUserData([...bytes.subarray(0, 93)]));
          reader.read({ ms: i, triplets: tripletsOfUserData(userData) });
          marks.look(bytes);
        }
        for (const cues of reader.end().values()) {
          for (const { startMs, endMs, markup } of cues) {
            expect(endMs).toBeGreaterThan(startMs);
            expect(markup).not.toMatch(/\n\s*\n|^\s*$/);
          }
        }
        marks.names();
      }),
      { numRuns: 200 },
    );
  });

  test("of nothing but noise, as many as half an hour has, are read in a second or two", () => {
    const random = new Uint8Array(3 * 20);
    let seed = 7;
    const next = (): number => (seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff) >> 16;
    const reader = new CaptionReader(false);
    const startedAt = process.cpuUsage();
    for (let i = 0; i < 54_000; i++) {
      // Two pairs of line 21 a picture, as there are, and the rest of CTA-708.
      for (let k = 0; k < random.length; k++) {
        random[k] = k % 3 === 0 ? 0xfc | (k === 0 ? 0 : k === 3 ? 1 : 2 + (next() & 1)) : next();
      }
      reader.read({ ms: 33 * i, triplets: random });
    }
    expect(reader.end().size).toBeGreaterThan(4);
    expect(process.cpuUsage(startedAt).user / 1e6).toBeLessThan(2);
  });
});
