import { ViewraError } from "../errors/viewra-error.ts";
import type { Demuxer } from "./demuxer.ts";
import { openMatroska } from "./matroska/open-matroska.ts";
import { openMp4 } from "./mp4/open-mp4.ts";
import { openReadableFile, type ReadableFile } from "./readable-file.ts";

/** How packets are found in a container of FFmpeg's name; undefined for one that is not read here. */
function opener(
  container: string,
): ((file: ReadableFile, signal?: AbortSignal) => Promise<Demuxer>) | undefined {
  const names = container.split(",");
  if (names.includes("mp4")) return openMp4;
  return names.includes("matroska") ? openMatroska : undefined;
}

/**
 * Opens a film for its packets. Absolute path, container as ffprobe names it. Throws MEDIA_UNSUPPORTED for a
 * container that is not read here, MEDIA_MISSING, and MEDIA_UNREADABLE for a file that is not what it claims.
 */
export async function openDemuxer(
  path: string,
  container: string,
  signal?: AbortSignal,
): Promise<Demuxer> {
  const open = opener(container);
  if (open === undefined) {
    throw new ViewraError(
      "MEDIA_UNSUPPORTED",
      `Packets of ${container} are not copied as they are`,
    );
  }
  const file = await openReadableFile(path);
  try {
    return await open(file, signal);
  } catch (thrown) {
    await file.close();
    throw thrown;
  }
}
