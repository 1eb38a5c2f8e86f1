import { stat } from "node:fs/promises";
import { join } from "node:path";
import { toViewraError, ViewraError } from "../../errors/viewra-error.ts";
import { asTheyAre } from "../as-they-are.ts";
import type { RenditionMaker } from "../rendition.ts";
import type { FinishedFile, RunEnd, SegmentRun } from "../segment-run.ts";
import { startSheet, type SheetInMaking, type TilesTools } from "./make-sheet.ts";
import { seeksOf, sheetStart } from "./sheet-args.ts";
import type { TilesRendition } from "./tiles-rendition.ts";

/** Makes sheets with FFmpeg, one after the other: JPEG as it is served. */
export function createTilesMaker(tools: TilesTools): RenditionMaker<TilesRendition> {
  return {
    start: (run, outDir, onFile) => {
      const hold = createHold();
      const ended = makeSheets(tools, run, outDir, onFile, hold).catch((thrown: unknown) => ({
        ...{ failure: toViewraError(thrown), said: "", cancelled: false, facts: {} },
      }));
      const { source, renditions } = run;
      const commandLine = `tiles ${renditions.map(({ id }) => id).join(" ")} of ${source.path}`;
      return { commandLine, ...hold.controls, ended };
    },
    package: asTheyAre,
  };
}

/** What is held, let go and ended is the program of the moment, and those that follow it. */
function createHold() {
  let current: SheetInMaking["child"] | null = null;
  let isSuspended = false;
  let isKilled = false;
  return {
    controls: {
      suspend: (): void => {
        isSuspended = true;
        current?.suspend();
      },
      resume: (): void => {
        isSuspended = false;
        current?.resume();
      },
      kill: (): void => {
        isKilled = true;
        current?.kill();
      },
    },
    take: (child: SheetInMaking["child"]): void => {
      current = child;
      if (isKilled) child.kill();
      else if (isSuspended) child.suspend();
    },
    isKilled: (): boolean => isKilled,
  };
}

type Hold = ReturnType<typeof createHold>;

const cancelled: RunEnd = { failure: null, said: "", cancelled: true, facts: {} };

async function makeSheets(
  tools: TilesTools,
  { frame, renditions, from, to, source, attempt }: SegmentRun<TilesRendition>,
  outDir: string,
  onFile: (file: FinishedFile) => void,
  hold: Hold,
): Promise<RunEnd> {
  let last: RunEnd = { ...cancelled, cancelled: false };
  for (const rendition of renditions) {
    for (let n = from; n <= to; n++) {
      const outPath = join(outDir, `${rendition.id}.${n}.jpg`);
      const sheet = { frame, rendition, source, n, outPath };
      const seeks = seeksOf(sheetStart({ ...sheet, fifoPath: "" }), source);
      // A try that failed is made with more of the film.
      for (const [i, seekSeconds] of seeks.slice(Math.min(attempt, seeks.length - 1)).entries()) {
        if (hold.isKilled()) return cancelled;
        const fifoPath = join(outDir, `${rendition.id}.${n}.${i}.nut`);
        const making = startSheet(tools, { ...sheet, seekSeconds, fifoPath });
        hold.take(making.child);
        const { run, isLate } = await making.ended;
        last = run;
        if (hold.isKilled()) return { ...run, failure: null, cancelled: true };
        if (!isLate) break;
      }
      if (last.failure !== null) return last;
      if (!(await exists(outPath))) return { ...last, failure: noPicture(n) };
      onFile({ rendition: rendition.id, n, path: outPath });
    }
  }
  return last;
}

const noPicture = (n: number): ViewraError =>
  new ViewraError("ENCODE_FAILED", `No picture of the film can be decoded for sheet ${n}`);

/** FFmpeg ends well without a picture, too. */
async function exists(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found !== null && found.size > 0;
}
