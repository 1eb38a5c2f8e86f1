import { readExactly, type ReadableFile } from "./readable-file.ts";

/**
 * Reads a file in windows, for those who look at headers and leave out what lies between: a look inside the
 * window costs no read, one outside moves it there. The bytes returned stay as they are when the window moves on.
 */
export class ByteWindow {
  readonly #file: ReadableFile;
  readonly #windowBytes: number;
  #start = 0;
  #bytes: Uint8Array = new Uint8Array(0);

  constructor(file: ReadableFile, windowBytes: number) {
    this.#file = file;
    this.#windowBytes = windowBytes;
  }

  get sizeBytes(): number {
    return this.#file.sizeBytes;
  }

  /** Exactly `length` bytes at `position`, or what `readExactly` throws. */
  async bytes(position: number, length: number): Promise<Uint8Array> {
    const offset = position - this.#start;
    if (offset < 0 || offset + length > this.#bytes.length) {
      const rest = Math.max(0, this.sizeBytes - position);
      const wanted = Math.max(length, Math.min(this.#windowBytes, rest));
      this.#bytes = await readExactly(this.#file, position, wanted);
      this.#start = position;
      return this.#bytes.subarray(0, length);
    }
    return this.#bytes.subarray(offset, offset + length);
  }

  /** Up to `length` bytes at `position`: fewer only where the file ends. */
  async upTo(position: number, length: number): Promise<Uint8Array> {
    const rest = Math.max(0, this.sizeBytes - position);
    return await this.bytes(position, Math.min(length, rest));
  }
}
