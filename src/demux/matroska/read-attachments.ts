import { ByteWindow } from "../byte-window.ts";
import { openReadableFile, unreadable } from "../readable-file.ts";
import { longestHeadBytes, readHead } from "./ebml.ts";
import { ids } from "./element-ids.ts";
import { readSegment, type Range } from "./segment.ts";

/** A file within a Matroska file. */
export interface Attachment {
  /** As the film says, which may be anything. */
  readonly name: string;
  /** In the same way. */
  readonly mediaType: string;
  /** Bytes `[start, end)` of the film. */
  readonly start: number;
  readonly end: number;
}

/** A film with its own typefaces has some dozens of them. */
const mostAttachments = 1000;
const longestName = 4096;

/**
 * The files attached to a Matroska file (RFC 9559, 5.1.6), in its order; none of them is read. Absolute path.
 * MEDIA_MISSING; MEDIA_UNREADABLE for what is no Matroska or contradicts itself.
 */
export async function readAttachments(path: string): Promise<Attachment[]> {
  const file = await openReadableFile(path);
  try {
    const { attachments } = await readSegment(file);
    const found: Attachment[] = [];
    if (attachments === null) return found;
    const window = new ByteWindow(file, 4096);
    for await (const attached of children(window, attachments)) {
      if (attached.id !== ids.attachedFile || found.length === mostAttachments) continue;
      let [name, mediaType] = ["", ""];
      let data: Range | null = null;
      for await (const { id, ...range } of children(window, attached)) {
        if (id === ids.fileData) data = range;
        if (id !== ids.fileName && id !== ids.fileMediaType) continue;
        const bytes = await window.upTo(
          range.start,
          Math.min(longestName, range.end - range.start),
        );
        const text = new TextDecoder().decode(bytes).replace(/\0.*$/s, "");
        if (id === ids.fileName) name = text;
        else mediaType = text;
      }
      if (data !== null && data.end <= file.sizeBytes) found.push({ name, mediaType, ...data });
    }
    return found;
  } finally {
    await file.close();
  }
}

/** The elements within a range of a file, one behind the other. */
async function* children(
  window: ByteWindow,
  { start, end }: Range,
): AsyncGenerator<Range & { readonly id: number }> {
  let at = start;
  while (at < end) {
    const head = readHead(await window.upTo(at, longestHeadBytes), 0);
    if (head === null || head.bodyBytes === null) return;
    const body = at + head.headBytes;
    if (body + head.bodyBytes > end)
      throw unreadable("An attached file is longer than what holds it");
    yield { id: head.id, start: body, end: body + head.bodyBytes };
    at = body + head.bodyBytes;
  }
}
