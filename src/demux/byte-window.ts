import { readExactly, type ReadableFile } from "./readable-file.ts";

const smallestBytes = 4 * 1024;

/**
 * Reads a file in windows, for those who look at headers and leave out what lies between: a look inside the
 * window costs no read, one outside moves it there. It grows while looks follow each other and shrinks when they
 * are far apart. The bytes returned stay as they are when the window moves on.
 */
export class ByteWindow {
  readonly #file: ReadableFile;
  readonly #largestBytes: number;
  #windowBytes = smallestBytes;
  #start = 0;
  #bytes: Uint8Array = new Uint8Array(0);

  constructor(file: ReadableFile, largestBytes: number) {
    this.#file = file;
    this.#largestBytes = largestBytes;
  }

  get sizeBytes(): number {
    return this.#file.sizeBytes;
  }

  /** Exactly `length` bytes at `position`, or what `readExactly` throws. */
  async bytes(position: number, length: number): Promise<Uint8Array> {
    const offset = position - this.#start;
    if (offset >= 0 && offset + length <= this.#bytes.length) {
      return this.#bytes.subarray(offset, offset + length);
    }
    const gap = offset - this.#bytes.length;
    const isNear = offset >= 0 && gap < this.#windowBytes;
    this.#windowBytes = isNear
      ? Math.min(this.#largestBytes, 2 * this.#windowBytes)
      : Math.max(smallestBytes, this.#windowBytes / 2);
    const rest = Math.max(0, this.sizeBytes - position);
    const wanted = Math.max(length, Math.min(this.#windowBytes, rest));
    this.#bytes = await readExactly(this.#file, position, wanted);
    this.#start = position;
    return this.#bytes.subarray(0, length);
  }

  /** Up to `length` bytes at `position`: fewer only where the file ends, none behind it. */
  async upTo(position: number, length: number): Promise<Uint8Array> {
    const rest = this.sizeBytes - position;
    return rest <= 0 ? new Uint8Array(0) : await this.bytes(position, Math.min(length, rest));
  }
}
