import { createDiskStore } from "../../src/store/disk-store.ts";
import { silentLog } from "../store/silent-log.ts";
import { createTempFolder } from "../support/temp-folder.ts";
import { contentStoreContract, type StoreUnderTest } from "./content-store.ts";

async function openDiskStore(memoryBytes: number): Promise<StoreUnderTest> {
  const folder = await createTempFolder("store");
  const options = { root: folder.path, judge: () => false, log: silentLog, memoryBytes };
  const store = createDiskStore(options);
  return {
    store,
    close: async () => {
      await store.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

contentStoreContract("the disk store", () => openDiskStore(1024 * 1024));
contentStoreContract("the disk store without memory", () => openDiskStore(0));
