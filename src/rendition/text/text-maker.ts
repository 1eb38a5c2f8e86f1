import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { toViewraError } from "../../errors/viewra-error.ts";
import { onClockFrom } from "../../subtitle/cue.ts";
import { asTheyAre } from "../as-they-are.ts";
import type { RenditionMaker } from "../rendition.ts";
import type { FinishedFile, SegmentRun } from "../segment-run.ts";
import type { TextRendition } from "./text-rendition.ts";
import { textSegment } from "./text-segment.ts";
import { readText } from "./read-text.ts";
import type { TextTracks } from "./text-tracks.ts";

export interface TextTools {
  readonly texts: TextTracks;
}

/** Writes a film's subtitles as WebVTT, in this very process: reading them out of the film is all the work. */
export function createTextMaker({ texts }: TextTools): RenditionMaker<TextRendition> {
  return {
    start: (run, outDir, onFile) => {
      const stopped = new AbortController();
      // What is left once the film is read takes a moment: there is nothing to hold.
      const work = writeSegments(texts, run, outDir, onFile, stopped.signal);
      const ended = (thrown: unknown) => ({
        failure: thrown === null || stopped.signal.aborted ? null : toViewraError(thrown),
        ...{ said: "", cancelled: stopped.signal.aborted, facts: {} },
      });
      return {
        commandLine: `text ${run.renditions.map(({ id }) => id).join(" ")} of ${run.source.path}`,
        suspend: () => {},
        resume: () => {},
        kill: () => stopped.abort(),
        ended: work.then(() => ended(null), ended),
      };
    },
    package: asTheyAre,
  };
}

async function writeSegments(
  texts: TextTracks,
  { frame, renditions, from, to, source }: SegmentRun<TextRendition>,
  outDir: string,
  onFile: (file: FinishedFile) => void,
  signal: AbortSignal,
): Promise<void> {
  for (const rendition of renditions) {
    const { track, language, recipe } = rendition;
    const named = { track, language, ...recipe };
    const reading = readText(texts, source, frame.source, named);
    const { cues, zeroMs } = await untilAborted(reading, signal);
    const onClock = onClockFrom(cues, zeroMs);
    for (let n = from; n <= to; n++) {
      signal.throwIfAborted();
      const path = join(outDir, `${rendition.id}.${n}.vtt`);
      await writeFile(path, textSegment(onClock, frame, rendition, n));
      onFile({ rendition: rendition.id, n, path });
    }
  }
}

/** The film goes on being read for who asks next: only the waiting ends. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const gone = Promise.withResolvers<never>();
  const leave = (): void => gone.reject(signal.reason);
  signal.addEventListener("abort", leave, { once: true });
  try {
    return await Promise.race([work, gone.promise]);
  } finally {
    signal.removeEventListener("abort", leave);
  }
}
