/** A pair of bytes of line 21 with their parity (CTA-608-E). */
export type Pair = readonly [number, number];

export type Service = "CC1" | "CC2" | "CC3" | "CC4";

/** The field that a service is sent in: 0 or 1. */
const fieldOf = (service: Service): 0 | 1 => (service === "CC1" || service === "CC2" ? 0 : 1);

const isSecondOfField = (service: Service): boolean => service === "CC2" || service === "CC4";

export function withParity(byte: number): number {
  let ones = 0;
  for (let bits = byte; bits > 0; bits >>= 1) ones += bits & 1;
  return ones % 2 === 1 ? byte : byte | 0x80;
}

export const padding: Pair = [0x80, 0x80];

/** A control code, once. */
function code(service: Service, first: number, second: number): Pair {
  return [withParity(first | (isSecondOfField(service) ? 8 : 0)), withParity(second)];
}

const commands = {
  ...{
    popOn: 0x20,
    backspace: 0x21,
    deleteRest: 0x24,
    rollUp2: 0x25,
    rollUp3: 0x26,
    rollUp4: 0x27,
  },
  ...{
    paintOn: 0x29,
    text: 0x2a,
    eraseShown: 0x2c,
    carriageReturn: 0x2d,
    eraseHidden: 0x2e,
    flip: 0x2f,
  },
} as const;
export type Command = keyof typeof commands;

export function command(service: Service, name: Command): Pair {
  return code(service, fieldOf(service) === 1 ? 0x15 : 0x14, commands[name]);
}

/** First bytes and the bit of the second by row, from 1 to 15. */
const preambles: readonly (readonly [number, number])[] = [
  ...([
    [0x11, 0],
    [0x11, 0x20],
    [0x12, 0],
    [0x12, 0x20],
    [0x15, 0],
    [0x15, 0x20],
  ] as const),
  ...([
    [0x16, 0],
    [0x16, 0x20],
    [0x17, 0],
    [0x17, 0x20],
    [0x10, 0],
    [0x13, 0],
    [0x13, 0x20],
  ] as const),
  ...([
    [0x14, 0],
    [0x14, 0x20],
  ] as const),
];

/** Where the next letters stand: row from 1 to 15; an indent of whole fours from 0 to 28, or italics from the left edge on. */
export function preamble(
  service: Service,
  row: number,
  style: { readonly indent: number } | "italic",
  isUnderlined = false,
): Pair {
  const [first, bit] = preambles[row - 1] ?? [0x14, 0x20];
  const low = style === "italic" ? 0x0e : 0x10 + 2 * (style.indent / 4);
  return code(service, first, 0x40 | bit | low | (isUnderlined ? 1 : 0));
}

export const midRow = (service: Service, isItalic: boolean, isUnderlined: boolean): Pair =>
  code(service, 0x11, 0x20 | (isItalic ? 0x0e : 0) | (isUnderlined ? 1 : 0));

export const tab = (service: Service, columns: 1 | 2 | 3): Pair =>
  code(service, 0x17, 0x20 + columns);

const basic = new Map<string, number>(
  Array.from({ length: 0x60 }, (_, i) => {
    const byte = 0x20 + i;
    const others: Record<number, string> = {
      ...{ 0x27: "’", 0x2a: "á", 0x5c: "é", 0x5e: "í", 0x5f: "ó", 0x60: "ú", 0x7b: "ç" },
      ...{ 0x7c: "÷", 0x7d: "Ñ", 0x7e: "ñ", 0x7f: "█" },
    };
    return [others[byte] ?? String.fromCharCode(byte), byte];
  }),
);
const special = Array.from("®°½¿™¢£♪à\u{A0}èâêîôû");
const extended1 = Array.from("ÁÉÓÚÜü‘¡*'—©℠•“”ÀÂÇÈÊËëÎÏïÔÙùÛ«»");
const extended2 = Array.from("ÃãÍÌìÒòÕõ{}\\^_|~ÄäÖöß¥¤¦ÅåØø┌┐└┘");

/** All characters that can be sent; those of the extended sets take the place of the one before them. */
export const characters = {
  basic: [...basic.keys()].filter((character) => character !== " "),
  special: special.filter((character) => character !== "\u{A0}"),
  extended: [...extended1, ...extended2],
} as const;

/** Pairs for text; before a letter of an extended set stands a letter for receivers that do not know it. */
export function letters(service: Service, text: string): Pair[] {
  const pairs: Pair[] = [];
  let open: number | null = null;
  const flush = (): void => {
    if (open !== null) pairs.push([withParity(open), 0x80]);
    open = null;
  };
  const put = (byte: number): void => {
    if (open === null) {
      open = byte;
      return;
    }
    pairs.push([withParity(open), withParity(byte)]);
    open = null;
  };
  const twice = (pair: Pair): void => void pairs.push(pair, pair);
  for (const character of text) {
    const plain = basic.get(character);
    if (plain !== undefined) {
      put(plain);
      continue;
    }
    const [first, set, from] = special.includes(character)
      ? ([0x11, special, 0x30] as const)
      : extended1.includes(character)
        ? ([0x12, extended1, 0x20] as const)
        : ([0x13, extended2, 0x20] as const);
    if (set !== special) put(0x3f);
    flush();
    twice(code(service, first, from + set.indexOf(character)));
  }
  flush();
  return pairs;
}
