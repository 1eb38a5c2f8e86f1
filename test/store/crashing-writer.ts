import { createDiskStore } from "../../src/store/disk-store.ts";
import { bytesOfObject, isWholeObject, plan, planHash } from "./numbered-objects.ts";
import { silentLog } from "./silent-log.ts";

/* Run by crash.test.ts and killed at a random moment: commits as fast as it can, and prints what it was promised. */
const [root = "", seed = "0"] = process.argv.slice(2);
const judge = (_plan: string, name: string, bytes: Uint8Array): boolean =>
  isWholeObject(name, bytes);
const store = createDiskStore({ root, judge, log: silentLog });

await store.create(planHash, plan);
process.stdout.write("ready\n");
for (let i = 0; ; i++) {
  const names = Array.from({ length: 4 }, (_, k) => `v${k}/${(i * 7 + k) % 400}.m4s`);
  await Promise.all(
    names.map(async (name) => {
      const record = await store.put(planHash, name, bytesOfObject(name, `${seed}-${i}`));
      process.stdout.write(`${record.sha256} ${name}\n`);
    }),
  );
}
