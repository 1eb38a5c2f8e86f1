import { softwareProviders } from "../support/software-providers.ts";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import provider from "../../plugins/transcoding/ffmpeg_software/index.ts";
import { startRun } from "../../src/rendition/encode/run.ts";
import { sourceTraits } from "../../src/rendition/located-source.ts";
import { encodedPlan } from "../../src/rendition/build-plan.ts";
import { encodedTimeline } from "../../src/rendition/encode/frame-timeline.ts";
import type { EncodedPlan } from "../../src/rendition/build-plan.ts";
import type { EncodedRendition } from "../../src/rendition/encode/encoded-rendition.ts";
import type { Source } from "../../src/media/source.ts";
import { segmentCount, segmentSpan } from "../../src/media/timeline.ts";
import type { ProcessRunner } from "../../src/process/process-runner.ts";
import { readFrameCode } from "../support/frame-code.ts";
import { burnTools } from "../support/burn-tools.ts";
import { runTool } from "../support/run-tool.ts";

/** What a film's segments show and sound like, each made by a run of its own. */
export interface Played {
  readonly plan: EncodedPlan;
  /** The number on each picture, `undefined` for a picture that is missing; null for an unreadable one. */
  readonly pictures: readonly (number | null)[];
  /** Seconds at which a tone begins. */
  readonly onsets: readonly number[];
  /** Segments whose number of frames is not the plan's. */
  readonly faults: readonly string[];
}

const planOf = (source: Source): EncodedPlan =>
  encodedPlan(source, {
    ...{ segmentSeconds: 2, quality: "low", adaptive: false, maxAudioChannels: 2 },
    ...{ maxHeight: null, maxBitrateBps: null, providers: [provider] },
  });

/** Makes every segment of a plan, the last one first, and looks at them. */
export async function playShape(
  runner: ProcessRunner,
  source: Source,
  path: string,
  folder: string,
): Promise<Played> {
  const plan = planOf(source);
  const pictures: (number | null)[] = [];
  const onsets: number[] = [];
  const faults: string[] = [];
  for (const rendition of plan.renditions) {
    const timeline = encodedTimeline(plan, rendition);
    const decoded: Uint8Array[] = [];
    for (let n = segmentCount(timeline); n >= 1; n--) {
      const { start, end } = segmentSpan(timeline, n);
      const unitBytes = rendition.kind === "video" ? width * height : 2;
      const expected = (end - start) / (rendition.kind === "video" ? timeline.frameTicks : 1);
      let bytes = new Uint8Array();
      // As the pipeline does: what is not whole is made again from further back.
      for (let tries = 0; tries < 3 && bytes.length !== expected * unitBytes; tries++) {
        const file = await makeSegment({ runner, plan, source, path, folder }, rendition, n, tries);
        bytes = await (rendition.kind === "video" ? grey(file) : samples(file));
        await rm(file);
      }
      const got = bytes.length / unitBytes;
      if (got !== expected) faults.push(`${rendition.id}/${n}: ${got} instead of ${expected}`);
      decoded.unshift(bytes);
    }
    if (rendition.kind === "video") {
      for (const bytes of decoded) {
        for (let at = 0; at < bytes.length; at += width * height) {
          pictures.push(readFrameCode(bytes.subarray(at, at + width * height), width, height));
        }
      }
    } else {
      onsets.push(...toneOnsets(Buffer.concat(decoded)));
    }
  }
  return { plan, pictures, onsets, faults };
}

const [width, height] = [160, 90];

interface Film {
  readonly runner: ProcessRunner;
  readonly plan: EncodedPlan;
  readonly source: Source;
  readonly path: string;
  readonly folder: string;
}

async function makeSegment(
  film: Film,
  rendition: EncodedRendition,
  n: number,
  caution: number,
): Promise<string> {
  const { runner, plan, source, path, folder } = film;
  const outDir = join(folder, "segments");
  await mkdir(outDir, { recursive: true });
  const run = startRun(
    {
      ...{ runner, ffmpegPath: "ffmpeg", encoderFor: softwareProviders.encoderFor },
      ...{ stallSeconds: 60, segmentTimeoutSeconds: 60, ...burnTools(runner, folder) },
    },
    {
      ...{ frame: plan, renditions: [rendition], from: n, to: n, outDir },
      source: { path, ...sourceTraits(source) },
      ...{ attempt: caution, holdForEver: caution === 2 },
    },
    () => {},
  );
  const { failure } = await run.ended;
  if (failure) throw failure;
  return join(outDir, `${rendition.id}.${n}.mp4`);
}

async function grey(file: string): Promise<Uint8Array<ArrayBuffer>> {
  const scale = ["-vf", `scale=${width}:${height}`, "-fps_mode", "passthrough"];
  return decode(file, [...scale, "-pix_fmt", "gray", "-f", "rawvideo"]);
}

function samples(file: string): Promise<Uint8Array<ArrayBuffer>> {
  return decode(file, ["-ac", "1", "-f", "s16le"]);
}

async function decode(file: string, output: readonly string[]): Promise<Uint8Array<ArrayBuffer>> {
  const command = ["ffmpeg", "-nostdin", "-v", "error", "-i", file, ...output, "-"];
  return (await runTool(command)).stdout;
}

const sampleRateHz = 48_000;

/** Where a tone begins after a fifth of a second of silence, by the energy of each millisecond. */
function toneOnsets(bytes: Buffer): number[] {
  const onsets: number[] = [];
  const window = sampleRateHz / 1000;
  let silentSince = -200;
  for (let ms = 0; (ms + 1) * window * 2 <= bytes.length; ms++) {
    let sum = 0;
    for (let i = 0; i < window; i++) sum += Math.abs(bytes.readInt16LE((ms * window + i) * 2));
    if (sum / window < 1500) continue;
    if (ms - silentSince >= 200) onsets.push(ms / 1000);
    silentSince = ms;
  }
  return onsets;
}
