import { existsSync } from "node:fs";
import { chmod, copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** What the stand-in of test/fixtures/fake-ffmpeg.sh can do. */
export type FakeMode =
  | "real"
  | "fails"
  | "crashes"
  | "killed"
  | "hangs"
  | "floods"
  | "stubborn"
  | "lies-nothing"
  | "lies-listed"
  | "lies-short"
  | "lies-garbage"
  | "lies-empty"
  | "lies-few"
  | "follows-film";

export interface FakeFfmpeg {
  /** For FFMPEG_PATH. */
  readonly path: string;
  /** Holds from the next start of the program on. */
  become(mode: FakeMode): Promise<void>;
  /** The program is gone from the disk, until the next `become`. */
  vanish(): Promise<void>;
}

/** Puts the stand-in into a folder, as the real FFmpeg to begin with. */
export async function createFakeFfmpeg(folder: string): Promise<FakeFfmpeg> {
  const path = join(folder, "ffmpeg");
  const become = async (mode: FakeMode): Promise<void> => {
    await mkdir(folder, { recursive: true });
    // A program that runs cannot be written over, and needs not be: it reads its mode anew.
    if (!existsSync(path)) {
      await copyFile(join(import.meta.dir, "../fixtures/fake-ffmpeg.sh"), path);
      await chmod(path, 0o755);
    }
    await writeFile(join(folder, "mode"), mode);
  };
  await become("real");
  return { path, become, vanish: () => rm(path) };
}
