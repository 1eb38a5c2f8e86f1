/** Shaka Packager as it comes with Viewra: a file whose bytes hash to `sha256`. */
export interface EmbeddedBinary {
  /** Where the bytes are; inside the executable of a release, which the system cannot run from there. */
  readonly path: string;
  readonly fileName: string;
  /** 64 lower-case hex digits. */
  readonly sha256: string;
}

/**
 * The packager for this machine; null where Shaka publishes none. `scripts/build.ts` replaces this whole
 * file by one that embeds the binary of the target, so what is written here serves a source checkout.
 */
export async function embeddedPackager(): Promise<EmbeddedBinary | null> {
  const platform = platforms.get(`${process.platform}-${process.arch}`);
  if (platform === undefined) return null;
  const path = Bun.fileURLToPath(import.meta.resolve(`shaka-packager/bin/packager-${platform}`));
  const hash = new Bun.CryptoHasher("sha256").update(await Bun.file(path).bytes());
  return { path, fileName: `packager-${platform}`, sha256: hash.digest("hex") };
}

const platforms: ReadonlyMap<string, string> = new Map([
  ["linux-x64", "linux-x64"],
  ["linux-arm64", "linux-arm64"],
  ["darwin-x64", "osx-x64"],
  ["darwin-arm64", "osx-arm64"],
  ["win32-x64", "win-x64.exe"],
]);
