/** Of the extended set (CTA-708-E, 7.1.6), by the byte behind its mark. */
const extended: Readonly<Record<number, string>> = {
  ...{
    0x20: " ",
    0x21: "\u{A0}",
    0x25: "…",
    0x2a: "Š",
    0x2c: "Œ",
    0x30: "█",
    0x31: "‘",
    0x32: "’",
  },
  ...{ 0x33: "“", 0x34: "”", 0x35: "•", 0x39: "™", 0x3a: "š", 0x3c: "œ", 0x3d: "℠", 0x3f: "Ÿ" },
  ...{ 0x76: "⅛", 0x77: "⅜", 0x78: "⅝", 0x79: "⅞" },
  ...{ 0x7a: "│", 0x7b: "┐", 0x7c: "└", 0x7d: "─", 0x7e: "┘", 0x7f: "┌" },
};

/** What a code of CTA-708 writes; null for a command. Letters that nobody defined are the underline that 7.1.6 asks for. */
export function dtvccCharacter(bytes: readonly number[]): string | null {
  const [first = 0, second = 0, third = 0] = bytes;
  // East Asian letters are two bytes of what a country agreed on: of Korea's nothing here knows, others send Unicode.
  if (first === 0x18) return String.fromCharCode(second * 256 + third).toWellFormed();
  if (first === 0x10) {
    const isLetter = (second >= 0x20 && second < 0x80) || second >= 0xa0;
    return isLetter ? (extended[second] ?? "_") : null;
  }
  if (first === 0x7f) return "♪";
  const isLetter = (first >= 0x20 && first < 0x80) || first >= 0xa0;
  return isLetter ? String.fromCharCode(first) : null;
}
