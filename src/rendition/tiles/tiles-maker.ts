import { join } from "node:path";
import { toViewraError } from "../../errors/viewra-error.ts";
import { asTheyAre } from "../as-they-are.ts";
import type { RenditionMaker } from "../rendition.ts";
import type { FinishedFile, RunEnd, SegmentRun } from "../segment-run.ts";
import { makeSheet } from "./make-sheet.ts";
import { createTilesProcess, type TilesProcess, type TilesTools } from "./tiles-process.ts";
import type { TilesRendition } from "./tiles-rendition.ts";

/** Makes sheets with FFmpeg, one after the other: JPEG as it is served. */
export function createTilesMaker(tools: TilesTools): RenditionMaker<TilesRendition> {
  return {
    start: (run, outDir, onFile) => {
      const ffmpeg = createTilesProcess(tools);
      const ended = makeSheets(ffmpeg, run, outDir, onFile).catch((thrown: unknown) => ({
        ...{ failure: toViewraError(thrown), said: "", cancelled: false, facts: {} },
      }));
      const { suspend, resume, kill } = ffmpeg;
      const { source, renditions } = run;
      const commandLine = `tiles ${renditions.map(({ id }) => id).join(" ")} of ${source.path}`;
      return { commandLine, suspend, resume, kill, ended };
    },
    package: asTheyAre,
  };
}

async function makeSheets(
  ffmpeg: TilesProcess,
  { frame, renditions, from, to, source, attempt }: SegmentRun<TilesRendition>,
  outDir: string,
  onFile: (file: FinishedFile) => void,
): Promise<RunEnd> {
  let end: RunEnd = { failure: null, said: "", cancelled: false, facts: {} };
  for (const rendition of renditions) {
    for (let n = from; n <= to; n++) {
      const path = join(outDir, `${rendition.id}.${n}.jpg`);
      ffmpeg.beginSheet();
      end = await makeSheet(ffmpeg, { frame, rendition, source, n, outPath: path }, attempt);
      if (end.failure !== null || end.cancelled) return end;
      onFile({ rendition: rendition.id, n, path });
    }
  }
  return end;
}
