import { rm } from "node:fs/promises";
import type { FinishedFile } from "../encode/run.ts";
import { ViewraError } from "../errors/viewra-error.ts";
import { segmentName, type Rendition } from "../media/plan.ts";
import type { Timeline } from "../media/timeline.ts";
import type { Packager } from "../packager/packager.ts";
import type { ContentStore } from "../store/content-store.ts";
import { judgeSegment } from "./judge-segment.ts";
import type { PipelineObserver } from "./ports.ts";

export interface CommitContext {
  readonly store: ContentStore;
  readonly packager: Pick<Packager, "packageSegments">;
  readonly observer: PipelineObserver;
  readonly hash: string;
  readonly rendition: Rendition;
  readonly timeline: Timeline;
  /** The described init segment, as published. */
  readonly describedInit: () => Promise<Uint8Array>;
}

/**
 * Intermediate file → Shaka → verified → stored; the file is removed in any case. Throws VERIFY_FAILED
 * when the result is not exactly the plan's segment: then nothing is committed.
 */
export async function commitSegment(context: CommitContext, file: FinishedFile): Promise<void> {
  const { observer, rendition, timeline, store, hash } = context;
  const { n, path } = file;
  const { kind } = rendition;
  try {
    const [packaged] = await timed(observer, "package", () =>
      context.packager.packageSegments([{ kind, path, n }]),
    );
    if (packaged === undefined) throw new ViewraError("PACKAGE_FAILED");
    const described = await context.describedInit();
    await timed(observer, "verify", () =>
      judgeSegment(packaged, described, rendition, timeline, n),
    );
    const name = segmentName(rendition.id, n);
    await timed(observer, "commit", () => store.put(hash, name, packaged.segment));
    observer.segmentMade(hash, name, packaged.segment.byteLength);
  } finally {
    await rm(path, { force: true });
  }
}

async function timed<T>(
  observer: PipelineObserver,
  stage: "package" | "verify" | "commit",
  work: () => T | Promise<T>,
): Promise<T> {
  const startedAt = performance.now();
  const result = await work();
  observer.stage(stage, (performance.now() - startedAt) / 1000);
  return result;
}
