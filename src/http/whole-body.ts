const pieceBytes = 1024 * 1024;

/**
 * All of a file as a body, a piece at a time as they are taken. For a request whose Range is to be ignored: Bun reads
 * the field once more for every response that a file lies behind, a slice or a stream of one too (measured in 1.4.5:
 * with `If-Range` of another version the answer was 206, and `bytes=500-5` of 100 bytes 416).
 */
export function wholeBody(file: Pick<Blob, "slice">, sizeBytes: number): ReadableStream {
  let at = 0;
  return new ReadableStream(
    {
      async pull(controller) {
        const end = Math.min(sizeBytes, at + pieceBytes);
        if (at >= end) return controller.close();
        controller.enqueue(new Uint8Array(await file.slice(at, end).arrayBuffer()));
        at = end;
      },
    },
    { highWaterMark: 0 },
  );
}
