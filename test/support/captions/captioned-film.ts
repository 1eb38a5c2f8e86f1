import { readFile, rm, writeFile } from "node:fs/promises";
import { runTool } from "../run-tool.ts";
import { padding, type Pair } from "./line21-encoder.ts";

/** What is sent with each picture: pairs of the first and of the second field. */
export interface PictureCaptions {
  readonly first?: Pair | undefined;
  readonly second?: Pair | undefined;
  /** Further triplets as they are. */
  readonly more?: readonly number[] | undefined;
}

/** cc_data's triplets of a picture (CTA-708-E, 4.4). */
export function tripletsOf({
  first = padding,
  second = padding,
  more = [],
}: PictureCaptions): number[] {
  return [0xfc, ...first, 0xfd, ...second, ...more];
}

/** User data of ATSC A/53 part 4, as MPEG-2 has it behind its start code. */
export function atscUserData(triplets: readonly number[]): number[] {
  return [...Buffer.from("GA94"), 3, 0xc0 | (triplets.length / 3), 0xff, ...triplets, 0xff];
}

/** 30000/1001 a second, as line 21 has them. */
export const captionRate = "30000/1001";

/**
 * Makes a film of as many small pictures as there are captions, and has FFmpeg turn it into what `args` say: its
 * encoders of MPEG-2 and H.264 keep the captions of the pictures that they are given, in the order in which those are shown.
 */
export async function makeCaptionedFilm(
  path: string,
  pictures: readonly PictureCaptions[],
  args: readonly string[],
  userData: (triplets: readonly number[]) => readonly number[] = atscUserData,
): Promise<void> {
  const bare = `${path}.bare.m2v`;
  const size = { width: 96, height: 64 };
  try {
    await runTool([
      ...["ffmpeg", "-nostdin", "-y", "-v", "error", "-f", "lavfi", "-i"],
      `testsrc2=size=${size.width}x${size.height}:rate=${captionRate}`,
      ...["-frames:v", String(pictures.length), "-c:v", "mpeg2video", "-g", "1", "-q:v", "20"],
      ...["-threads", "1", "-f", "mpeg2video", bare],
    ]);
    const bytes = await readFile(bare);
    await writeFile(bare, withUserData(bytes, pictures.map(tripletsOf).map(userData)));
    await runTool([
      ...["ffmpeg", "-nostdin", "-y", "-v", "error", "-f", "mpegvideo", "-i", bare],
      ...["-threads", "1", ...args, path],
    ]);
  } finally {
    await rm(bare, { force: true });
  }
}

/** Puts user data behind the heads of pictures, before their first slices. */
function withUserData(bytes: Buffer, data: readonly (readonly number[])[]): Buffer {
  const parts: Buffer[] = [];
  let from = 0;
  for (const own of data) {
    const picture = bytes.indexOf(Buffer.from([0, 0, 1, 0]), from);
    const slice = bytes.indexOf(Buffer.from([0, 0, 1, 1]), picture + 4);
    if (picture < 0 || slice < 0) throw new Error("fewer pictures than captions");
    parts.push(bytes.subarray(from, slice), Buffer.from([0, 0, 1, 0xb2, ...own]));
    from = slice;
  }
  parts.push(bytes.subarray(from));
  return Buffer.concat(parts);
}
