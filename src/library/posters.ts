import { mkdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { errno, ViewraError } from "../errors/viewra-error.ts";
import { inputLimitArgs } from "../media/ffmpeg-limits.ts";
import { sourceInput } from "../media/source-pieces.ts";
import type { Source, VideoTrack } from "../media/source.ts";
import { failureError } from "../process/process-result.ts";
import type { ProcessRunner } from "../process/process-runner.ts";
import { shareWork, type SharedWork } from "./shared-work.ts";
import { createTurns } from "./turns.ts";

export interface PostersOptions {
  readonly runner: ProcessRunner;
  readonly ffmpegPath: string;
  /** Made when missing. What lies in it may be deleted at any time. */
  readonly folder: string;
}

export interface Posters {
  /**
   * A JPEG of a picture out of the film, made once: its path. When the signals of all who asked for it
   * have fired, it is not made any more. Errors: MEDIA_UNSUPPORTED (no pictures), MEDIA_UNREADABLE (none
   * can be decoded), PROCESS_TIMEOUT, STORAGE_FULL and, by the signal, CANCELLED.
   */
  make(path: string, source: Source, signal?: AbortSignal): Promise<string>;
}

const widthPixels = 480;
const timeoutMs = 20_000;
/** A page of a library asks for dozens at once; they must not crowd out what somebody watches. */
const atOnce = 2;

export function createPosters(options: PostersOptions): Posters {
  const inTurn = createTurns(atOnce);
  const making = new Map<string, SharedWork<string>>();

  return {
    make: async (path, source, signal) => {
      const { video } = source;
      if (video === null) {
        throw new ViewraError(
          "MEDIA_UNSUPPORTED",
          "The file holds no pictures to take a poster from",
        );
      }
      const poster = join(options.folder, `${source.fingerprint.split(":").at(-1)}.jpg`);
      if (await exists(poster)) return poster;
      const known = making.get(poster);
      if (known !== undefined && !known.isGivenUp) return known.join(signal);
      const work = shareWork((givenUp) =>
        inTurn(givenUp, () => extract(options, path, source, video, poster, givenUp)),
      );
      making.set(poster, work);
      const forget = (): void => {
        if (making.get(poster) === work) making.delete(poster);
      };
      work.done.then(forget, forget);
      return work.join(signal);
    },
  };
}

async function extract(
  { runner, ffmpegPath, folder }: PostersOptions,
  path: string,
  source: Source,
  video: VideoTrack,
  poster: string,
  signal: AbortSignal,
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const temporary = `${poster}.${crypto.randomUUID()}.tmp`;
  try {
    const args = posterArgs(path, source, video, temporary);
    const result = await runner.run({
      ...{ command: ffmpegPath, args, timeoutMs, signal, niceness: 15, kind: "poster" },
    });
    if (!result.ok) throw failureError(result, "MEDIA_UNREADABLE");
    // FFmpeg ends well without a picture, too.
    if (!(await exists(temporary))) {
      throw new ViewraError("MEDIA_UNREADABLE", "No picture of the file can be decoded");
    }
    await rename(temporary, poster);
    return poster;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** A tenth into the film, past titles and black; of some pictures there the one most unlike the others' mean. */
function posterArgs(path: string, source: Source, video: VideoTrack, outPath: string): string[] {
  const filters = [
    `scale=${widthPixels}:trunc(${widthPixels}/dar/2)*2:flags=bicubic:out_color_matrix=bt601`,
    // After scaling: it keeps the pictures it compares, 30 of 8K would be 3 GB.
    "thumbnail=30",
    "setsar=1",
    "format=yuvj420p",
  ];
  const input = sourceInput(path, source.container, source.pieces);
  return [
    // Each decoding thread holds pictures of its own; nobody waits for the last millisecond of a poster.
    ...["-nostdin", "-v", "error", ...inputLimitArgs, "-threads", "2"],
    ...["-noaccurate_seek", "-ss", (source.durationSeconds / 10).toFixed(3), "-t", "5"],
    ...[...input.options, "-i", input.url, "-map", `0:${video.index}`, "-vf", filters.join(",")],
    ...["-frames:v", "1", "-q:v", "4", "-f", "image2", "-update", "1", `file:${outPath}`],
  ];
}

async function exists(path: string): Promise<boolean> {
  try {
    return (await stat(path)).size > 0;
  } catch (thrown) {
    if (errno(thrown) === "ENOENT") return false;
    throw thrown;
  }
}
