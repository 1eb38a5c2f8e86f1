import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openMp4 } from "../../src/demux/mp4/open-mp4.ts";
import { agreeWithFfprobe } from "./agree-with-ffprobe.ts";
import { codings, encodeFilm, evenClock } from "./film-shapes.ts";
import { memoryFile } from "./memory-file.ts";
import { numbers, rewriteMp4, type EditedBox } from "./rewrite-mp4.ts";

const folder = await mkdtemp(join(tmpdir(), "viewra-demux-"));
afterAll(async () => await rm(folder, { recursive: true }));

let film = new Uint8Array(0);
beforeAll(async () => {
  const [, coding] = codings;
  if (coding === undefined) throw new Error("expected a coding");
  film = await Bun.file(await encodeFilm(folder, coding, evenClock)).bytes();
});

type Edit = (box: EditedBox, handler: string) => readonly EditedBox[];
const view = ({ content }: EditedBox): Buffer => Buffer.from(content);
/** Changes boxes of one type, of the pictures' track unless told. */
const change =
  (type: string, made: (box: EditedBox) => readonly EditedBox[], handler = "vide"): Edit =>
  (box, own) =>
    box.type === type && own === handler ? made(box) : [box];
const content = (type: string, ...parts: readonly Uint8Array[]): EditedBox => ({
  type,
  content: Uint8Array.from(Buffer.concat(parts)),
});
const entries = (box: EditedBox): number[] => {
  const bytes = view(box);
  return Array.from({ length: (bytes.length - 8) / 4 }, (_, i) => bytes.readInt32BE(8 + 4 * i));
};
const sizes = (box: EditedBox): number[] => entries(box).slice(1);

describe("tables that say the same in other words are read as ffprobe reads them", () => {
  const rewrites: readonly (readonly [string, Edit])[] = [
    [
      "chunk offsets of 64 bits",
      change("stco", (box) => [
        content("co64", numbers(0, entries(box).length), numbers(...entries(box).map(BigInt))),
      ]),
    ],
    [
      "sizes of 16 bits",
      change("stsz", (box) => [
        content(
          "stz2",
          numbers(0, 16, sizes(box).length),
          Uint8Array.from(sizes(box).flatMap((size) => [size >> 8, size & 255])),
        ),
      ]),
    ],
    [
      "an edit list of 64 bits",
      change("elst", (box) => {
        const [duration = 0, media = 0, rate = 0] = entries(box);
        return [
          content(
            "elst",
            numbers(1 << 24, 1),
            numbers(BigInt(duration), BigInt(media)),
            numbers(rate),
          ),
        ];
      }),
    ],
    [
      "offsets of version 1",
      change("ctts", (box) => [content("ctts", numbers(1 << 24), box.content.slice(4))]),
    ],
    [
      "time stamps entry by entry",
      change("stts", (box) => {
        const [count = 0, duration = 0] = entries(box);
        return [
          content(
            "stts",
            numbers(0, count),
            numbers(...Array.from({ length: count }, () => [1, duration]).flat()),
          ),
        ];
      }),
    ],
    [
      "random access points partly called partial",
      change("stss", (box) => {
        const all = entries(box);
        const half = all.filter((_, i) => i % 2 === 1);
        const rest = all.filter((_, i) => i % 2 === 0);
        return [
          content("stss", numbers(0, rest.length, ...rest)),
          content("stps", numbers(0, half.length, ...half)),
        ];
      }),
    ],
    ["no edit list for the pictures", change("edts", () => [])],
    [
      "an edit that begins before the first picture",
      change("elst", (box) => [
        content("elst", numbers(0, 1, (entries(box)[0] ?? 0) + 200, 0, 1 << 16)),
      ]),
    ],
    [
      "an empty edit before",
      change("elst", (box) => [
        content("elst", numbers(0, 2, 700, -1, 1 << 16), box.content.slice(8)),
      ]),
    ],
    [
      "an empty edit before the sound",
      change(
        "elst",
        (box) => [content("elst", numbers(0, 2, 333, -1, 1 << 16), box.content.slice(8))],
        "soun",
      ),
    ],
    [
      "zeros behind the last box",
      change("stsd", (box) => [content("stsd", numbers(0, 1), lengthened(box))]),
    ],
  ];

  test.each(rewrites)("%s", async (_name, edit) => {
    const path = join(folder, "rewritten.mp4");
    await Bun.write(path, rewriteMp4(film, edit));
    expect(await agreeWithFfprobe(path)).toEqual([]);
  });
});

describe("what cannot be copied is refused with the reason", () => {
  const refusals: readonly (readonly [string, string, Edit])[] = [
    [
      "two sample descriptions",
      "sample-descriptions",
      change("stsd", (box) => [
        content("stsd", numbers(0, 2), box.content.slice(8), box.content.slice(8)),
      ]),
    ],
    [
      "packets of a second description",
      "sample-descriptions",
      change("stsc", (box) => [
        content("stsc", box.content.slice(0, 16), numbers(2), box.content.slice(20)),
      ]),
    ],
    [
      "encryption",
      "encryption",
      change("stsd", (box) => [
        content("stsd", box.content.slice(0, 12), Buffer.from("encv"), box.content.slice(16)),
      ]),
    ],
    [
      "two edits",
      "edit-list",
      change("elst", () => [
        content("elst", numbers(0, 2, 1000, 0, 1 << 16, 1000, 20_000, 1 << 16)),
      ]),
    ],
    [
      "an edit that hides the end",
      "edit-list",
      change("elst", () => [content("elst", numbers(0, 1, 1000, 1024, 1 << 16))]),
    ],
    [
      "an edit that hides the beginning",
      "edit-list",
      change("elst", () => [content("elst", numbers(0, 1, 2000, 9000, 1 << 16))]),
    ],
    [
      "slow motion",
      "edit-list",
      change("elst", (box) => [content("elst", box.content.slice(0, 16), numbers(1 << 15))]),
    ],
    [
      "an edit list that shows nothing",
      "edit-list",
      change("elst", () => [content("elst", numbers(0, 1, 3000, -1, 1 << 16))]),
    ],
    [
      "media in another file",
      "tables",
      change("dref", () => [content("dref", numbers(0, 1, 12), Buffer.from("url "), numbers(0))]),
    ],
    [
      "fewer time stamps than packets",
      "tables",
      change("stts", () => [content("stts", numbers(0, 1, 10, 512))]),
    ],
    [
      "time that goes backwards",
      "time-stamps",
      change("stts", () => [content("stts", numbers(0, 2, 30, 512, 45, -512))]),
    ],
    [
      "a table longer than its box",
      "tables",
      change("stco", () => [content("stco", numbers(0, 0x7fffffff))]),
    ],
    [
      "a codec of no place in CMAF",
      "codec",
      change("stsd", (box) => [
        content("stsd", box.content.slice(0, 12), Buffer.from("ap4h"), box.content.slice(16)),
      ]),
    ],
  ];

  test.each(refusals)("%s: %s", async (_name, code, edit) => {
    const demuxer = await openMp4(memoryFile(rewriteMp4(film, edit)));
    const [pictures, sound] = demuxer.tracks.map(({ obstacles }) =>
      obstacles.map((obstacle): string => obstacle.code),
    );
    expect(pictures).toContain(code);
    expect(sound).toEqual([]);
  });
});

test("chunks that lie in the file in another order are read where they are", async () => {
  const offsets: number[] = [];
  const bytes = rewriteMp4(
    film,
    change("stco", (box) => {
      offsets.push(...entries(box).toReversed());
      return [content("stco", numbers(0, offsets.length, ...offsets))];
    }),
  );
  const demuxer = await openMp4(memoryFile(bytes));
  const [track] = demuxer.tracks;
  if (track === undefined) throw new Error("expected pictures");
  const { points } = await demuxer.index(track, { spacingSeconds: 0 });
  const [from] = points;
  if (from === undefined) throw new Error("expected a point");
  let matched = 0;
  for await (const { data } of demuxer.packets(track, from, null)) {
    const next = offsets[matched];
    if (next === undefined) break;
    const isFirst = Buffer.compare(data, bytes.subarray(next, next + data.length)) === 0;
    if (isFirst) matched += 1;
  }
  expect(matched).toBe(offsets.length);
  expect(offsets.length).toBeGreaterThan(5);
});

describe("what a few bytes claim is not believed", () => {
  const claims: readonly (readonly [string, Edit])[] = [
    [
      "four thousand million packets of one size",
      change("stsz", () => [content("stsz", numbers(0, 1, -1))]),
    ],
    [
      "thirty million packets of one byte",
      change("stsz", () => [content("stsz", numbers(0, 1, 30_000_000))]),
    ],
    ["as many time stamps", change("stts", () => [content("stts", numbers(0, 1, -1, 1))])],
    ["as many packets a chunk", change("stsc", () => [content("stsc", numbers(0, 1, 1, -1, 1))])],
    [
      "as many random access points",
      change("stss", (box) => [
        box,
        content("sbgp", numbers(0), Buffer.from("rap "), numbers(1, -1, 1)),
      ]),
    ],
    [
      "packets of two thousand million bytes",
      change("stsz", (box) => [
        content("stsz", numbers(0, 0, sizes(box).length, ...sizes(box).map(() => 0x7fffffff))),
      ]),
    ],
  ];

  test.each(claims)("%s", async (_name, edit) => {
    const file = memoryFile(rewriteMp4(film, edit));
    const start = performance.now();
    const demuxer = await openMp4(file);
    for (const track of demuxer.tracks) {
      if (track.obstacles.length > 0) continue;
      const { points } = await demuxer.index(track, { spacingSeconds: 0 });
      expect(points.length).toBeLessThan(film.length);
    }
    expect(performance.now() - start).toBeLessThan(1000);
    expect(file.reads.largest).toBeLessThanOrEqual(film.length + 1000);
  });
});

/** The only entry of a sample description with four zero bytes behind its last box, as QuickTime has it. */
function lengthened(box: EditedBox): Uint8Array {
  const entry = view(box).subarray(8);
  const longer = Buffer.concat([entry, Buffer.alloc(4)]);
  longer.writeUInt32BE(longer.length);
  return Uint8Array.from(longer);
}
