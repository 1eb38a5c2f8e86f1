import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { LocatedSource } from "../../located-source.ts";
import type { PlanFrame } from "../../rendition.ts";
import { frameRange, type FrameRange } from "../frame-range.ts";
import type { EncodedRendition } from "../encoded-rendition.ts";
import type { SegmentRun } from "../../segment-run.ts";
import { readText } from "../../text/read-text.ts";
import type { TextTracks } from "../../text/text-tracks.ts";
import type { SubtitlesToBurn } from "./burn-filters.ts";
import type { BurntSubtitles } from "./burnt-subtitles.ts";
import { burntPictures } from "./burnt-pictures.ts";
import { burntText } from "./burnt-text.ts";
import type { FontFolders } from "./font-folders.ts";
import type { PictureTracks } from "./picture-tracks.ts";

export interface BurnTools {
  readonly texts: TextTracks;
  readonly pictures: PictureTracks;
  readonly fonts: FontFolders;
}

interface BurnRequest {
  readonly frame: PlanFrame;
  readonly source: LocatedSource;
  readonly burnt: BurntSubtitles;
  readonly range: FrameRange;
  /** Existing folder for what FFmpeg is to read; of nobody else's names. */
  readonly folder: string;
}

/** What has to be prepared for a run; null where nothing is drawn into its pictures. */
export function burnRequest(
  run: SegmentRun<EncodedRendition> & { readonly outDir: string },
): BurnRequest | null {
  const drawn = run.renditions.find((each) => each.kind === "video" && each.burnt !== undefined);
  if (drawn?.kind !== "video" || drawn.burnt === undefined) return null;
  const { frame, source, outDir: folder } = run;
  return { frame, source, burnt: drawn.burnt, range: frameRange(run, drawn), folder };
}

/**
 * Writes what is to be drawn into a run's pictures for FFmpeg; null where there is nothing to be seen. Errors as of
 * `TextTracks` and `PictureTracks`.
 */
export async function prepareBurnt(
  tools: BurnTools,
  request: BurnRequest,
): Promise<SubtitlesToBurn | null> {
  const { frame, source, burnt, range, folder } = request;
  const path = join(folder, `subtitles.${range.startFrame}.mkv`);
  if (burnt.of === "pictures") {
    const events = await tools.pictures.read(source, frame.source, burnt);
    const drawn = await burntPictures(events, frame.source.originMicroseconds / 1e6, range, burnt);
    if (drawn === null) return null;
    const { file, ...toBurn } = drawn;
    await writeFile(path, file);
    return { of: "pictures", path, ...toBurn };
  }
  const text = await readText(tools.texts, source, frame.source, burnt);
  const drawn = burntText(text.header, text.events, text.zeroMs, range);
  if (drawn === null) return null;
  await writeFile(path, drawn.file);
  const fontsFolder = await tools.fonts.of(source, frame.source.fingerprint);
  const { warmUpFrames } = drawn;
  return { of: "text", path, fontsFolder, warmUpFrames, shown: burnt.shown };
}
