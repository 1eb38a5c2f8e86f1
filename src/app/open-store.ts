import type { Config } from "../config/config.ts";
import type { Logger } from "../log/logger.ts";
import { createDiskStore, type DiskStore } from "../store/disk-store.ts";
import { judgeAdoption } from "./pipeline-ports.ts";
import { unusableFolder } from "./unusable-folder.ts";

/** The content store of the configuration. Throws FOLDER_UNUSABLE with what to do. */
export function openStore({ contentStorePath: root }: Config, log: Logger): DiskStore {
  try {
    return createDiskStore({ root, judge: judgeAdoption, log });
  } catch (cause) {
    throw unusableFolder("content store", root, cause);
  }
}
