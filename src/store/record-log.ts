import { constants } from "node:fs";
import { lstat, open, readFile, rm, truncate } from "node:fs/promises";
import { errno } from "../errors/viewra-error.ts";
import type { ObjectRecord } from "./content-store.ts";
import { writeDurably } from "./durable-file.ts";
import { isObjectName } from "./layout.ts";

/** A line of `objects.log`: an object is there, or it is no longer. */
export type RecordLine = ObjectRecord | { readonly dropped: string };

/** The append-only record of one content. An appended line is on the disk when its promise resolves. */
export interface RecordLog {
  append(line: RecordLine): Promise<void>;
}

export function formatRecord(line: RecordLine): string {
  return "dropped" in line
    ? `- ${line.dropped}\n`
    : `${line.sha256} ${line.sizeBytes} ${line.name}\n${formatCost(line)}`;
}

/** A line of its own: who knows of no costs reads the object's line all the same. */
function formatCost({ name, costMs }: ObjectRecord): string {
  return costMs === undefined ? "" : `~ ${costMs} ${name}\n`;
}

/** What the lines of a record come to. */
export interface Records {
  readonly present: Map<string, ObjectRecord>;
  /** Digests of what was dropped, by object name: its next record says so where it has another. */
  readonly former: Map<string, readonly string[]>;
}

/** Lines that are not whole (a crash, a full disk) or not of the form count as never written. */
function parseRecords(text: string): Records {
  const present = new Map<string, ObjectRecord>();
  const former: Records["former"] = new Map();
  for (const line of text.slice(0, text.lastIndexOf("\n") + 1).split("\n")) {
    const dropped = /^- (\S+)$/.exec(line)?.[1];
    const gone = dropped === undefined ? undefined : present.get(dropped);
    if (gone) {
      present.delete(gone.name);
      noteFormer(former, gone);
    }
    const [, costMs, costly] = /^~ (\d{1,12}) (\S+)$/.exec(line) ?? [];
    const made = costly === undefined ? undefined : present.get(costly);
    if (made) present.set(made.name, { ...made, costMs: Number(costMs) });
    const [, sha256, size, name] = /^([0-9a-f]{64}) (\d{1,15}) (\S+)$/.exec(line) ?? [];
    if (sha256 === undefined || size === undefined || name === undefined) continue;
    if (!isObjectName(name)) continue;
    present.set(name, withFormer(former, { name, sizeBytes: Number(size), sha256 }));
  }
  return { present, former };
}

/** A record with the other digests its name had before. */
export function withFormer(former: Records["former"], record: ObjectRecord): ObjectRecord {
  const others = (former.get(record.name) ?? []).filter((sha256) => sha256 !== record.sha256);
  return others.length === 0 ? record : { ...record, formerSha256: others };
}

/** An object that is damaged again and again keeps the last few only. */
const formerKept = 8;

export function noteFormer(former: Records["former"], { name, sha256 }: ObjectRecord): void {
  const others = (former.get(name) ?? []).filter((each) => each !== sha256);
  former.set(name, [...others, sha256].slice(-formerKept));
}

/** The records of a content; none where the file is missing. */
export async function readRecords(path: string): Promise<Records> {
  const text = await readFile(path, "latin1").catch((cause: unknown) => {
    if (errno(cause) === "ENOENT") return "";
    throw cause;
  });
  return parseRecords(text);
}

/** Whether a content has its record: without it, it was deleted, or somebody cleared it away by hand. */
export async function hasRecords(path: string): Promise<boolean> {
  return await lstat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** An empty record where there is none. What else bears its name (a folder, a FIFO that would hang us) goes. */
export async function restoreRecords(path: string): Promise<void> {
  if (await hasRecords(path)) return;
  await rm(path, { recursive: true, force: true });
  await writeDurably(path, new Uint8Array()).catch((taken: unknown) => {
    if (errno(taken) !== "EEXIST") throw taken;
  });
}

/** Lines that arrive while others are being synced go out together: one fsync for all of them. */
export function createRecordLog(path: string): RecordLog {
  let waiting = "";
  let next: Promise<void> | undefined;
  let last: Promise<void> = Promise.resolve();

  const flush = async (): Promise<void> => {
    const lines = waiting;
    waiting = "";
    next = undefined;
    await appendDurably(path, lines);
  };
  return {
    append: (line) => {
      waiting += formatRecord(line);
      next ??= last.then(flush, flush);
      last = next;
      return next;
    },
  };
}

async function appendDurably(path: string, lines: string): Promise<void> {
  // Not "a+", which would make the file: without it the content has been deleted.
  const file = await open(path, constants.O_RDWR | constants.O_APPEND);
  try {
    const before = (await file.stat()).size;
    try {
      // What a crash left of a line must not swallow the next one; an empty line means nothing.
      const torn = before > 0 && (await lastByte(file, before)) !== newline;
      const bytes = Buffer.from(torn ? `\n${lines}` : lines);
      const { bytesWritten } = await file.write(bytes, 0, bytes.byteLength, null);
      if (bytesWritten !== bytes.byteLength) throw fullDisk(path);
      await file.sync();
    } catch (cause) {
      await truncate(path, before);
      throw cause;
    }
  } finally {
    await file.close();
  }
}

const newline = 0x0a;

async function lastByte(
  file: Awaited<ReturnType<typeof open>>,
  size: number,
): Promise<number | undefined> {
  const { buffer } = await file.read(new Uint8Array(1), 0, 1, size - 1);
  return buffer[0];
}

/** A short write is how a disk that fills up in the middle of it looks. */
function fullDisk(path: string): Error {
  return Object.assign(new Error(`${path} could be written in part only`), { code: "ENOSPC" });
}
