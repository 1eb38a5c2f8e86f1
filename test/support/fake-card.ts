import { chmod, copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { tryTool } from "./run-tool.ts";

/** What the stand-in of test/fixtures/fake-nvenc.sh can do. */
export type CardMode = "works" | "slow" | "full" | "dies";

export interface FakeCard {
  /** For FFMPEG_PATH. */
  readonly ffmpegPath: string;
  /** Words before a command that is to see the card. */
  readonly wrapper: readonly string[];
  /** Holds from the next start of FFmpeg on. */
  become(mode: CardMode): Promise<void>;
  /** How many FFmpegs the card has encoded for. */
  used(): Promise<number>;
}

/** A /dev of its own for a command and its children: what is needed of the real one, and `/dev/nvidia0`. */
const withCard = `
set -e
mkdir -p "$0"
mount --rbind /dev "$0"
mount -t tmpfs -o mode=755 none /dev
for name in null zero full random urandom tty; do touch /dev/$name; mount --bind "$0/$name" /dev/$name; done
mkdir /dev/shm /dev/pts
mount --bind "$0/shm" /dev/shm
ln -s /proc/self/fd /dev/fd
touch /dev/nvidia0
exec "$@"
`;

/** A machine with an NVIDIA card that is none; null, with the reason printed, where no mounts are permitted. */
export async function createFakeCard(folder: string): Promise<FakeCard | null> {
  await mkdir(folder, { recursive: true });
  const wrapper = ["unshare", "-m", "sh", "-c", withCard, join(folder, "dev")];
  const tried = await tryTool([...wrapper, "test", "-e", "/dev/nvidia0"]);
  if (tried.exitCode !== 0) {
    process.stderr.write(`not tested: no mounts are permitted here: ${tried.stderr.trim()}\n`);
    return null;
  }
  const ffmpegPath = join(folder, "ffmpeg");
  await copyFile(join(import.meta.dir, "../fixtures/fake-nvenc.sh"), ffmpegPath);
  await chmod(ffmpegPath, 0o755);
  const become = (mode: CardMode): Promise<void> => writeFile(join(folder, "mode"), mode);
  await become("works");
  await writeFile(join(folder, "encoded"), "");
  return {
    ...{ ffmpegPath, wrapper, become },
    used: async () => (await Bun.file(join(folder, "encoded")).text()).split("\n").length - 1,
  };
}
