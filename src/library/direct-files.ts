import { constants, existsSync } from "node:fs";
import { open, stat, type FileHandle } from "node:fs/promises";
import type { Database } from "../db/database.ts";
import { distrustFile } from "../db/media-file-changes.ts";
import { listByFileAddress, type MediaFile } from "../db/media-files.ts";
import { fileTypeOf } from "../device/file-type.ts";
import { isExhausted } from "../errors/viewra-error.ts";
import { fileName, parseFileHash } from "../media/file-address.ts";
import { isSameState, type FileState } from "../media/file-state.ts";
import { fingerprintOf } from "../probe/fingerprint.ts";
import { isAsProbed } from "./as-probed.ts";
import type { Reach } from "./reach.ts";

/** A media file as it is given to devices that play it so. */
export interface DirectFile {
  /** `file.<ext>` */
  readonly name: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
  /** Bytes `[start, end)`. */
  slice(start: number, end: number): Blob;
}

export interface DirectFiles {
  /**
   * The file that this hash is the address of; null when it lies in no library any more, or is not what it was then.
   * The bytes it gives out are those of the very file that was looked at, whatever takes its place.
   */
  open(hash: string): Promise<DirectFile | null>;
  close(): Promise<void>;
}

interface OpenedFile {
  readonly id: string;
  readonly path: string;
  readonly handle: FileHandle;
  readonly state: FileState;
  readonly direct: DirectFile;
  /** When the library was last seen to have it, and when somebody last asked for it. */
  listedAt: number;
  usedAt: number;
}

/** How long the library is believed to have a file still. */
const believedMs = 1000;
/** A file nobody asks for is closed after so long: a disk can be taken out. */
const keptOpenMs = 30_000;
const sweepMs = 5_000;

/** Opens what libraries hold by its address. */
export function createDirectFiles(
  db: Database,
  reach: Pick<Reach, "follow">,
  now: () => number = () => performance.now(),
): DirectFiles {
  const opened = new Map<string, Promise<OpenedFile | null>>();

  /** Whether it was there: who takes it out closes it. */
  const forget = (hash: string, entry: Promise<OpenedFile | null>): boolean =>
    opened.get(hash) === entry && opened.delete(hash);
  const take = (hash: string): Promise<OpenedFile | null> => {
    const known = opened.get(hash);
    if (known) return known;
    const entry = openListed(db, reach, hash, now());
    opened.set(hash, entry);
    entry.then(
      (file) => file === null && forget(hash, entry),
      () => forget(hash, entry),
    );
    return entry;
  };
  const isStill = async (hash: string, file: OpenedFile): Promise<boolean> => {
    const found = await stat(file.path).catch(() => null);
    if (found === null || !isSameState(found, file.state)) return false;
    if (now() - file.listedAt < believedMs) return true;
    const rows = await listed(db, hash);
    file.listedAt = now();
    return rows.some(({ id }) => id === file.id);
  };
  const timer = setInterval(() => {
    for (const [hash, entry] of opened) {
      void entry.then(async (file) => {
        if (file === null || now() - file.usedAt < keptOpenMs) return;
        if (forget(hash, entry)) await file.handle.close();
      }, ignore);
    }
  }, sweepMs);
  timer.unref();

  return {
    async open(hash) {
      // One that is not any more what it was may lie elsewhere, or be the same again: looked up once more.
      for (let look = 0; look < 2; look++) {
        const entry = take(hash);
        const file = await entry;
        if (file === null) return null;
        file.usedAt = now();
        if (await isStill(hash, file)) return file.direct;
        if (!forget(hash, entry)) continue;
        // Somebody may be about to read it: it is closed when nobody can be.
        setTimeout(() => void file.handle.close(), keptOpenMs).unref();
      }
      return null;
    },
    async close() {
      clearInterval(timer);
      const entries = [...opened.values()];
      opened.clear();
      for (const entry of entries) {
        const file = await entry.catch(() => null);
        await file?.handle.close();
      }
    },
  };
}

async function listed(db: Database, hash: string): Promise<MediaFile[]> {
  const address = parseFileHash(hash);
  return address === null ? [] : await listByFileAddress(db, address);
}

async function openListed(
  db: Database,
  reach: Pick<Reach, "follow">,
  hash: string,
  at: number,
): Promise<OpenedFile | null> {
  for (const row of await listed(db, hash)) {
    const file = await openRow(db, reach, row, at);
    if (file !== null) return file;
  }
  return null;
}

/** Null for a file that is gone, out of reach, or not the one that was probed. */
async function openRow(
  db: Database,
  reach: Pick<Reach, "follow">,
  { id, path, source, fileSize, mtimeMs, fingerprint }: MediaFile,
  at: number,
): Promise<OpenedFile | null> {
  if (source === null) return null;
  let handle: FileHandle | undefined;
  try {
    const real = await reach.follow(path);
    // Without O_NONBLOCK opening a FIFO would wait for a writer for ever.
    handle = await open(real, constants.O_RDONLY | constants.O_NONBLOCK);
    const state = await handle.stat();
    const isSame = isAsProbed(state, { sizeBytes: fileSize, mtimeMs });
    const isFilm = isSame && (await fingerprintOf(handle, state.size)) === fingerprint;
    if (isSame && !isFilm) await distrustFile(db, id);
    if (isFilm) {
      const { extension, mediaType } = fileTypeOf(source, path);
      const bytes = Bun.file(pathOf(handle, real));
      const direct = {
        ...{ name: fileName(extension), mediaType, sizeBytes: state.size },
        slice: (start: number, end: number) => bytes.slice(start, end),
      };
      return { id, path: real, handle, state, direct, listedAt: at, usedAt: at };
    }
  } catch (thrown) {
    await handle?.close();
    if (isExhausted(thrown)) throw thrown;
    return null;
  }
  await handle.close();
  return null;
}

const openFiles = "/proc/self/fd";
const hasOpenFiles = existsSync(openFiles);

/**
 * A path that leads to the file that is open, even when another has its name by now. Each who opens it reads at a place
 * of its own; of one descriptor that many responses share, Bun 1.4.5 sends the wrong bytes.
 */
function pathOf(handle: FileHandle, path: string): string {
  return hasOpenFiles ? `${openFiles}/${handle.fd}` : path;
}

function ignore(): void {}
