/** The fields of a protobuf message, by number (protobuf.dev, Encoding). What is absent is empty, or 0. */
export interface Fields {
  has(field: number): boolean;
  bytes(field: number): Uint8Array;
  text(field: number): string;
  /** A varint or a fixed one; beyond 2^53 it is rounded. */
  number(field: number): number;
  messages(field: number): Fields[];
}

type Value = bigint | Uint8Array;

export function readFields(bytes: Uint8Array): Fields {
  const values = new Map<number, Value[]>();
  for (let at = 0; at < bytes.length;) {
    const [key, afterKey] = readVarint(bytes, at);
    const [value, next] = readValue(bytes, afterKey, Number(key & 7n));
    const field = Number(key >> 3n);
    values.set(field, [...(values.get(field) ?? []), value]);
    at = next;
  }
  const all = (field: number): Value[] => values.get(field) ?? [];
  const chunks = (field: number): Uint8Array[] =>
    all(field).flatMap((value) => (typeof value === "bigint" ? [] : [value]));
  const bytesOf = (field: number): Uint8Array => chunks(field).at(-1) ?? new Uint8Array();
  return {
    has: (field) => values.has(field),
    bytes: bytesOf,
    text: (field) => new TextDecoder().decode(bytesOf(field)),
    number: (field) => {
      const value = all(field).at(-1);
      return typeof value === "bigint" ? Number(value) : 0;
    },
    messages: (field) => chunks(field).map(readFields),
  };
}

function readValue(bytes: Uint8Array, at: number, wireType: number): [Value, number] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (wireType === 0) return readVarint(bytes, at);
  if (wireType === 1) return [view.getBigUint64(at, true), at + 8];
  if (wireType === 5) return [BigInt(view.getUint32(at, true)), at + 4];
  if (wireType !== 2) throw new Error(`expected a wire type of protobuf, got ${wireType}`);
  const [length, start] = readVarint(bytes, at);
  const end = start + Number(length);
  if (end > bytes.length) throw new Error("the message is cut off");
  return [bytes.subarray(start, end), end];
}

function readVarint(bytes: Uint8Array, at: number): [bigint, number] {
  let value = 0n;
  for (let i = 0; i < 10; i++) {
    const byte = bytes[at + i];
    if (byte === undefined) break;
    value |= BigInt(byte & 0x7f) << BigInt(7 * i);
    if (byte < 0x80) return [value, at + i + 1];
  }
  throw new Error("the message is cut off");
}
