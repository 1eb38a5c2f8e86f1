import { constants } from "node:fs";
import { open } from "node:fs/promises";
import {
  isCaptionedCodec,
  isWholeCaptionData,
  tripletsOfMessage,
  tripletsOfUserData,
  type CaptionTriplets,
} from "../media/caption-data.ts";
import { CaptionServices } from "../media/caption-services.ts";
import { withoutEmulation } from "../media/nal-payload.ts";
import type { Source, SubtitleTrack, VideoTrack } from "../media/source.ts";

/** Stream indexes of files are below, and texts beside them. */
const firstIndex = 2000;

/** The beginning of a message of H.264 and HEVC, and of user data of MPEG-2, that may have captions. */
const messageStart = Buffer.from([0xb5, 0x00, 0x31, ...Buffer.from("GA94"), 3]);
const userDataStart = Buffer.from([0, 0, 1, 0xb2]);
/** A DVD's data of a group of pictures is the longest; of H.264 a byte in three may be there for no meaning. */
const longestData = 256;

/**
 * Captions inside the pictures of a file, found by the bytes that they begin with: wherever a look lands there is a
 * picture, and nearly every one of a film with captions has some.
 */
export class CaptionMarks {
  readonly #services = new CaptionServices();
  #found = 0;

  /** How many were seen. */
  get found(): number {
    return this.#found;
  }

  look(block: Uint8Array): void {
    this.#services.leap();
    const bytes = Buffer.from(block.buffer, block.byteOffset, block.length);
    this.#each(bytes, messageStart, 0, (data) => tripletsOfMessage(withoutEmulation(data)));
    this.#each(bytes, userDataStart, userDataStart.length, (data) => tripletsOfUserData(data));
  }

  names(): string[] {
    return this.#services.names();
  }

  #each(
    bytes: Buffer,
    mark: Buffer,
    skipped: number,
    read: (data: Uint8Array) => CaptionTriplets,
  ): void {
    for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + mark.length)) {
      const triplets = read(bytes.subarray(at + skipped, at + skipped + longestData));
      // The head of a packet of MPEG-TS may stand in its midst.
      if (!isWholeCaptionData(triplets)) continue;
      this.#found += 1;
      this.#services.add(triplets);
    }
  }
}

/** Spread over the film; all of them together are a few seconds of it. */
const looks = { count: 32, bytes: 256 * 1024 };

/** Looks at more of a file that has captions, to find who speaks seldom. A look that fails finds nothing. */
async function lookForServices(
  path: string,
  sizeBytes: number,
  marks: CaptionMarks,
): Promise<void> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(() => null);
  if (file === null) return;
  try {
    const buffer = Buffer.alloc(looks.bytes);
    for (let i = 0; i < looks.count; i++) {
      const position = Math.floor((Math.max(0, sizeBytes - looks.bytes) * (i + 0.5)) / looks.count);
      const { bytesRead } = await file.read(buffer, 0, looks.bytes, position);
      marks.look(buffer.subarray(0, bytesRead));
    }
  } catch {
    return;
  } finally {
    await file.close();
  }
}

/** A source with the captions inside its pictures as tracks; the same for pictures of a codec that has none. */
export async function withCaptions(
  source: Source,
  path: string,
  marks: CaptionMarks,
): Promise<Source> {
  const { video, sizeBytes, subtitles } = source;
  if (marks.found === 0 || video === null || !isCaptionedCodec(video.codec)) return source;
  await lookForServices(path, sizeBytes, marks);
  return { ...source, subtitles: [...subtitles, ...captionTracks(video, marks.names())] };
}

function captionTracks(video: VideoTrack, names: readonly string[]): SubtitleTrack[] {
  const { index: stream, codec, startTimeSeconds, endTimeSeconds } = video;
  return names.map((service, i) => ({
    index: firstIndex + i,
    codec: service.startsWith("CC") ? "eia_608" : "eia_708",
    // Nothing in them says it.
    language: "und",
    title: service.startsWith("CC") ? service : `CC ${service.slice(1)}`,
    ...{ isDefault: false, isForced: false, isForHearingImpaired: true, isCommentary: false },
    ...{ startTimeSeconds, endTimeSeconds },
    part: { stream, codec, service },
  }));
}
