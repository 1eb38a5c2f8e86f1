import { softwareProviders } from "./software-providers.ts";
import provider from "../../plugins/transcoding/ffmpeg_software/index.ts";
import { runArgs, soundFeeds, type EncodeRunRequest } from "../../src/rendition/encode/run-args.ts";
import { startRun } from "../../src/rendition/encode/run.ts";
import { sourceTraits } from "../../src/rendition/located-source.ts";
import type { SoundOptions } from "../../src/rendition/encode/plan-audio.ts";
import { createLogger } from "../../src/log/logger.ts";
import { encodedPlan } from "../../src/rendition/build-plan.ts";
import { encodedTimeline, type FrameTimeline } from "../../src/rendition/encode/frame-timeline.ts";
import type { EncodedPlan } from "../../src/rendition/build-plan.ts";
import type { EncodedAudio } from "../../src/rendition/encode/encoded-rendition.ts";
import type { Source } from "../../src/media/source.ts";
import { segmentCount, segmentSpan } from "../../src/media/timeline.ts";
import { childBoxes, onlyBox, readBoxes } from "../../src/iso/iso-boxes.ts";
import { createProber } from "../../src/probe/prober.ts";
import { createProcessRunner, type ProcessRunner } from "../../src/process/process-runner.ts";
import type { Sound } from "./compare-audio.ts";
import { runTool } from "./run-tool.ts";
import { burnTools } from "./burn-tools.ts";
import { createTempFolder } from "./temp-folder.ts";

const log = createLogger({ level: "error", format: "text", write: () => {} });

export interface SoundFilm {
  readonly path: string;
  readonly source: Source;
  readonly plan: EncodedPlan;
}

export function createSoundRunner(): ProcessRunner {
  return createProcessRunner({ log, setprivPath: Bun.which("setpriv") });
}

/** Probes a file and plans it in segments of half a second. */
export async function planSound(
  runner: ProcessRunner,
  path: string,
  maxAudioChannels = 2,
  options: Partial<SoundOptions> = {},
): Promise<SoundFilm> {
  const source = await createProber({ runner, ffprobePath: "ffprobe" }).probe(path);
  const plan = encodedPlan(source, {
    ...{ segmentSeconds: 0.5, quality: "low", adaptive: false, maxHeight: 144 },
    ...{ maxBitrateBps: null, maxAudioChannels, providers: [provider], ...options },
  });
  return { path, source, plan };
}

export interface SoundRunOptions {
  /** Segments (from 1) at which runs begin; the first is 1. */
  readonly starts?: readonly number[];
  readonly rendition?: string;
  /** How many tries failed before. */
  readonly caution?: number;
}

/**
 * Encodes one audio rendition as the pipeline does, by one run from each start to the next, and decodes
 * what the runs made, one after the other. Throws when a segment does not hold exactly its frames.
 */
export async function encodeSound(
  runner: ProcessRunner,
  film: SoundFilm,
  options: SoundRunOptions = {},
): Promise<Sound> {
  await using folder = await createTempFolder("sound");
  const frames: Uint8Array[] = [];
  const { rendition, timeline, requests } = runRequests(film, options, folder.path);
  for (const request of requests) {
    const files = new Map<number, string>();
    const limits = { stallSeconds: 20, segmentTimeoutSeconds: 60 };
    const burning = burnTools(runner, folder.path);
    const tools = {
      runner,
      ffmpegPath: "ffmpeg",
      encoderFor: softwareProviders.encoderFor,
      ...limits,
      ...burning,
    };
    const run = startRun(tools, request, (file) => files.set(file.n, file.path));
    const end = await run.ended;
    const said = `${end.said}\n${run.commandLine}`;
    if (end.failure) throw new Error(`the run from ${request.from} failed: ${said}`);
    for (let n = request.from; n <= request.to; n++) {
      const file = files.get(n);
      if (file === undefined) throw new Error(`segment ${n} is missing: ${said}`);
      const made = codecFrames(await Bun.file(file).bytes());
      const { start, end } = segmentSpan(timeline, n);
      const due = Math.ceil((end - start) / timeline.frameTicks);
      if (made.length !== due) {
        throw new Error(`segment ${n} has ${made.length} of ${due} frames: ${said}`);
      }
      frames.push(...made);
    }
  }
  return await decodeFrames(frames, rendition, folder.file("all.aac"));
}

/** The same runs, but for their encoder: the very samples that each would encode of its segments. */
export async function soundSamples(
  runner: ProcessRunner,
  film: SoundFilm,
  options: SoundRunOptions = {},
): Promise<Sound> {
  await using folder = await createTempFolder("sound");
  const { rendition, timeline, requests } = runRequests(film, options, folder.path);
  const { channels, prerollFrames } = rendition.recipe;
  const parts: Float32Array[] = [];
  for (const request of requests) {
    const args = runArgs(request, null);
    const filtered = args.slice(0, args.indexOf("-af") + 2);
    const path = folder.file(`${request.from}.f32`);
    const result = await runner.run({
      command: "ffmpeg",
      args: [...filtered, "-c:a", "pcm_f32le", "-f", "f32le", path],
      feeds: soundFeeds(request).map((feed) => ({ command: "ffmpeg", ...feed })),
      timeoutMs: 60_000,
    });
    const said = `the run from ${request.from}: ${result.stderrTail.slice(-1500)}\n${result.commandLine}`;
    if (!result.ok) throw new Error(said);
    const made = new Float32Array(await Bun.file(path).arrayBuffer());
    const ticks = segmentSpan(timeline, request.to).end - segmentSpan(timeline, request.from).start;
    const preroll = prerollFrames * timeline.frameTicks;
    // The last frame of music is encoded whole, and told to be shorter.
    const whole = Math.ceil(ticks / timeline.frameTicks) * timeline.frameTicks;
    const due = (preroll + whole + timeline.frameTicks) * channels;
    if (made.length !== due) throw new Error(`${made.length} of ${due} samples of ${said}`);
    parts.push(made.subarray(preroll * channels, (preroll + ticks) * channels));
  }
  return deinterleaved(await new Blob(parts.map((part) => part.slice())).arrayBuffer(), channels);
}

function runRequests(
  { plan, path, source }: SoundFilm,
  { starts = [1], rendition: id = "a1", caution = 0 }: SoundRunOptions,
  outDir: string,
): { rendition: EncodedAudio; timeline: FrameTimeline; requests: EncodeRunRequest[] } {
  const rendition = plan.renditions.find((one) => one.id === id);
  if (rendition?.kind !== "audio") throw new Error(`expected ${id} in the plan`);
  const timeline = encodedTimeline(plan, rendition);
  const requests = starts.map((from, i) => ({
    ...{ frame: plan, renditions: [rendition], outDir, from },
    source: { path, ...sourceTraits(source) },
    to: (starts[i + 1] ?? segmentCount(timeline) + 1) - 1,
    ...{ attempt: caution, holdForEver: caution >= 2 },
  }));
  return { rendition, timeline, requests };
}

/** The coded frames of a plain MP4 with one track whose media data lies in one piece. */
function codecFrames(bytes: Uint8Array): Uint8Array[] {
  const boxes = readBoxes(bytes);
  const inside = (type: string, box: Parameters<typeof childBoxes>[1]) =>
    onlyBox(childBoxes(bytes, box), type);
  const media = inside("mdia", inside("trak", onlyBox(boxes, "moov")));
  const sizes = inside("stsz", inside("stbl", inside("minf", media)));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const common = view.getUint32(sizes.bodyStart + 4);
  const count = view.getUint32(sizes.bodyStart + 8);
  let at = onlyBox(boxes, "mdat").bodyStart;
  return Array.from({ length: count }, (_, i) => {
    const size = common || view.getUint32(sizes.bodyStart + 12 + 4 * i);
    at += size;
    return bytes.subarray(at - size, at);
  });
}

/** With ADTS headers (ISO/IEC 13818-7, 6.2) before AAC-LC frames, decoded from the first to the last. */
async function decodeFrames(
  frames: readonly Uint8Array[],
  { recipe }: EncodedAudio,
  scratchPath: string,
): Promise<Sound> {
  const { channels } = recipe;
  const parts = frames.flatMap((frame) => {
    const length = frame.byteLength + 7;
    const rateIndex = 3;
    return [
      Uint8Array.of(
        ...[0xff, 0xf1, (1 << 6) | (rateIndex << 2) | (channels >> 2)],
        ...[((channels & 3) << 6) | (length >> 11), (length >> 3) & 0xff],
        ...[((length & 7) << 5) | 0x1f, 0xfc],
      ),
      frame,
    ];
  });
  await Bun.write(scratchPath, new Blob(parts.map((part) => part.slice())));
  const { stdout } = await runTool([
    ...["ffmpeg", "-nostdin", "-v", "error", "-f", "aac", "-i", scratchPath],
    ...["-f", "f32le", "pipe:1"],
  ]);
  return deinterleaved(stdout.buffer, channels);
}

function deinterleaved(bytes: ArrayBuffer, channels: number): Sound {
  const interleaved = new Float32Array(bytes, 0, bytes.byteLength >> 2);
  const count = Math.floor(interleaved.length / channels);
  const split = Array.from({ length: channels }, (_, channel) => {
    const one = new Float32Array(count);
    for (let i = 0; i < count; i++) one[i] = interleaved[i * channels + channel] ?? 0;
    return one;
  });
  return { channels: split, start: 0, jumps: [], warnings: "" };
}

/** How far two sounds are alike, in decibels: a shift by one sample of the tests' noise is 14. */
export function likeness(a: Sound, b: Sound): number {
  let energy = 0;
  let error = 0;
  for (const [channel, one] of a.channels.entries()) {
    const other = b.channels[channel] ?? new Float32Array();
    for (let i = 0; i < Math.max(one.length, other.length); i++) {
      energy += (one[i] ?? 0) ** 2;
      error += ((one[i] ?? 0) - (other[i] ?? 0)) ** 2;
    }
  }
  return 10 * Math.log10(energy / error);
}

/** Where samples differ by more than rounding: the first few moments, and how many there are. */
export function differences(a: Sound, b: Sound, rounding = 1e-4): string[] {
  return a.channels.flatMap((one, channel) => {
    const other = b.channels[channel] ?? new Float32Array();
    if (one.length !== other.length) return [`${one.length} and ${other.length} samples`];
    const unlike: number[] = [];
    for (let i = 0; i < one.length; i++) {
      if (!(Math.abs((one[i] ?? 0) - (other[i] ?? 0)) < rounding)) unlike.push(i);
    }
    if (unlike.length === 0) return [];
    const first = ((unlike[0] ?? 0) / 48_000).toFixed(4);
    const last = ((unlike.at(-1) ?? 0) / 48_000).toFixed(4);
    return [`channel ${channel}: ${unlike.length} samples from ${first} s to ${last} s`];
  });
}
