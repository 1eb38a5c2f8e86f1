import { access, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { errno, toViewraError, ViewraError } from "../errors/viewra-error.ts";
import { initName, manifestNames, mediaPlaylistName } from "../media/object-name.ts";
import { failureError } from "../process/process-result.ts";
import type { ProcessRunner } from "../process/process-runner.ts";
import { makeWorkingFolder } from "../process/working-folder.ts";
import { withHalfTick } from "../iso/half-tick.ts";
import { lightBoxes, withEntryBoxes } from "../iso/light-boxes.ts";
import { withSequenceNumber } from "../iso/media-fragment.ts";
import { describeArgs, packageArgs, type DescribedStream } from "./stream-descriptor.ts";

export interface DescribeInput {
  readonly rendition: DescribedStream;
  /** An MP4 of a few of its frames. */
  readonly path: string;
}

/** What Shaka says of renditions: everything right but the length, the bit rates and the labels. */
export interface Description {
  /** The DASH MPD. */
  readonly mpd: string;
  /** The HLS multivariant playlist. */
  readonly master: string;
  /** HLS media playlists by rendition id. */
  readonly playlists: Readonly<Record<string, string>>;
  /** Init segments by rendition id. */
  readonly inits: Readonly<Record<string, Uint8Array>>;
}

export interface SegmentInput {
  readonly kind: "video" | "audio";
  /** The intermediate MP4 that holds exactly this segment. */
  readonly path: string;
  /** Number of the segment, from 1: its fragment's sequence number, as in a packaging of the whole. */
  readonly n: number;
}

export interface PackagedSegment {
  readonly init: Uint8Array;
  readonly segment: Uint8Array;
}

export interface PackagerOptions {
  readonly processes: ProcessRunner;
  /** Absolute path of Shaka Packager. */
  readonly command: string;
  /** Puts the program back where somebody cleared it away, and says where; left out where it is not ours. */
  readonly restore?: () => Promise<string>;
  /** A folder for working folders, which are removed again. */
  readonly scratchDir: string;
  readonly timeoutMs: number;
}

/**
 * Runs Shaka Packager. Errors of both: PACKAGE_FAILED with Shaka's last words, PROCESS_TIMEOUT,
 * PROGRAM_MISSING, CANCELLED, STORAGE_FULL. Any number of calls may run at once.
 */
export interface Packager {
  /**
   * Manifests and init segments of all renditions of a plan together: pictures in the order given, then
   * sound, the default first. Depends on ids, recipes, languages, roles, default and order alone:
   * neither on labels nor on the grid.
   */
  describe(inputs: readonly DescribeInput[], signal?: AbortSignal): Promise<Description>;
  /** One process for any number of segments; results in the order of the inputs. */
  packageSegments(
    inputs: readonly SegmentInput[],
    signal?: AbortSignal,
  ): Promise<PackagedSegment[]>;
}

export function createPackager(options: PackagerOptions): Packager {
  return {
    describe: (inputs, signal) =>
      inWorkingFolder(options.scratchDir, async (folder) => {
        const ordered = inputs.toSorted((a, b) => rank(a.rendition) - rank(b.rendition));
        const files = await linkInputs(folder, ordered);
        const named = ordered.map(({ rendition }, i) => ({ rendition, file: files[i] ?? "" }));
        await runPackager(options, folder, describeArgs(named), signal);
        return readDescription(folder, inputs);
      }),
    packageSegments: (inputs, signal) =>
      inWorkingFolder(options.scratchDir, async (folder) => {
        const copied = await copyInputs(folder, inputs);
        const streams = copied.map(({ kind, file }, i) => ({
          ...{ kind, file },
          initFile: `${i}-init.mp4`,
          segmentTemplate: `${i}-$Number$.m4s`,
        }));
        await runPackager(options, folder, packageArgs(streams), signal);
        return Promise.all(
          copied.map(async ({ kind, n, bytes }, i) => ({
            init: await readInit(folder, `${i}-init.mp4`, kind, bytes),
            segment: withSequenceNumber(await readOutput(folder, `${i}-1.m4s`), n),
          })),
        );
      }),
  };
}

function rank(rendition: DescribedStream): number {
  if (rendition.kind === "video") return 0;
  return rendition.isDefault ? 1 : 2;
}

async function inWorkingFolder<T>(
  scratchDir: string,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  let folder: string | undefined;
  try {
    folder = await makeWorkingFolder(scratchDir, "package-");
    return await work(folder);
  } catch (thrown) {
    throw toViewraError(thrown);
  } finally {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  }
}

/** Each input under a name of its own: Shaka splits descriptors at commas, and takes two uses of one path for one stream. */
function linkInputs(folder: string, inputs: readonly { path: string }[]): Promise<string[]> {
  return Promise.all(
    inputs.map(async ({ path }, i) => {
      const file = `${i}.mp4`;
      await symlink(resolve(path), join(folder, file));
      return file;
    }),
  );
}

interface CopiedInput extends SegmentInput {
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** Like `linkInputs`, with the one correction that Shaka needs to come out at the right tick; the bytes are those before it. */
function copyInputs(folder: string, inputs: readonly SegmentInput[]): Promise<CopiedInput[]> {
  return Promise.all(
    inputs.map(async (input, i) => {
      const file = `${i}.mp4`;
      const bytes = await readFile(input.path);
      await writeFile(join(folder, file), withHalfTick(bytes));
      return { ...input, file, bytes };
    }),
  );
}

async function runPackager(
  { processes, command: usual, restore, timeoutMs }: PackagerOptions,
  cwd: string,
  args: readonly string[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const command = restore ? await access(usual).then(() => usual, restore) : usual;
  // It writes manifests to the temporary folder and renames them from there, which fails across disks.
  const env = { TMPDIR: cwd, TMP: cwd, TEMP: cwd };
  // Before what is encoded, and after what is served.
  const niceness = 5;
  const request = { command, args, cwd, env, timeoutMs, niceness, kind: "package" } as const;
  const result = await processes.run(signal === undefined ? request : { ...request, signal });
  if (result.ok) return;
  // Its FILE_FAILURE comes of a full disk and of much else; it never says which.
  const couldNotWrite = /fail(ed)? to (write|replace|flush)|cannot open file for write/i;
  const isFull = couldNotWrite.test(result.stderrTail) && !(await hasRoom(cwd));
  throw failureError(result, isFull ? "STORAGE_FULL" : "PACKAGE_FAILED");
}

/**
 * Whether as much can be written to a working folder as there is to package: tried out, as a quota
 * does not show in the figures of the file system.
 */
async function hasRoom(folder: string): Promise<boolean> {
  try {
    const names = await readdir(folder);
    const sizes = await Promise.all(
      names.map(async (name) => (await stat(join(folder, name))).size),
    );
    const bytes = sizes.reduce((sum, size) => sum + size, trialBytes);
    await writeFile(join(folder, "room"), new Uint8Array(Math.min(bytes, mostTrialBytes)));
    return true;
  } catch (thrown) {
    return toViewraError(thrown).code !== "STORAGE_FULL";
  }
}

/** More than the manifests and init segments of any plan. */
const trialBytes = 256 * 1024;
const mostTrialBytes = 64 * 1024 * 1024;

async function readDescription(
  folder: string,
  inputs: readonly DescribeInput[],
): Promise<Description> {
  const text = async (name: string): Promise<string> =>
    new TextDecoder().decode(await readOutput(folder, name));
  const playlists: Record<string, string> = {};
  const inits: Record<string, Uint8Array> = {};
  for (const { rendition, path } of inputs) {
    const { id, kind } = rendition;
    playlists[id] = await text(mediaPlaylistName(id));
    inits[id] = await readInit(folder, initName(id), kind, await readFile(path));
  }
  return {
    mpd: await text(manifestNames.dash),
    master: await text(manifestNames.hls),
    playlists,
    inits,
  };
}

/** What Shaka wrote, with what it leaves out. */
async function readInit(
  folder: string,
  name: string,
  kind: SegmentInput["kind"],
  madeOf: Uint8Array,
): Promise<Uint8Array> {
  const init = await readOutput(folder, name);
  return kind === "audio" ? init : withEntryBoxes(init, lightBoxes(madeOf));
}

async function readOutput(folder: string, name: string): Promise<Uint8Array> {
  try {
    const bytes = await readFile(join(folder, name));
    if (bytes.byteLength > 0) return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  } catch (cause) {
    if (errno(cause) !== "ENOENT") throw cause;
  }
  // An input without samples ends in exit code 0 and no file.
  throw new ViewraError("PACKAGE_FAILED", `Shaka Packager wrote no ${name}`);
}
