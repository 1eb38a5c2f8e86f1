import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { $ } from "bun";

export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  /** Subresource integrity of the tarball as the lock file has it: `sha512-<base64>`. */
  readonly integrity: string;
}

/**
 * The folder of an npm package of exactly the locked bytes, whatever machine it is meant for:
 * fetched by npm once, its digest checked, unpacked under `cacheDir`.
 * @throws Error when npm cannot fetch it or the digest differs.
 */
export async function npmPackage(wanted: LockedPackage, cacheDir: string): Promise<string> {
  const folder = join(cacheDir, `${wanted.name.replace("/", "+")}@${wanted.version}`);
  if (await Bun.file(join(folder, "package.json")).exists()) return folder;

  await mkdir(cacheDir, { recursive: true });
  const temporary = await mkdtemp(join(cacheDir, "fetch-"));
  try {
    const spec = `${wanted.name}@${wanted.version}`;
    const packed = await $`npm pack ${spec} --silent --pack-destination ${temporary}`
      .quiet()
      .nothrow();
    if (packed.exitCode !== 0) {
      throw new Error(`npm could not fetch ${spec}: ${packed.stderr.toString().trim()}`);
    }
    const tarball = join(temporary, packed.stdout.toString().trim().split("\n").at(-1) ?? "");
    const digest = new Bun.CryptoHasher("sha512").update(await Bun.file(tarball).bytes());
    const found = `sha512-${digest.digest("base64")}`;
    if (found !== wanted.integrity) {
      throw new Error(
        `${spec} is not what the lock file says: expected ${wanted.integrity}, got ${found}`,
      );
    }
    await $`tar -xzf ${tarball} -C ${temporary}`.quiet();
    await rename(join(temporary, "package"), folder);
    return folder;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** A package as the repository's bun.lock pins it; null where it does not. */
export async function lockedByBun(lockFile: string, name: string): Promise<LockedPackage | null> {
  const entry = at(at(Bun.JSONC.parse(await Bun.file(lockFile).text()), "packages"), name);
  if (!Array.isArray(entry)) return null;
  const spec: unknown = entry[0];
  const integrity: unknown = entry.at(-1);
  if (typeof spec !== "string" || typeof integrity !== "string") return null;
  return { name, version: spec.slice(name.length + 1), integrity };
}

/** A package as the toolchain's package-lock.json pins it; null where it does not. */
export async function lockedByNpm(lockFile: string, name: string): Promise<LockedPackage | null> {
  const lock: unknown = JSON.parse(await Bun.file(lockFile).text());
  const entry = at(at(lock, "packages"), `node_modules/${name}`);
  const version = at(entry, "version");
  const integrity = at(entry, "integrity");
  if (typeof version !== "string" || typeof integrity !== "string") return null;
  return { name, version, integrity };
}

function at(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return Object.getOwnPropertyDescriptor(value, key)?.value;
}
