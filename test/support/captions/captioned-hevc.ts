import { readFile, rm, writeFile } from "node:fs/promises";
import { runTool } from "../run-tool.ts";
import { atscUserData, captionRate, tripletsOf, type PictureCaptions } from "./captioned-film.ts";

/** Makes a film of HEVC, in the container that `path` says, with a message of captions before each of its pictures. */
export async function makeCaptionedHevc(
  path: string,
  pictures: readonly PictureCaptions[],
): Promise<void> {
  const bare = `${path}.bare.hevc`;
  try {
    await runTool([
      ...["ffmpeg", "-nostdin", "-y", "-v", "error", "-f", "lavfi", "-i"],
      `testsrc2=size=96x64:rate=${captionRate}`,
      ...["-frames:v", String(pictures.length), "-c:v", "libx265", "-preset", "ultrafast"],
      ...["-x265-params", "bframes=0:pools=1:frame-threads=1:log-level=error", bare],
    ]);
    const units = unitsOf(await readFile(bare));
    let picture = 0;
    const captioned = units.flatMap((unit) => {
      const type = ((unit[0] ?? 0) >> 1) & 63;
      const isFirstSlice = type < 32 && ((unit[2] ?? 0) & 0x80) !== 0;
      return isFirstSlice ? [seiUnit(pictures[picture++] ?? {}), unit] : [unit];
    });
    const start = Buffer.from([0, 0, 0, 1]);
    await writeFile(bare, Buffer.concat(captioned.flatMap((unit) => [start, unit])));
    await runTool([
      ...["ffmpeg", "-nostdin", "-y", "-v", "error", "-fflags", "+genpts", "-f", "hevc"],
      ...["-framerate", captionRate, "-i", bare, "-c", "copy", path],
    ]);
  } finally {
    await rm(bare, { force: true });
  }
}

function unitsOf(bytes: Buffer): Buffer[] {
  const start = Buffer.from([0, 0, 1]);
  const units: Buffer[] = [];
  for (let at = bytes.indexOf(start); at >= 0;) {
    const next = bytes.indexOf(start, at + 3);
    const end = next < 0 ? bytes.length : bytes[next - 1] === 0 ? next - 1 : next;
    units.push(bytes.subarray(at + 3, end));
    at = next;
  }
  return units;
}

/** Supplemental enhancement information before a picture: a message of type 4 (ITU-T H.265, 7.3.2.4 and D.2.6). */
export function seiUnit(picture: PictureCaptions, head: readonly number[] = [39 << 1, 1]): Buffer {
  const message = [0xb5, 0, 0x31, ...atscUserData(tripletsOf(picture))];
  const body: number[] = [];
  let zeros = 0;
  for (const byte of [4, message.length, ...message, 0x80]) {
    if (zeros >= 2 && byte <= 3) {
      body.push(3);
      zeros = 0;
    }
    body.push(byte);
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  return Buffer.from([...head, ...body]);
}
