/**
 * The address of a media file that is given as it is. Of the 64 hexadecimal digits the first 52 are the fingerprint's,
 * the rest are the file's time of change: the fingerprint samples a film, and one whose bytes changed between its
 * samples (a download that was completed) must have another address, since caches keep what they got of it for ever.
 */
export interface FileAddress {
  /** First digits of the fingerprint's digest. */
  readonly digest: string;
  /** Unix milliseconds, whole. */
  readonly modifiedMs: number;
}

const digestDigits = 52;
/** Of the time of change: 48 bits, two's complement. */
const timeBits = 48;

/** The hash under which a file of that fingerprint (`sha256-sampled:<size>:<hex>`) and time of change is given. */
export function fileHash(fingerprint: string, modifiedMs: number): string {
  const time = BigInt.asUintN(timeBits, BigInt(modifiedMs));
  return digestOf(fingerprint) + time.toString(16).padStart(timeBits / 4, "0");
}

/** What such a hash says; null for text of another form. */
export function parseFileHash(hash: string): FileAddress | null {
  if (!/^[0-9a-f]{64}$/.test(hash)) return null;
  const time = BigInt(`0x${hash.slice(digestDigits)}`);
  return {
    digest: hash.slice(0, digestDigits),
    modifiedMs: Number(BigInt.asIntN(timeBits, time)),
  };
}

function digestOf(fingerprint: string): string {
  return fingerprint.slice(-64).slice(0, digestDigits);
}

const prefix = "file.";

/** The one object under a file's hash. */
export const fileName = (extension: string): string => `${prefix}${extension}`;

/** Whether an object's name is one that only files have. */
export const isFileName = (name: string): boolean => name.startsWith(prefix);
