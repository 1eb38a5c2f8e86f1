import { chmod, copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { encoderOptions } from "../plugin/ffmpeg-options.ts";
import { tryTool } from "./run-tool.ts";

/**
 * What the stand-in of test/fixtures/fake-card-ffmpeg.ts can do. `slow`: its driver takes its time to come up; `gone`: the driver
 * opens no card; `full`: no session is left; `sessions=n`: n at once; `oom`: no memory is left for a film; `hangs`; `dies=n`: after n
 * pictures of a film; `level`, `header`: it writes another one than it was told; `undecoded`: its driver decodes nothing, and FFmpeg
 * goes on in memory; `undone`: decoding fails in mid-film; `forgetful`: the decoder leaves pictures out.
 */
export type CardMode =
  | ("works" | "slow" | "gone" | "full" | "oom" | "hangs" | "level" | "header")
  | ("undecoded" | "undone" | "forgetful" | `sessions=${number}` | `dies=${number}`);

/** Whose cards a machine has. */
export type CardMaker = "nvidia" | "intel" | "amd";

export interface FakeCard {
  /** For FFMPEG_PATH. */
  readonly ffmpegPath: string;
  /** Words before a command that is to see the card. */
  readonly wrapper: readonly string[];
  /** Holds from the next start of FFmpeg on. */
  become(mode: CardMode): Promise<void>;
  /** Where the pictures of each FFmpeg were that encoded on the card: decoded in memory, decoded there, or there to the end. */
  used(): Promise<("memory" | "decoded" | "device")[]>;
}

/** A /dev and a /sys of its own for a command and its children: what is needed of the real ones, and the cards. */
const withCards = (makers: readonly CardMaker[]): string => `
set -e
mkdir -p "$0"
mount --rbind /dev "$0"
mount -t tmpfs -o mode=755 none /dev
for name in null zero full random urandom tty; do touch /dev/$name; mount --bind "$0/$name" /dev/$name; done
mkdir /dev/shm /dev/pts /dev/dri
mount --bind "$0/shm" /dev/shm
ln -s /proc/self/fd /dev/fd
mount -t tmpfs none /sys/class
${makers.map((maker, i) => cards[maker](128 + i)).join("\n")}
exec "$@"
`;

const node = (number: number, vendor: string, driver: string): string => `
touch /dev/dri/renderD${number}
mkdir -p /sys/class/drm/renderD${number}/device
echo ${vendor} >/sys/class/drm/renderD${number}/device/vendor
ln -s /drivers/${driver} /sys/class/drm/renderD${number}/device/driver`;

const cards: Readonly<Record<CardMaker, (number: number) => string>> = {
  nvidia: () => "touch /dev/nvidia0",
  intel: (number) => node(number, "0x8086", "i915"),
  amd: (number) => node(number, "0x1002", "amdgpu"),
};

const cardEncoders = ["nvenc", "qsv", "vaapi"].flatMap((card) =>
  ["h264", "hevc", "av1", "vp9"].map((codec) => `${codec}_${card}`),
);

/** A machine with cards that are none; null, with the reason printed, where no mounts are permitted. */
export async function createFakeCard(
  folder: string,
  makers: readonly CardMaker[] = ["nvidia"],
): Promise<FakeCard | null> {
  await mkdir(folder, { recursive: true });
  const wrapper = ["unshare", "-m", "sh", "-c", withCards(makers), join(folder, "dev")];
  const tried = await tryTool([...wrapper, "true"]);
  if (tried.exitCode !== 0) {
    process.stderr.write(`not tested: no mounts are permitted here: ${tried.stderr.trim()}\n`);
    return null;
  }
  const ffmpegPath = join(folder, "ffmpeg");
  const fixtures = join(import.meta.dir, "../fixtures");
  await copyFile(join(fixtures, "fake-card-ffmpeg.sh"), ffmpegPath);
  await chmod(ffmpegPath, 0o755);
  await writeFile(join(folder, "bun"), process.execPath);
  await writeFile(join(folder, "program"), join(fixtures, "fake-card-ffmpeg.ts"));
  const options: Record<string, string[]> = {};
  for (const name of cardEncoders)
    options[name] = [...((await encoderOptions(name))?.keys() ?? [])];
  await writeFile(join(folder, "options.json"), JSON.stringify(options));
  const become = (mode: CardMode): Promise<void> => writeFile(join(folder, "mode"), mode);
  const record = join(folder, "encoded");
  await become("works");
  await writeFile(record, "");
  return {
    ...{ ffmpegPath, wrapper, become },
    used: async () =>
      (await Bun.file(record).text()).split("\n").flatMap((line) => {
        if (line === "memory" || line === "decoded" || line === "device") return [line];
        return [];
      }),
  };
}
