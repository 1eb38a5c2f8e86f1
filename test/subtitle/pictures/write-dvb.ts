/** Bits of a pixel in a region or a string of pixels. */
export type PixelBits = 2 | 4 | 8;

export interface DvbRunWish {
  readonly colour: number;
  readonly length: number;
}

/** A row of an object: strings of pixels of different depths. */
export type DvbRowWish = readonly {
  readonly bits: PixelBits;
  readonly runs: readonly DvbRunWish[];
}[];

export interface DvbRegionWish {
  readonly id: number;
  readonly depth: PixelBits;
  readonly isFilled: boolean;
  readonly background: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly objectX: number;
  readonly objectY: number;
  /** Of the even rows; null: those of the odd rows are the same. */
  readonly fields: readonly [readonly DvbRowWish[], readonly DvbRowWish[] | null];
  /** Entries of a table of colours, five bytes each (number, Y, Cr, Cb, T); null: the region has none of its own. */
  readonly colours: readonly (readonly [number, number, number, number, number])[] | null;
  /** Colours of a byte each, else of few bits. */
  readonly isFullRange: boolean;
  /** Pixels of number 1 leave what is there. */
  readonly isNonModifying?: boolean;
  /** A map of the field's numbers to the region's. */
  readonly map: readonly number[] | null;
}

export interface DvbPageWish {
  /** 0: normal case, 1: acquisition point, 2: change of mode. */
  readonly state: 0 | 1 | 2;
  readonly version: number;
  readonly timeOutSeconds: number;
  readonly regions: readonly DvbRegionWish[];
}

export interface DvbDisplayWish {
  readonly width: number;
  readonly height: number;
  readonly window: { readonly x: number; readonly y: number } | null;
}

const u16 = (value: number): number[] => [(value >> 8) & 255, value & 255];
const pageId = 7;

const segment = (type: number, body: readonly number[]): number[] => [
  ...[0x0f, type, ...u16(pageId), ...u16(body.length)],
  ...body,
];

/** The segments of a page one by one; they may lie in one packet or in several. */
export function dvbPage(page: DvbPageWish, display: DvbDisplayWish | null): number[][] {
  const { state, version, timeOutSeconds, regions } = page;
  const places = regions.flatMap(({ id, x, y }) => [id, 0, ...u16(x), ...u16(y)]);
  return [
    ...(display === null ? [] : [segment(0x14, displayBody(display))]),
    segment(0x10, [timeOutSeconds, (version << 4) | (state << 2), ...places]),
    ...regions.map((region) => segment(0x11, regionBody(region))),
    ...regions.flatMap((region) =>
      region.colours === null ? [] : [segment(0x12, clutBody(region, version))],
    ),
    ...regions.map((region) => segment(0x13, objectBody(region))),
    segment(0x80, []),
  ];
}

function displayBody({ width, height, window }: DvbDisplayWish): number[] {
  const size = [...u16(width - 1), ...u16(height - 1)];
  if (window === null) return [0x10, ...size];
  const { x, y } = window;
  return [0x18, ...size, ...u16(x), ...u16(width - 1), ...u16(y), ...u16(height - 1)];
}

function regionBody(region: DvbRegionWish): number[] {
  const { id, width, height, depth, background } = region;
  const code = { 2: 1, 4: 2, 8: 3 }[depth];
  return [
    ...[id, region.isFilled ? 8 : 0, ...u16(width), ...u16(height)],
    // Tables of colours have the numbers of their regions.
    ...[
      (code << 5) | (code << 2),
      id,
      background,
      ((background & 15) << 4) | ((background & 3) << 2),
    ],
    ...[...u16(100 + id), ...u16(region.objectX), ...u16(region.objectY)],
  ];
}

function clutBody({ id, depth, colours, isFullRange }: DvbRegionWish, version: number): number[] {
  const flag = { 2: 0x80, 4: 0x40, 8: 0x20 }[depth];
  return [
    id,
    version << 4,
    ...(colours ?? []).flatMap(([number, y, cr, cb, t]) =>
      isFullRange
        ? [number, flag | 1, y, cr, cb, t]
        : [number, flag, (y & 0xfc) | (cr >> 6), ((cr & 0x30) << 2) | ((cb & 0xf0) >> 2) | (t & 3)],
    ),
    // FFmpeg reads an entry of four bytes only where another byte follows.
    0,
  ];
}

function objectBody(region: DvbRegionWish): number[] {
  const { id, depth, map, isNonModifying = false } = region;
  const [top, bottom] = region.fields;
  const [even, odd] = [fieldBytes(top, depth, map), bottom && fieldBytes(bottom, depth, map)];
  return [
    ...[...u16(100 + id), isNonModifying ? 2 : 0, ...u16(even.length), ...u16(odd?.length ?? 0)],
    ...even,
    ...(odd ?? []),
  ];
}

function fieldBytes(
  rows: readonly DvbRowWish[],
  depth: PixelBits,
  map: readonly number[] | null,
): number[] {
  return [
    ...(map === null || depth === 2 ? [] : mapBytes(map, depth)),
    ...rows.flatMap((row) => [
      ...row.flatMap(({ bits, runs }) => stringBytes(bits <= depth ? bits : depth, runs)),
      0xf0,
    ]),
  ];
}

function mapBytes(map: readonly number[], depth: 4 | 8): number[] {
  const [a = 0, b = 0, c = 0, d = 0] = map.map((number) => number & 15);
  if (depth === 4) return [0x20, (a << 4) | b, (c << 4) | d];
  return [0x21, ...map.slice(0, 4), 0x22, ...Array.from({ length: 16 }, (_, i) => map[i] ?? i)];
}

function stringBytes(bits: PixelBits, runs: readonly DvbRunWish[]): number[] {
  const codes = runs.flatMap(({ colour, length }) => runCodes[bits](colour % 2 ** bits, length));
  const digits = [...codes, { 2: "000000", 4: "00000000", 8: "0".repeat(16) }[bits]].join("");
  const bytes = digits.match(/.{1,8}/g) ?? [];
  const type = { 2: 0x10, 4: 0x11, 8: 0x12 }[bits];
  return [type, ...bytes.map((byte) => Number.parseInt(byte.padEnd(8, "0"), 2))];
}

const binary = (value: number, digits: number): string => value.toString(2).padStart(digits, "0");
const times = (count: number, code: string): string[] => Array.from({ length: count }, () => code);

/** Codes of a run as binary digits: the long ones where its length allows (ETSI EN 300 743, 7.2.5.2). */
const runCodes: Readonly<Record<PixelBits, (colour: number, length: number) => string[]>> = {
  2: (colour, length) => {
    const last = binary(colour, 2);
    if (length >= 29) return [`000011${binary(length - 29, 8)}${last}`];
    // Between the two: 12 to 27, and 29 and more.
    if (length === 28) return times(2, `000010${binary(2, 4)}${last}`);
    if (length >= 12) return [`000010${binary(length - 12, 4)}${last}`];
    if (length >= 3 && length <= 10) return [`001${binary(length - 3, 3)}${last}`];
    if (colour !== 0) return times(length, last);
    return length === 2 ? ["000001"] : times(length, "0001");
  },
  4: (colour, length) => {
    const last = binary(colour, 4);
    if (length >= 25) return [`00001111${binary(length - 25, 8)}${last}`];
    if (length >= 9) return [`00001110${binary(length - 9, 4)}${last}`];
    if (colour === 0) {
      if (length >= 3)
        return length === 9 ? times(3, "00000001") : [`00000${binary(length - 2, 3)}`];
      return [length === 2 ? "00001101" : "00001100"];
    }
    return length >= 4 && length <= 7
      ? [`000010${binary(length - 4, 2)}${last}`]
      : times(length, last);
  },
  8: (colour, length) => {
    if (length > 127) return [...runCodes[8](colour, 127), ...runCodes[8](colour, length - 127)];
    if (colour === 0) return [`000000000${binary(length, 7)}`];
    const last = binary(colour, 8);
    return length >= 3 ? [`000000001${binary(length, 7)}${last}`] : times(length, last);
  },
};
