/** Reads a byte stream to its end, keeping only the last `limitBytes`: a flooding program costs no memory. */
export async function readTail(
  stream: ReadableStream<Uint8Array>,
  limitBytes: number,
): Promise<string> {
  let kept: Uint8Array[] = [];
  let keptBytes = 0;
  for await (const chunk of stream) {
    kept.push(chunk);
    keptBytes += chunk.byteLength;
    if (keptBytes > limitBytes * 2) {
      const tail = Buffer.concat(kept).subarray(-limitBytes);
      kept = [tail];
      keptBytes = tail.byteLength;
    }
  }
  return Buffer.concat(kept).subarray(-limitBytes).toString("utf8");
}

/** Hands every line of a byte stream on, without its newline. Lines over 2 MiB are cut: tags may hold a book. */
export async function readLines(
  stream: ReadableStream<Uint8Array>,
  onLine: (line: string) => void,
): Promise<void> {
  const decoder = new TextDecoder();
  const limit = 2 ** 21;
  let rest = "";
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = (lines.pop() ?? "").slice(0, limit);
    for (const line of lines) onLine(line.slice(0, limit));
  }
  if (rest !== "") onLine(rest);
}

/** Reads a byte stream as text; calls `onOverflow` once past `limitBytes` and drops what follows. */
export async function readBounded(
  stream: ReadableStream<Uint8Array>,
  limitBytes: number,
  onOverflow: () => void,
): Promise<string> {
  const kept: Uint8Array[] = [];
  let keptBytes = 0;
  for await (const chunk of stream) {
    keptBytes += chunk.byteLength;
    if (keptBytes <= limitBytes) kept.push(chunk);
    else if (keptBytes - chunk.byteLength <= limitBytes) onOverflow();
  }
  return Buffer.concat(kept).toString("utf8");
}
