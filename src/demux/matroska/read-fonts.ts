import { readAttachments, type Attachment } from "./read-attachments.ts";

/** All of a film's typefaces together: libass keeps them in memory. */
const mostBytes = 256 * 1024 * 1024;
/** Those with all of Chinese have some 30 MB. */
const largestFont = 64 * 1024 * 1024;

/** The typefaces that a Matroska file brings along for its subtitles, in its order; errors as of `readAttachments`. */
export async function readFonts(path: string): Promise<Attachment[]> {
  let sum = 0;
  return (await readAttachments(path)).filter((attachment) => {
    const bytes = attachment.end - attachment.start;
    return isFont(attachment) && bytes <= largestFont && (sum += bytes) <= mostBytes;
  });
}

/** Writers call fonts by many types, and some by none. */
function isFont({ mediaType, name }: Attachment): boolean {
  return (
    /^(?:font\/|application\/(?:x-)?(?:truetype|font|opentype|vnd\.ms-opentype))/i.test(
      mediaType,
    ) || /\.(?:ttf|otf|ttc|otc|pfb)$/i.test(name)
  );
}
