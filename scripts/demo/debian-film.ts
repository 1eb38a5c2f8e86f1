import { chmod, copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { $ } from "bun";

/** A film of Creative Commons about itself; Debian carries it in main, inside a whiteboard program. */
export const debianFilm = {
  fileName: "Wanna Work Together (Creative Commons).mp4",
  debianPackage: "openboard-common",
  pathInPackage: "usr/share/openboard/library/videos/wannaworktogether.mp4",
};

/**
 * Takes the film out of its Debian package without installing that.
 * @returns why it cannot be had here, or null when it is at `destination`.
 */
export async function extractDebianFilm(destination: string): Promise<string | null> {
  if (Bun.which("apt-get") === null || Bun.which("dpkg-deb") === null) return "this is no Debian";
  const folder = await mkdtemp(join(tmpdir(), "viewra-debian-film-"));
  try {
    // apt fetches as the user _apt where it can write, and says so at length where it cannot.
    await chmod(folder, 0o777);
    const fetched = await $`apt-get download ${debianFilm.debianPackage}`
      .cwd(folder)
      .quiet()
      .nothrow();
    if (fetched.exitCode !== 0) {
      return `apt cannot fetch it: ${fetched.stderr.toString().trim().split("\n").at(-1)}`;
    }
    await $`dpkg-deb -x ${{ raw: "*.deb" }} unpacked`.cwd(folder).quiet();
    const film = join(folder, "unpacked", debianFilm.pathInPackage);
    if (!(await Bun.file(film).exists())) return `${debianFilm.debianPackage} no longer holds it`;
    await copyFile(film, destination);
    return null;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
