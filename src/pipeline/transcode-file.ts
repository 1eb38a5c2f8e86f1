import { mkdir, mkdtemp, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { longestRun } from "../encode/run-args.ts";
import type { EncodeRun, FinishedFile } from "../encode/run.ts";
import type { SeekTraits } from "../encode/seek.ts";
import { toViewraError, ViewraError } from "../errors/viewra-error.ts";
import {
  initName,
  manifestNames,
  renditionTimeline,
  segmentName,
  type Container,
  type Plan,
  type Rendition,
} from "../media/plan.ts";
import { segmentCount, type Timeline } from "../media/timeline.ts";
import type { Description, Packager } from "../packager/packager.ts";
import { describeFailure } from "../process/process-result.ts";
import { failureKind } from "./failure-kind.ts";
import { fromFilm } from "./header-repair.ts";
import { judgeSegment } from "./judge-segment.ts";
import type { StartRun } from "./ports.ts";
import { readyObjects } from "./publish.ts";

export interface TranscodeFileRequest {
  readonly plan: Plan;
  readonly sourcePath: string;
  readonly seekTraits: SeekTraits;
  /** Created when missing. */
  readonly outDir: string;
  /** Which manifests to write; both when left out. */
  readonly container?: Container | undefined;
  readonly signal: AbortSignal;
  /** After each segment of all renditions: how many of how many. */
  readonly onProgress: (done: number, total: number) => void;
}

export interface TranscodeFileTools {
  readonly describe: (plan: Plan) => Promise<Description>;
  readonly packager: Pick<Packager, "packageSegments">;
  readonly startRun: StartRun;
  readonly scratchDir: string;
}

/** FFmpeg is held while so many segments wait to be packaged: a slow disk must not fill up. */
const mostWaiting = 8;

/**
 * Writes a whole film as plain files that any web server can serve: all segments of all renditions from
 * one decode, packaged together, the manifests last, so that a folder with a manifest is complete. Answers
 * with the plan of what was written: where the header turns out to follow the film, it is described anew.
 */
export async function transcodeFile(
  request: TranscodeFileRequest,
  tools: TranscodeFileTools,
): Promise<Plan> {
  const { plan } = request;
  try {
    await writeFilm(request, tools);
    return plan;
  } catch (thrown) {
    const isHeader = failureKind(toViewraError(thrown)) === "header";
    if (!isHeader || plan.describedFrom === "film") throw thrown;
    const inForce = fromFilm(plan);
    await writeFilm({ ...request, plan: inForce }, tools);
    return inForce;
  }
}

async function writeFilm(request: TranscodeFileRequest, tools: TranscodeFileTools): Promise<void> {
  const { plan, outDir, container } = request;
  const description = await tools.describe(plan);
  if (request.signal.aborted) throw stopped();
  const { parts, manifests } = readyObjects(plan, description);
  const ready = [...parts, ...manifests];
  const inits = new Map(ready.map(({ name, bytes }) => [name, bytes]));
  const outputs = new Map(
    plan.renditions.map((rendition) => {
      const described = inits.get(initName(rendition.id));
      if (described === undefined) throw new ViewraError("PACKAGE_FAILED");
      return [rendition.id, { rendition, described, timeline: renditionTimeline(plan, rendition) }];
    }),
  );
  const total = Math.max(...[...outputs.values()].map(({ timeline }) => segmentCount(timeline)));
  for (let from = 1; from <= total; from += longestRun) {
    await transcodeRange(
      from,
      Math.min(total, from + longestRun - 1),
      total,
      outputs,
      request,
      tools,
    );
  }
  for (const { name, bytes } of ready) {
    if (isWanted(name, container)) await writeWhole(join(outDir, name), bytes);
  }
}

/** Manifests of the other container are left out; what both share never is. */
function isWanted(name: string, container: Container | undefined): boolean {
  if (name === manifestNames.dash) return container !== "hls";
  return !name.endsWith(".m3u8") || container !== "dash";
}

/** What is known of a rendition before its first segment. */
interface Output {
  readonly rendition: Rendition;
  /** The described init segment. */
  readonly described: Uint8Array;
  readonly timeline: Timeline;
}

async function transcodeRange(
  from: number,
  to: number,
  total: number,
  outputs: ReadonlyMap<string, Output>,
  request: TranscodeFileRequest,
  tools: TranscodeFileTools,
): Promise<void> {
  const { plan, signal } = request;
  const scratch = await mkdtemp(join(tools.scratchDir, "transcode-"));
  const arrived = new Map<number, FinishedFile[]>();
  let waiting = 0;
  let packaged: Promise<void> = Promise.resolve();
  let refused: unknown;
  let next = from;
  let run: EncodeRun | undefined;

  const onFile = (file: FinishedFile): void => {
    const files = [...(arrived.get(file.n) ?? []), file];
    arrived.set(file.n, files);
    if (files.length < plan.renditions.length) return;
    arrived.delete(file.n);
    if (++waiting > mostWaiting) run?.suspend();
    packaged = packaged.then(async () => {
      if (refused !== undefined) return;
      try {
        await packageTogether(files, outputs, request, tools);
        next = file.n + 1;
        request.onProgress(file.n, total);
      } catch (thrown) {
        refused = thrown;
        run?.kill();
      }
      if (--waiting <= mostWaiting / 2) run?.resume();
    });
  };

  const cancel = (): void => run?.kill();
  try {
    run = tools.startRun(
      {
        ...{ plan, from, to, outDir: scratch, sourcePath: request.sourcePath },
        ...{ renditions: plan.renditions, seekTraits: request.seekTraits },
        // Nobody waits for the first picture of a later range: better a little early than a second try.
        ...{ caution: 1, holdForEver: false },
      },
      onFile,
    );
    signal.addEventListener("abort", cancel, { once: true });
    // A signal that came before tells its listeners nothing.
    if (signal.aborted) cancel();
    const { result, stalled } = await run.ended;
    await packaged;
    if (signal.aborted) throw stopped();
    if (refused !== undefined) throw refused;
    if (stalled) throw new ViewraError("PROCESS_TIMEOUT", "FFmpeg made no progress and was ended");
    if (next <= to) {
      const why = result.ok
        ? `FFmpeg ended before segment ${next} of ${total} was whole`
        : describeFailure(result);
      throw new ViewraError("ENCODE_FAILED", why, { details: { stderr: result.stderrTail } });
    }
  } finally {
    signal.removeEventListener("abort", cancel);
    await rm(scratch, { recursive: true, force: true });
  }
}

function stopped(): ViewraError {
  return new ViewraError("CANCELLED", "The transcode was stopped");
}

async function packageTogether(
  files: readonly FinishedFile[],
  outputs: ReadonlyMap<string, Output>,
  { outDir }: TranscodeFileRequest,
  { packager }: TranscodeFileTools,
): Promise<void> {
  const inputs = files.flatMap((file) => {
    const output = outputs.get(file.rendition);
    return output ? [{ ...output, kind: output.rendition.kind, path: file.path, n: file.n }] : [];
  });
  const results = await packager.packageSegments(inputs);
  for (const [i, { rendition, described, timeline, n }] of inputs.entries()) {
    const result = results[i];
    if (result === undefined) throw new ViewraError("PACKAGE_FAILED");
    judgeSegment(result, described, rendition, timeline, n);
    await writeWhole(join(outDir, segmentName(rendition.id, n)), result.segment);
  }
  await Promise.all(files.map(({ path }) => rm(path, { force: true })));
}

/** Under its final name a file is whole: written beside it first. */
async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.part`;
  const file = await open(temporary, "w");
  try {
    await file.writeFile(bytes);
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}
