import type { DeviceEncoder } from "../../plugin/sdk.ts";
import type { ProcessRunner } from "../../process/process-runner.ts";
import type { ActiveRun, FinishedFile, RunEnd } from "../segment-run.ts";
import { burnRequest, prepareBurnt, type BurnTools } from "./burnt/prepare-burnt.ts";
import { runEnd } from "./run-end.ts";
import type { EncoderFor } from "./encoder-for.ts";
import { startAfter, startInTurn } from "./relayed-run.ts";
import { createRefusedFilms, type RefusedFilms } from "./refused-films.ts";
import { runArgs, soundFeeds, type EncodeRunRequest } from "./run-args.ts";
import { parseRunLine } from "./run-line.ts";
import { toRunSteps } from "./run-steps.ts";

export interface RunTools extends BurnTools {
  readonly runner: ProcessRunner;
  readonly ffmpegPath: string;
  readonly encoderFor: EncoderFor;
  /** How long a run may show no progress before it counts as hanging. Time suspended does not count. */
  readonly stallSeconds: number;
  /** How long a run may work on one segment (PIPELINE_ENCODER_TIMEOUT). Time suspended does not count. */
  readonly segmentTimeoutSeconds: number;
}

export type StartEncode = (
  request: EncodeRunRequest,
  onFile: (file: FinishedFile) => void,
) => ActiveRun;

/**
 * Starts FFmpeg for a run, once what is drawn into its pictures is there; `onFile` is told of each intermediate file
 * when FFmpeg has closed it, in order. `refused`: the films that no device decodes any more, and what is to become one.
 */
export function startRun(
  tools: RunTools,
  request: EncodeRunRequest,
  onFile: (file: FinishedFile) => void,
  refused: RefusedFilms = createRefusedFilms(),
): ActiveRun {
  const needed = burnRequest(request);
  if (needed === null) return startSteps(tools, request, onFile, refused);
  return startAfter(
    `subtitles for ${request.renditions.map(({ id }) => id).join(" ")} of ${request.source.path}`,
    prepareBurnt(tools, needed),
    (burnt) => startSteps(tools, { ...request, burnt }, onFile, refused),
  );
}

function startSteps(
  tools: RunTools,
  request: EncodeRunRequest,
  onFile: (file: FinishedFile) => void,
  refused: RefusedFilms,
): ActiveRun {
  const pictures = request.renditions.find((rendition) => rendition.kind === "video");
  if (pictures === undefined) return startFfmpeg(tools, request, null, onFile);
  const { recipe } = pictures;
  // Pictures of one run come from one decoder and go to one device.
  const encoder = tools.encoderFor(recipe);
  const film = [request.frame.source.fingerprint, recipe.provider.id] as const;
  // Whatever went wrong with its first try: no viewer waits for that twice.
  if (request.attempt > 0 && encoder.path !== undefined) refused.add(...film);
  const isRefused = refused.has(...film);
  const [first = request, ...others] = isRefused ? [request] : toRunSteps(request, encoder);
  const start = (step: EncodeRunRequest) => (): ActiveRun => {
    const run = startFfmpeg(tools, step, encoder, onFile);
    if ((step.path ?? null) === null) return run;
    const noting = async (end: RunEnd): Promise<RunEnd> => {
      if (end.failure !== null && !end.cancelled) refused.add(...film);
      return end;
    };
    return { ...run, ended: run.ended.then(noting) };
  };
  return startInTurn([start(first), ...others.map(start)]);
}

function startFfmpeg(
  tools: RunTools,
  request: EncodeRunRequest,
  encoder: DeviceEncoder | null,
  onFile: (file: FinishedFile) => void,
): ActiveRun {
  const watch = { idleMs: 0, segmentMs: 0, suspended: false, stalled: false };
  const counters = new Map<string, string>();
  const light = new Map(
    request.renditions.map(({ id, recipe }) => [
      id,
      recipe.kind === "video" ? recipe.hdr : undefined,
    ]),
  );
  const child = tools.runner.start({
    command: tools.ffmpegPath,
    kind: "encode",
    env: encoder?.environment ?? {},
    // A segment that is finished is packaged, checked and sent before FFmpeg goes on with the next ones.
    niceness: 10,
    isIdle: request.isIdle === true,
    args: runArgs(request, encoder),
    feeds: soundFeeds(request).map((feed) => ({ command: tools.ffmpegPath, ...feed })),
    onLine: (text) => {
      const line = parseRunLine(text);
      if (line.kind === "file") {
        watch.idleMs = 0;
        watch.segmentMs = 0;
        const { rendition, n, name } = line;
        const hdr = light.get(rendition);
        onFile({ rendition, n, path: `${request.outDir}/${name}`, ...(hdr && { hdr }) });
      } else if (line.kind === "progress" && /^(?:frame|out_time_us|total_size)$/.test(line.key)) {
        if (counters.get(line.key) !== line.value) watch.idleMs = 0;
        counters.set(line.key, line.value);
      }
    },
  });
  const tickMs = 500;
  const timer = setInterval(() => {
    if (watch.suspended) return;
    watch.idleMs += tickMs;
    watch.segmentMs += tickMs;
    const isHanging = watch.idleMs > tools.stallSeconds * 1000;
    if (!isHanging && watch.segmentMs <= tools.segmentTimeoutSeconds * 1000) return;
    watch.stalled = true;
    child.kill();
  }, tickMs);
  const ended = child.result.then((result) => {
    clearInterval(timer);
    return runEnd(result, watch.stalled);
  });
  return {
    commandLine: child.commandLine,
    suspend: () => {
      if (watch.suspended) return;
      watch.suspended = true;
      child.suspend();
    },
    resume: () => {
      if (!watch.suspended) return;
      watch.suspended = false;
      child.resume();
    },
    hurry: () => child.hurry(),
    kill: () => child.kill(),
    ended,
  };
}
