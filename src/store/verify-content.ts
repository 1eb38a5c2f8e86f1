import { errno } from "../errors/viewra-error.ts";
import type { BeforeVerify, ObjectRecord, StoreFault } from "./content-store.ts";
import { sha256OfFile } from "./digest.ts";
import { planName, type Layout } from "./layout.ts";

/** Re-reads and re-hashes every object on record of one content and yields what is wrong. */
export async function* verifyContent(
  layout: Layout,
  hash: string,
  readRecordsNow: () => Promise<readonly ObjectRecord[]>,
  before: BeforeVerify,
): AsyncGenerator<StoreFault> {
  const records = await readRecordsNow();
  if (records.length === 0) return;
  const plan = records.find((record) => record.name === planName);
  if (!plan) yield { hash, name: planName, reason: "missing" };
  else if (plan.sha256 !== hash) yield { hash, name: planName, reason: "invalid" };
  // The copy may be missing: an earlier version wrote none.
  for (const path of layout.plans(hash).slice(1)) {
    const copy = await sha256OfFile(path).catch(() => undefined);
    if (copy && copy.sha256 !== hash) yield { hash, name: planName, reason: "digest" };
  }
  for (const record of records) {
    if (!(await before(record))) continue;
    const reason = await faultOf(layout.object(hash, record.name), record);
    if (reason && (await isStill(record, readRecordsNow))) {
      yield { hash, name: record.name, reason };
    }
  }
}

/** What was deleted or made again while its file was being read is not at fault. */
async function isStill(
  record: ObjectRecord,
  readRecordsNow: () => Promise<readonly ObjectRecord[]>,
): Promise<boolean> {
  const now = (await readRecordsNow()).find(({ name }) => name === record.name);
  return now?.sha256 === record.sha256;
}

async function faultOf(
  path: string,
  record: ObjectRecord,
): Promise<StoreFault["reason"] | undefined> {
  try {
    const found = await sha256OfFile(path);
    if (found.sizeBytes !== record.sizeBytes) return "size";
    return found.sha256 === record.sha256 ? undefined : "digest";
  } catch (cause) {
    return errno(cause) === "ENOENT" ? "missing" : "unreadable";
  }
}
