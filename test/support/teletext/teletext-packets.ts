import { withParity } from "../captions/line21-encoder.ts";

/** A page as it is sent (ETSI EN 300 706). */
export interface TeletextPage {
  /** From 100 to 899, as viewers type it. */
  readonly page: number;
  /** Bits C12 to C14 (15.2): of which national set some letters are. 0 English, 4 German. */
  readonly nationalOption: number;
  /** By row from 1 to 23, at most 40 letters or codes of each. */
  readonly rows: ReadonlyMap<number, readonly number[]>;
}

/** Hamming 8/4 (8.2) of four bits. */
const hamming = [
  ...[
    0x15, 0x02, 0x49, 0x5e, 0x64, 0x73, 0x38, 0x2f, 0xd0, 0xc7, 0x8c, 0x9b, 0xa1, 0xb6, 0xfd, 0xea,
  ],
];
const coded = (value: number): number => hamming[value & 15] ?? 0;

const address = (magazine: number, packet: number): number[] => [
  ...[coded((magazine & 7) | ((packet & 1) << 3)), coded(packet >> 1)],
];

/** A page's head (9.3.1): erased before, subtitles, its own head not shown. */
function head(magazine: number, pageByte: number, nationalOption: number): number[] {
  const [erase, subtitle] = [8, 8];
  const c7suppressHeader = 1;
  const c11serial = 0;
  return [
    ...address(magazine, 0),
    ...[pageByte & 15, pageByte >> 4, 0, erase, 0, subtitle].map(coded),
    ...[c7suppressHeader | 2, c11serial | (nationalOption << 1)].map(coded),
    ...Array.from({ length: 32 }, () => withParity(0x20)),
  ];
}

/** Packets of 42 bytes, with what makes receivers take the page for complete. */
export function teletextPackets({ page, nationalOption, rows }: TeletextPage): number[][] {
  const magazine = Math.floor(page / 100);
  const pageByte = (Math.floor(page / 10) % 10) * 16 + (page % 10);
  const filler = 0xff;
  return [
    head(magazine, pageByte, nationalOption),
    ...Array.from(rows, ([row, letters]) => [
      ...address(magazine, row),
      ...Array.from({ length: 40 }, (_, i) => withParity(letters[i] ?? 0x20)),
    ]),
    head(magazine, filler, nationalOption),
  ];
}

/** A row of double height whose text stands in a box (12.2): from a column on, in one of eight colours. */
export function boxedRow(text: string, column: number, colour = 7): number[] {
  const [startBox, endBox, doubleHeight] = [0x0b, 0x0a, 0x0d];
  const spaces = Array.from({ length: Math.max(0, column - 4) }, () => 0x20);
  return [
    ...spaces,
    ...[doubleHeight, colour, startBox, startBox],
    ...[...Buffer.from(text, "latin1")].slice(0, 32),
    ...[endBox, endBox],
  ].slice(0, 40);
}
