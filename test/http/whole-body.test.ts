import { afterAll, beforeAll, expect, test } from "bun:test";
import { wholeBody } from "../../src/http/whole-body.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";

const mebibyte = 1024 * 1024;
const sizes = [0, 1, 1000, mebibyte - 1, mebibyte, mebibyte + 1, 3 * mebibyte + 5];
let folder: TempFolder;

beforeAll(async () => {
  folder = await createTempFolder("whole-body");
});
afterAll(() => folder[Symbol.asyncDispose]());

/** No two pieces of it are alike. */
function bytesOf(size: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: size }, (_, i) => (i * 31 + (i >> 8) * 7 + (i >> 16)) & 255);
}

test.each(sizes)("a file of %p bytes is sent whole, whatever range is asked for", async (size) => {
  const path = folder.file(`${size}.bin`);
  await Bun.write(path, bytesOf(size));
  const file = Bun.file(path);
  await using server = Bun.serve({
    port: 0,
    fetch: () => new Response(wholeBody(file, size)),
  });
  for (const Range of ["bytes=1-3", "bytes=500-5", "bytes=0-1,5-6", "bytes=-2", "bytes=9999999-"]) {
    const response = await fetch(server.url, { headers: { Range } });
    expect([response.status, response.headers.get("Content-Range")]).toEqual([200, null]);
    expect(Buffer.from(await response.arrayBuffer()).equals(bytesOf(size)), Range).toBe(true);
  }
});

test("no more of a file is read than is taken", async () => {
  const reads: number[] = [];
  const blob = new Blob([bytesOf(3 * mebibyte)]);
  const counted: Pick<Blob, "slice"> = {
    slice: (start, end) => {
      reads.push(start ?? 0);
      return blob.slice(start, end);
    },
  };
  const reader = wholeBody(counted, blob.size).getReader();
  await reader.read();
  await reader.cancel();
  expect(reads).toEqual([0]);
});
