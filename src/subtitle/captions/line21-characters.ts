/** The characters of CTA-608-E, 6.4 (47 CFR 15.119 (g)), by their bytes without parity. */

/** Where they are not those of ASCII. */
const otherThanAscii: Readonly<Record<number, string>> = {
  ...{ 0x27: "’", 0x2a: "á", 0x5c: "é", 0x5e: "í", 0x5f: "ó", 0x60: "ú" },
  ...{ 0x7b: "ç", 0x7c: "÷", 0x7d: "Ñ", 0x7e: "ñ", 0x7f: "█" },
};

/** From 0x20 on. */
export function basicCharacter(byte: number): string {
  return otherThanAscii[byte] ?? String.fromCharCode(byte);
}

/** From 0x30 on; the tenth is a space that shows what is behind it. */
const special = Array.from("®°½¿™¢£♪à èâêîôû");
/** From 0x20 on, of the first and of the second set. */
const extended = [
  Array.from("ÁÉÓÚÜü‘¡*'—©℠•“”ÀÂÇÈÊËëÎÏïÔÙùÛ«»"),
  Array.from("ÃãÍÌìÒòÕõ{}\\^_|~ÄäÖöß¥¤¦ÅåØø┌┐└┘"),
] as const;

/** The character of a pair that begins with 0x11; undefined for another pair. */
export function specialCharacter(first: number, second: number): string | undefined {
  return first === 0x11 && second >= 0x30 ? special[second - 0x30] : undefined;
}

/**
 * The character of a pair that begins with 0x12 or 0x13, which takes the place of the one before it: older receivers
 * show that one. Undefined for another pair.
 */
export function extendedCharacter(first: number, second: number): string | undefined {
  return second >= 0x20 && second < 0x40 ? extended[first - 0x12]?.[second - 0x20] : undefined;
}
