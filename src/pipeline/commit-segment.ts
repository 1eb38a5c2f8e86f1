import { rm } from "node:fs/promises";
import { ViewraError } from "../errors/viewra-error.ts";
import { segmentName } from "../media/object-name.ts";
import type { Makers } from "../rendition/makers.ts";
import { isMedia, type Rendition } from "../rendition/methods.ts";
import type { Plan } from "../rendition/plan.ts";
import type { FinishedFile } from "../rendition/segment-run.ts";
import { judgeSegment } from "./judge-segment.ts";

export interface CommitContext {
  readonly makers: Makers;
  readonly plan: Plan;
  /** The described init segment of a rendition, as published. */
  readonly describedInit: (rendition: string) => Promise<Uint8Array>;
  /** Keeps a segment under its name, with what it took to make, milliseconds, where that is known. */
  readonly put: (name: string, segment: Uint8Array, costMs?: number) => Promise<unknown>;
}

/** Follows the commit of one file. */
export interface CommitTimer {
  /** Does the work, which is that stage. */
  time<T>(stage: "package" | "verify" | "commit", work: () => Promise<T>): Promise<T>;
  /** The segment is kept. */
  kept(sizeBytes: number): void;
}

/**
 * Finished files of renditions of one method → packaged together → verified → kept, in their order; the
 * files are removed in any case. `madeMs`: what the run took for all of them. It and `timer` are left out where nobody
 * asks. Throws VERIFY_FAILED when one is not exactly the plan's segment: then neither it nor those behind it are kept.
 */
export async function commitSegments(
  context: CommitContext,
  files: readonly FinishedFile[],
  madeMs?: number,
  timer: CommitTimer = untimed,
): Promise<void> {
  const { plan } = context;
  try {
    const made = files.map((file) => ({ ...file, made: renditionOf(plan, file.rendition) }));
    const [first] = made;
    if (first === undefined) return;
    const startedAt = performance.now();
    const packaged = await timer.time("package", () =>
      context.makers[first.made.method].package(
        made.map(({ made: { kind }, ...file }) => ({ ...file, kind })),
      ),
    );
    const packagedMs = performance.now() - startedAt;
    const costMs = madeMs === undefined ? undefined : (madeMs + packagedMs) / files.length;
    for (const [i, { made: rendition, n }] of made.entries()) {
      const segment = packaged[i];
      if (segment === undefined) throw new ViewraError("PACKAGE_FAILED");
      await timer.time("verify", async () => {
        const described = isMedia(rendition) ? await context.describedInit(rendition.id) : null;
        judgeSegment(segment, described, plan, rendition, n);
      });
      await timer.time("commit", () =>
        context.put(segmentName(rendition.id, n), segment.segment, costMs),
      );
      timer.kept(segment.segment.byteLength);
    }
  } finally {
    await Promise.all(files.map(({ path }) => rm(path, { force: true })));
  }
}

function renditionOf({ renditions }: Plan, id: string): Rendition {
  const found = renditions.find((rendition) => rendition.id === id);
  if (found) return found;
  throw new ViewraError("INTERNAL", `expected a rendition of the plan, got ${id}`);
}

const untimed: CommitTimer = { time: (_stage, work) => work(), kept: () => {} };
