import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { toViewraError, ViewraError } from "../../errors/viewra-error.ts";
import { writeInit } from "../../iso/write-init.ts";
import { writeSegment, type SegmentContent } from "../../iso/write-segment.ts";
import { segmentSpan } from "../../media/timeline.ts";
import type { PlanFrame, RenditionMaker, SampleMaker, SampleRequest } from "../rendition.ts";
import { asTheyAre } from "../as-they-are.ts";
import type { FinishedFile, RunEnd, SegmentRun } from "../segment-run.ts";
import type { CopiedRendition } from "./copied-rendition.ts";
import { copiedSamples } from "./copied-samples.ts";
import { audioCuts, videoCuts } from "./copied-cuts.ts";
import { shownFrom } from "./coverage.ts";
import { copiedTimeline } from "./copy-method.ts";
import { onFinerClock, type CutTrack, type FilmOpener, type FilmPackets } from "./film-packets.ts";
import { sampleEntry } from "./sample-entry.ts";

export interface CopyTools {
  readonly films: FilmOpener;
}

/** Packets that Shaka Packager is shown. */
const samplePackets = 24;

/** Reads a film's packets and writes them as segments, in this very process: there is nothing to encode. */
export function createCopyMaker({
  films,
}: CopyTools): RenditionMaker<CopiedRendition> & SampleMaker<CopiedRendition> {
  return {
    sample: async (request) => {
      const source = await request.locate(request.frame.source.fingerprint);
      const { fingerprint } = request.frame.source;
      return films.use(source, fingerprint, (film) => writeSample(film, request));
    },
    start: (run, outDir, onFile) => {
      const stopped = new AbortController();
      // One gate for as long as it is held, however often that is said: who waits at it waits at no other.
      let gate: PromiseWithResolvers<void> | null = null;
      const open = (): void => {
        gate?.resolve();
        gate = null;
      };
      const work = films.use(run.source, run.frame.source.fingerprint, (film) =>
        copyRun(film, run, outDir, onFile, () => gate?.promise, stopped.signal),
      );
      return {
        commandLine: `copy ${run.renditions.map(({ id }) => id).join(" ")} of ${run.source.path}`,
        suspend: () => {
          if (!stopped.signal.aborted) gate ??= Promise.withResolvers();
        },
        resume: open,
        kill: () => {
          stopped.abort();
          open();
        },
        ended: work.then(
          () => ended(null, stopped.signal.aborted),
          (thrown: unknown) => ended(asMismatch(thrown), stopped.signal.aborted),
        ),
      };
    },
    package: asTheyAre,
  };
}

function ended(failure: ViewraError | null, cancelled: boolean): RunEnd {
  return { failure: cancelled ? null : failure, said: "", cancelled, facts: {} };
}

/**
 * What the film holds is not what it said of itself, and will not be the next time: there is another way to
 * deliver it, and no other try.
 */
function asMismatch(thrown: unknown): ViewraError {
  const error = toViewraError(thrown);
  if (error.code !== "MEDIA_UNREADABLE" && error.code !== "MEDIA_UNSUPPORTED") return error;
  return new ViewraError("VERIFY_FAILED", error.message, {
    cause: thrown,
    details: { fault: "header" },
  });
}

async function copyRun(
  film: FilmPackets,
  { frame, renditions, from, to }: SegmentRun<CopiedRendition>,
  outDir: string,
  onFile: (file: FinishedFile) => void,
  mayGoOn: () => Promise<void> | undefined,
  signal: AbortSignal,
): Promise<void> {
  for (const rendition of renditions) {
    const cut = await cutOf(film, frame, rendition);
    for (let n = from; n <= to; n++) {
      await mayGoOn();
      signal.throwIfAborted();
      const path = join(outDir, `${rendition.id}.${n}.m4s`);
      await writeFile(path, writeSegment(await segmentContent(film, cut, rendition, n, signal)));
      onFile({ rendition: rendition.id, n, path });
    }
  }
}

/** What a segment holds, as it is written. */
async function segmentContent(
  film: FilmPackets,
  cut: CutTrack,
  rendition: CopiedRendition,
  n: number,
  signal?: AbortSignal,
): Promise<SegmentContent> {
  const { zeroTicks, delayTicks } = rendition.recipe;
  const { start, end } = segmentSpan(copiedTimeline(rendition), n);
  const packets = await film.segment(cut, n, signal);
  const span = { startTicks: zeroTicks + start, endTicks: zeroTicks + end, delayTicks };
  const samples = copiedSamples(packets, span);
  return { sequenceNumber: n, decodeTimeTicks: start, samples };
}

/**
 * The cuts that a plan was made of, found again. VERIFY_FAILED where the file does not have them any more, or
 * another version finds others.
 */
async function cutOf(
  film: FilmPackets,
  frame: PlanFrame,
  rendition: CopiedRendition,
): Promise<CutTrack> {
  const { kind, track, recipe, id } = rendition;
  const own = film.tracks.find(({ streamIndex }) => streamIndex === track);
  const cuts =
    recipe.kind === "video"
      ? videoCuts(recipe.segmentSeconds)
      : audioCuts(frame, own?.timescale ?? 1);
  const native = await film.cut(track, cuts);
  const finer = onFinerClock(native, recipe.timescale / native.timescale);
  const { boundaries } = copiedTimeline(rendition);
  const cut = kind === "video" ? shownFrom(finer, recipe.zeroTicks + recipe.startTicks) : finer;
  const found = cut.cutTicks.map((ticks) => ticks - recipe.zeroTicks);
  const isSame =
    found.length === boundaries.length - 1 && found.every((ticks, i) => ticks === boundaries[i]);
  if (isSame) return cut;
  throw new ViewraError("VERIFY_FAILED", `${id}: the ${kind} is not where the plan has it`, {
    details: { fault: "header" },
  });
}

/** A whole file of one fragment, with the track's first packets. */
async function writeSample(
  film: FilmPackets,
  { frame, rendition, folder }: SampleRequest<CopiedRendition>,
): Promise<string> {
  const cut = await cutOf(film, frame, rendition);
  const { track, timescale } = cut;
  const { kind } = rendition;
  const { recipe } = rendition;
  const entry = sampleEntry(cut, recipe.kind === "audio" ? null : recipe);
  if (entry === null) {
    throw new ViewraError("MEDIA_UNSUPPORTED", `${rendition.id}: nothing says how to decode it`);
  }
  const whole = await segmentContent(film, cut, rendition, 1);
  const first = { ...whole, samples: whole.samples.slice(0, samplePackets) };
  const { width, height } = track;
  const { delayTicks: mediaTimeTicks } = rendition.recipe;
  const header = { kind, timescale, width, height, mediaTimeTicks, sampleEntry: entry };
  const path = join(folder, `${rendition.id}.mp4`);
  await writeFile(path, Buffer.concat([writeInit(header), writeSegment(first)]));
  return path;
}
