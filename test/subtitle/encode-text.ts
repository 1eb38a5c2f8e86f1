import type { Encoding } from "../../src/subtitle/written-languages.ts";

const tables = new Map<Encoding, ReadonlyMap<string, readonly number[]>>();

/** Text in an encoding that TextDecoder only reads: its table turned round. Throws for what cannot be written in it. */
export function encodeText(text: string, encoding: Encoding): Uint8Array {
  const table = tables.get(encoding) ?? reverseTable(encoding);
  tables.set(encoding, table);
  const bytes: number[] = [];
  for (const sign of text.normalize("NFC")) {
    for (const part of table.has(sign) ? [sign] : inParts(sign)) {
      const found = table.get(part);
      if (found === undefined) throw new Error(`${encoding} has no ${sign}`);

      for (const byte of found) bytes.push(byte);
    }
  }
  return Uint8Array.from(bytes);
}

/** A Vietnamese letter and its tone. */
function inParts(sign: string): string[] {
  const marks = sign.normalize("NFD");
  const tone = /[\u{300}\u{301}\u{303}\u{309}\u{323}]/u.exec(marks)?.[0] ?? "";
  return [marks.replace(tone, "").normalize("NFC"), tone].filter(Boolean);
}

function reverseTable(encoding: Encoding): ReadonlyMap<string, readonly number[]> {
  const table = new Map<string, readonly number[]>();
  const decoder = new TextDecoder(encoding, { fatal: true });
  const add = (...bytes: number[]): boolean => {
    try {
      const text = decoder.decode(Uint8Array.from(bytes));
      if (Array.from(text).length !== 1) return false;
      if (!table.has(text)) table.set(text, bytes);
      return true;
    } catch {
      return false;
    }
  };
  const leads: number[] = [];
  for (let byte = 0; byte < 256; byte++) if (!add(byte)) leads.push(byte);
  if (!/^(?:gb18030|big5|shift_jis|euc-)/.test(encoding)) return table;
  for (const lead of leads) for (let trail = 0x30; trail < 256; trail++) add(lead, trail);
  return table;
}
