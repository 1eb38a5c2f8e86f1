import { open } from "node:fs/promises";
import { ViewraError } from "../../errors/viewra-error.ts";

/** What FFmpeg calls the reader of a picture that is a file of its own. */
export type StillDemuxer = "jpeg_pipe" | "png_pipe" | "webp_pipe";

const bytesRead = 12;

/**
 * The reader for a picture beside a film, by its first bytes. It is named to FFmpeg, whose own guess of a `.jpg` is
 * nearly always the reader of numbered pictures, for the name's sake, and that one may open other files. Errors:
 * MEDIA_UNREADABLE for what is none of them, and for what cannot be read.
 */
export async function stillDemuxer(path: string): Promise<StillDemuxer> {
  const demuxer = demuxerOf(await firstBytes(path));
  if (demuxer !== null) return demuxer;
  throw new ViewraError("MEDIA_UNREADABLE", "The picture beside the film is no JPEG, PNG or WebP");
}

/** JPEG begins with its SOI and the first marker's FF; what marker follows is any encoder's choice. */
function demuxerOf(head: Buffer): StillDemuxer | null {
  const text = head.toString("latin1");
  if (text.startsWith("\u{FF}\u{D8}\u{FF}")) return "jpeg_pipe";
  if (text.startsWith("\u{89}PNG\r\n\u{1A}\n")) return "png_pipe";
  return /^RIFF[^]{4}WEBP/.test(text) ? "webp_pipe" : null;
}

async function firstBytes(path: string): Promise<Buffer> {
  try {
    await using file = await open(path, "r");
    const { buffer, bytesRead: read } = await file.read(Buffer.alloc(bytesRead), 0, bytesRead, 0);
    return buffer.subarray(0, read);
  } catch (thrown) {
    throw new ViewraError("MEDIA_UNREADABLE", "The picture beside the film cannot be read", {
      cause: thrown,
    });
  }
}
