/**
 * Makes `dist/viewra`, one executable that needs FFmpeg and nothing else.
 *
 *   bun run build                            for this machine
 *   bun run build --target linux-arm64 …     dist/release/viewra-linux-arm64 …, and SHA256SUMS
 *   bun run build --all                      every target whose parts can be had
 *
 * Development only: --entry FILE --outfile FILE compile something else than src/main.ts.
 */
import { mkdir, readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { compile } from "./build/compile.ts";
import { hostTarget, findTarget, targets, type BuildTarget } from "./build/targets.ts";

const root = resolve(import.meta.dir, "..");

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      target: { type: "string", multiple: true, default: [] },
      all: { type: "boolean", default: false },
      entry: { type: "string", default: join(root, "src/main.ts") },
      outfile: { type: "string", default: join(root, "dist/viewra") },
    },
  });
  const wanted = values.all ? targets : values.target.map(findTarget);
  if (wanted.length === 0) {
    await compile({ root, target: hostTarget(), entry: values.entry, outfile: values.outfile });
    await report(values.outfile);
    return 0;
  }
  return buildRelease(wanted, values.entry);
}

/** Builds each target into dist/release; a target whose parts cannot be had is named and left out. */
async function buildRelease(wanted: readonly BuildTarget[], entry: string): Promise<number> {
  const folder = join(root, "dist/release");
  await mkdir(folder, { recursive: true });
  let skipped = 0;
  for (const target of wanted) {
    const suffix = target.name.startsWith("windows") ? ".exe" : "";
    const outfile = join(folder, `viewra-${target.name}${suffix}`);
    try {
      await compile({ root, target, entry, outfile });
      await report(outfile);
    } catch (error) {
      skipped += 1;
      const reason = error instanceof Error ? error.message : String(error);
      console.error(`skipped ${target.name}: ${reason}`);
    }
  }
  await writeSums(folder);
  return skipped === wanted.length ? 1 : 0;
}

async function writeSums(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.startsWith("viewra-"));
  const lines: string[] = [];
  for (const name of names.toSorted()) {
    const hash = new Bun.CryptoHasher("sha256");
    for await (const chunk of Bun.file(join(folder, name)).stream()) hash.update(chunk);
    lines.push(`${hash.digest("hex")}  ${name}\n`);
  }
  await Bun.write(join(folder, "SHA256SUMS"), lines.join(""));
}

async function report(outfile: string): Promise<void> {
  const { size } = await Bun.file(outfile).stat();
  console.log(`built ${outfile} (${Math.round(size / 1e6)} MB)`);
}

process.exitCode = await main();
