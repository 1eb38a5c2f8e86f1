import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { embedPlugin, type EmbeddedParts } from "./embed-plugin.ts";
import { lockedByBun, lockedByNpm, npmPackage, type LockedPackage } from "./npm-package.ts";
import { hostTarget, type BuildTarget } from "./targets.ts";

export interface CompileRequest {
  /** The repository's root folder. */
  readonly root: string;
  readonly target: BuildTarget;
  readonly entry: string;
  readonly outfile: string;
}

/**
 * Compiles an entry with everything it needs into one executable, which replaces `outfile` in one step:
 * a server that runs from the old file goes on. @throws Error with the reason.
 */
export async function compile(request: CompileRequest): Promise<void> {
  const folder = dirname(resolve(request.outfile));
  await mkdir(folder, { recursive: true });
  // Beside the executable Bun leaves source maps; the executable carries them inside as well.
  const temporary = await mkdtemp(join(folder, ".build-"));
  try {
    const outfile = join(temporary, basename(request.outfile));
    await bundle({ ...request, outfile });
    await rename(outfile, request.outfile);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function bundle({ root, target, entry, outfile }: CompileRequest): Promise<void> {
  // React decides at build time which of its two builds is bundled.
  process.env.NODE_ENV = "production";
  const parts = await embeddedParts(root, target);
  const runtime = await runtimePath(root, target);
  const result = await Bun.build({
    entrypoints: [entry],
    compile: {
      target: target.compileTarget,
      outfile,
      // What lies in the folder a person starts it from must not change what it does.
      autoloadDotenv: false,
      autoloadBunfig: false,
      ...(runtime === null ? {} : { executablePath: runtime }),
    },
    minify: { whitespace: true, syntax: true, identifiers: true, keepNames: true },
    // The page loads a player only when a film is opened.
    splitting: true,
    sourcemap: "inline",
    define: { "process.env.NODE_ENV": JSON.stringify("production") },
    plugins: [embedPlugin(parts)],
  });
  if (!result.success) throw new AggregateError(result.logs, result.logs.map(String).join("\n"));
}

async function embeddedParts(root: string, target: BuildTarget): Promise<EmbeddedParts> {
  if (target.libsqlPackage === null) throw new Error("libSQL publishes no addon for it");
  if (target.packagerFile === null) throw new Error("Shaka publishes no packager for it");
  const lock = await lockedByBun(join(root, "bun.lock"), target.libsqlPackage);
  const libsql = await fetched(root, target.libsqlPackage, lock);
  const packager = join(root, "node_modules/shaka-packager/bin", target.packagerFile);
  const hash = new Bun.CryptoHasher("sha256").update(await Bun.file(packager).bytes());
  return {
    libsqlAddon: join(libsql, "index.node"),
    packager: { path: packager, fileName: target.packagerFile, sha256: hash.digest("hex") },
  };
}

/** The target's Bun; null for this machine, whose own it is. */
async function runtimePath(root: string, target: BuildTarget): Promise<string | null> {
  if (target.name === hostTarget().name) return null;
  const lockFile = join(root, "scripts/toolchain/package-lock.json");
  const folder = await fetched(
    root,
    target.runtimePackage,
    await lockedByNpm(lockFile, target.runtimePackage),
  );
  return join(folder, "bin", target.name.startsWith("windows") ? "bun.exe" : "bun");
}

async function fetched(root: string, name: string, lock: LockedPackage | null): Promise<string> {
  if (lock === null) throw new Error(`${name} is in no lock file`);
  return npmPackage(lock, join(root, ".cache/npm"));
}
