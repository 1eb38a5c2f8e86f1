import { randomUUID } from "node:crypto";
import { chmod, mkdir, open, rename, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { errno, ViewraError } from "../errors/viewra-error.ts";
import type { EmbeddedBinary } from "./embedded-binary.ts";

/**
 * Writes the packager to `<cacheDir>/<sha256>/` where the system can run it, once: a file that is there
 * with the right digest is used, any other is replaced. Any number of servers may do this at once.
 * @returns the absolute path of the program.
 * @throws ViewraError STORAGE_FULL, or PROGRAM_MISSING when the folder cannot be written.
 */
export async function unpackPackager(binary: EmbeddedBinary, cacheDir: string): Promise<string> {
  const folder = join(resolve(cacheDir), binary.sha256);
  const program = join(folder, binary.fileName);
  if ((await digestOf(program)) === binary.sha256) {
    await chmod(program, 0o755);
    return program;
  }
  try {
    await mkdir(folder, { recursive: true });
    await writeProgram(binary, program);
    return program;
  } catch (cause) {
    if (cause instanceof ViewraError) throw cause;
    if (errno(cause) === "ENOSPC" || errno(cause) === "EDQUOT") {
      throw new ViewraError("STORAGE_FULL", `No room to unpack Shaka Packager to ${program}`, {
        cause,
      });
    }
    throw new ViewraError("PROGRAM_MISSING", `Shaka Packager cannot be unpacked to ${program}`, {
      cause,
    });
  }
}

async function writeProgram(binary: EmbeddedBinary, program: string): Promise<void> {
  const bytes = await Bun.file(binary.path).bytes();
  const found = sha256(bytes);
  if (found !== binary.sha256) {
    throw new ViewraError(
      "PROGRAM_MISSING",
      `The Shaka Packager inside Viewra is damaged: expected SHA-256 ${binary.sha256}, got ${found}`,
    );
  }
  const temporary = `${program}.${randomUUID()}.tmp`;
  try {
    // Closed before the rename: Linux refuses to run a program that somebody still writes (ETXTBSY).
    const file = await open(temporary, "wx", 0o755);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, program);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** null where there is no such file. */
async function digestOf(path: string): Promise<string | null> {
  const file = Bun.file(path);
  return (await file.exists()) ? sha256(await file.bytes()) : null;
}

function sha256(bytes: Uint8Array): string {
  return new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
}
