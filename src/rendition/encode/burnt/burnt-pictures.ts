import { matroskaFile, pngTrackEntry } from "../../../demux/matroska/write-matroska.ts";
import { toNumber } from "../../../media/rational.ts";
import type { PictureEvent } from "../../../subtitle/pictures/picture-events.ts";
import type { PicturesToBurn } from "./burn-filters.ts";
import type { BurntSubtitles, PictureSize } from "./burnt-subtitles.ts";
import type { FrameRange } from "../frame-range.ts";
import { encodePng } from "./png.ts";

/** What a range of frames shows of a track of pictures, as FFmpeg reads it. */
export interface BurntPictures extends Pick<PicturesToBurn, "canvas" | "fills"> {
  /** A Matroska file of PNG on the content's clock: one where what is seen changes. */
  readonly file: Uint8Array;
}

/** A microsecond. */
const timestampScale = 1000;
/** Clocks of milliseconds round: what begins so little behind a frame is meant to begin with it. */
const roundingSeconds = 0.001;

/**
 * The pictures that are seen in a range of frames; null where none is. `zeroSeconds`: the track's clock at the content's
 * zero. What began before the range is there from its first frame on.
 */
export async function burntPictures(
  events: readonly PictureEvent[],
  zeroSeconds: number,
  { startFrame, endFrame, frameRate }: FrameRange,
  { codec, coded }: Pick<BurntSubtitles, "codec" | "coded">,
): Promise<BurntPictures | null> {
  const frameSeconds = 1 / toNumber(frameRate);
  const earlier = zeroSeconds + roundingSeconds;
  // Of the first picture and the last: what FFmpeg is given beyond the last it would make another picture of.
  const [begin, last] = [startFrame * frameSeconds, (endFrame - 1) * frameSeconds];
  const seen = events.filter(
    ({ startSeconds, endSeconds }) =>
      startSeconds - earlier <= last && endSeconds - earlier > begin,
  );
  const canvas = seen[0]?.canvas;
  if (canvas === undefined) return null;
  const nothing = await encodePng(new Uint8Array(canvas.width * canvas.height * 4), canvas);
  const shown: { seconds: number; png: Uint8Array }[] = [{ seconds: begin, png: nothing }];
  for (const [i, event] of seen.entries()) {
    const seconds = Math.max(begin, event.startSeconds - earlier);
    shown.push({ seconds, png: await encodePng(drawnOn(event, canvas), canvas) });
    const next = seen[i + 1]?.startSeconds ?? Infinity;
    if (event.endSeconds < next && event.endSeconds - earlier <= last) {
      shown.push({ seconds: event.endSeconds - earlier, png: nothing });
    }
  }
  // Of two at one moment the later one is meant.
  const ticks = shown.map(({ seconds }) => Math.max(0, Math.round(seconds * 1e6)));
  const blocks = shown.flatMap(({ png }, i) =>
    ticks[i + 1] === ticks[i]
      ? []
      : [{ track: 1, ticks: ticks[i] ?? 0, durationTicks: null, lacing: 0, payload: png }],
  );
  return {
    canvas,
    fills: fillsFrame(codec, canvas, coded),
    file: matroskaFile(timestampScale, [pngTrackEntry(canvas.width, canvas.height)], blocks),
  };
}

/** Whether a canvas has the shape of the frame whatever shape its samples have, as discs and broadcasts mean it. */
function fillsFrame(codec: string, canvas: PictureSize, coded: PictureSize): boolean {
  if (canvas.width === coded.width && canvas.height === coded.height) return true;
  return codec !== "hdmv_pgs_subtitle" && canvas.width <= 720 && canvas.height <= 576;
}

/** FFmpeg's input has one size: what was meant for another canvas is brought to it. */
function drawnOn(event: PictureEvent, canvas: PictureSize): Uint8Array {
  const own = event.draw();
  const { width, height } = event.canvas;
  if (width === canvas.width && height === canvas.height) return own;
  const pixels = new Uint32Array(own.buffer, own.byteOffset, width * height);
  const brought = new Uint32Array(canvas.width * canvas.height);
  for (let y = 0; y < canvas.height; y++) {
    const row = Math.floor((y * height) / canvas.height) * width;
    for (let x = 0; x < canvas.width; x++) {
      const at = row + Math.floor((x * width) / canvas.width);
      brought[y * canvas.width + x] = pixels[at] ?? 0;
    }
  }
  return new Uint8Array(brought.buffer);
}
