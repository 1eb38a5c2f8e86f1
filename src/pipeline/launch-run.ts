import { rm } from "node:fs/promises";
import type { Logger } from "../log/logger.ts";
import { makeWorkingFolder } from "../process/working-folder.ts";
import { requireSameFilm } from "../rendition/located-source.ts";
import type { Makers } from "../rendition/makers.ts";
import type { Rendition } from "../rendition/methods.ts";
import type { ActiveRun, FinishedFile, SegmentRun } from "../rendition/segment-run.ts";

export interface LaunchTools {
  readonly makers: Makers;
  /** Existing folder for working files. */
  readonly scratchDir: string;
}

/** A started run and what to clear away when all it made is dealt with. */
export interface LaunchedRun {
  readonly encoder: ActiveRun;
  /**
   * Rejects with MEDIA_MISSING when the film is not any more what it was when the run began: what the run has made since
   * may be of other bytes than the content is named for.
   */
  readonly requireSameFilm: () => Promise<void>;
  readonly dispose: () => Promise<void>;
}

/**
 * Starts a run of renditions of one method in a working folder of its own: for a viewer and for a whole
 * film alike.
 */
export async function launchRun(
  { makers, scratchDir }: LaunchTools,
  run: SegmentRun<Rendition>,
  log: Logger,
  onFile: (file: FinishedFile) => void,
): Promise<LaunchedRun> {
  const [first] = run.renditions;
  if (first === undefined) throw new RangeError("expected a run to make a rendition at least");
  const outDir = await makeWorkingFolder(scratchDir, "run-");
  const encoder = makers[first.method].start(run, outDir, onFile);
  // The working folder's own ending names the run, so that a log leads to its files.
  const runLog = log.with({ run: outDir.slice(-6) });
  const { from, to, attempt } = run;
  runLog.info("run started", { from, to, attempt });
  runLog.debug("run command", { command: encoder.commandLine });
  const dispose = async (): Promise<void> => {
    const { facts, cancelled } = await encoder.ended;
    runLog.info("run ended", { ...facts, cancelled });
    await rm(outDir, { recursive: true, force: true });
  };
  return { encoder, requireSameFilm: () => requireSameFilm(run.source), dispose };
}
