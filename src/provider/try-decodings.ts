import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { formatRational, rational } from "../media/rational.ts";
import { decodingName, decodings, type Decoding } from "../plugin/device-path.ts";
import type { DeviceEncoder, DevicePath, TranscodingProvider } from "../plugin/sdk.ts";
import { encodedFormat, type VideoRecipe } from "../plugin/video-recipe.ts";
import type { ProcessRunner } from "../process/process-runner.ts";
import { videoEncoderArgs } from "../rendition/encode/encoder-args.ts";
import { trialRecipe } from "../rendition/encode/trial-recipe.ts";

export interface DecodingTools {
  readonly runner: Pick<ProcessRunner, "run">;
  readonly ffmpegPath: string;
  /** Existing folder for what is decoded. */
  readonly scratchDir: string;
  /** Encodes on any machine. */
  readonly processor: TranscodingProvider;
}

/**
 * Says which forms of coding a device decodes, by `decodingName`. It was proven to write H.264, as every one does: what it
 * decodes does not follow from what it writes.
 */
export type TryDecodings = (
  provider: TranscodingProvider,
  encoder: DeviceEncoder,
  signal?: AbortSignal,
) => Promise<string[]>;

/** A moment of moving pictures, coded by the processor, and what it decodes of that: a digest a picture. */
interface Clip {
  readonly path: string;
  readonly digests: string;
}

const size = { width: 640, height: 360 } as const;
const pictures = 6;
/** Most of the time is FFmpeg's start. */
const triedAtOnce = 4;
const timeoutMs = 15_000;

/**
 * Tries devices by having them decode what the processor coded: a form of coding counts where every picture is the
 * processor's to the bit, and where what stays on the device is scaled and encoded there.
 */
export function createDecodingTrials(tools: DecodingTools): TryDecodings {
  const clips = new Map<string, Promise<Clip | null>>();
  const clipOf = (decoding: Decoding): Promise<Clip | null> => {
    const name = decodingName(decoding);
    const known = clips.get(name) ?? makeClip(tools, decoding);
    clips.set(name, known);
    return known;
  };
  const decodes = async (
    decoding: Decoding,
    encoder: DeviceEncoder,
    recipe: VideoRecipe,
    signal: AbortSignal | undefined,
  ): Promise<boolean> => {
    const path = encoder.path?.({
      pictures: {
        ...{ codec: decoding.codec, pixelFormat: formatOf(decoding), ...size },
        ...{ sampleAspectRatio: rational(1), isFullRange: false },
      },
      recipes: [recipe],
      isInMemory: false,
    });
    if (path === undefined || path === null) return false;
    const clip = await clipOf(decoding);
    signal?.throwIfAborted();
    if (clip === null) return false;
    const args = decodingArgs(clip.path, formatOf(decoding), path, encoder, recipe);
    return (await digestsOf(tools, args, encoder.environment, signal)) === clip.digests;
  };
  return async (provider, encoder, signal) => {
    const decoded: string[] = [];
    const recipe = trialRecipe(provider, { codec: "h264", range: "sdr", quality: "medium" });
    for (let i = 0; i < decodings.length; i += triedAtOnce) {
      const some = decodings.slice(i, i + triedAtOnce);
      const results = await Promise.all(some.map((each) => decodes(each, encoder, recipe, signal)));
      decoded.push(...some.filter((_, at) => results[at]).map(decodingName));
    }
    return decoded;
  };
}

const formatOf = ({ bitDepth }: Decoding): string =>
  encodedFormat(bitDepth === 10 ? { bitDepth } : {});

/** null where this FFmpeg does not write that form itself. */
async function makeClip(tools: DecodingTools, decoding: Decoding): Promise<Clip | null> {
  const { processor, scratchDir, runner, ffmpegPath } = tools;
  const { codec, bitDepth } = decoding;
  const range = bitDepth === 10 ? "hdr" : "sdr";
  const recipe = { ...trialRecipe(processor, { codec, range, quality: "low" }), ...size };
  const [device] = processor.findDevices(nothing).devices;
  if (device === undefined || processor.encoders[codec] === undefined) return null;
  const folder = join(scratchDir, "clips");
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${codec}-${bitDepth}.mp4`);
  const encoder = processor.onDevice(device);
  const args = [
    ...["-nostdin", "-v", "error", "-f", "lavfi", "-i"],
    `testsrc2=s=${size.width}x${size.height}:r=${formatRational(recipe.frameRate)}`,
    ...["-vf", `format=${formatOf(decoding)}`, ...videoEncoderArgs(recipe, encoder)],
    ...["-frames:v", String(pictures), "-y", "-f", "mp4", `file:${path}`],
  ];
  const made = await runner.run({
    ...{ command: ffmpegPath, args, timeoutMs, kind: "encode", niceness: 10 },
    env: encoder.environment,
  });
  if (!made.ok) return null;
  const plain = ["-i", `file:${path}`, "-vf", `format=${formatOf(decoding)}`, ...digestArgs];
  const digests = await digestsOf(tools, [...quiet, ...plain], {});
  return digests === null ? null : { path, digests };
}

const nothing = {
  ...{ encoders: new Set<string>(), filters: new Set<string>() },
  ...{ renderNodes: [], nvidiaCards: [] },
};
const quiet = ["-nostdin", "-v", "error"];
const digestArgs = ["-fps_mode", "passthrough", "-f", "framemd5", "pipe:1"];

/** FFmpeg's arguments that print a digest of each picture that a device decodes, and encode what stays there. */
function decodingArgs(
  clip: string,
  format: string,
  path: DevicePath,
  encoder: DeviceEncoder,
  recipe: VideoRecipe,
): string[] {
  const begin = [...quiet, ...encoder.globalArgs, ...path.globalArgs, ...path.inputArgs];
  const input = ["-i", `file:${clip}`];
  if (path.filters === null) return [...begin, ...input, "-vf", `format=${format}`, ...digestArgs];
  const inMemory = format === "yuv420p" ? "nv12" : "p010le";
  const graph = [
    "[0:v]split[a][b]",
    `[a]hwdownload,format=${inMemory},format=${format}[seen]`,
    `[b]${[...path.filters.scale(recipe), "setsar=1"].join(",")}[made]`,
  ].join(";");
  return [
    ...[...begin, ...input, "-filter_complex", graph, "-map", "[seen]", ...digestArgs],
    ...["-map", "[made]", ...videoEncoderArgs(recipe, path.filters), "-f", "null", "-"],
  ];
}

/** One line a picture, without where in time it stands; null where there are not as many as were coded. */
async function digestsOf(
  { runner, ffmpegPath }: DecodingTools,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<string | null> {
  const result = await runner.run({
    ...{ command: ffmpegPath, args, timeoutMs, kind: "encode", niceness: 10, env },
    ...(signal && { signal }),
  });
  const digests = result.stdout.match(/[0-9a-f]{32}$/gm) ?? [];
  return result.ok && digests.length === pictures ? digests.join("\n") : null;
}
