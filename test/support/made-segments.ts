import type { Packager } from "../../src/packager/packager.ts";
import { judgeSegment } from "../../src/pipeline/judge-segment.ts";
import type { EncodedPlan } from "../../src/rendition/build-plan.ts";
import type { EncodedRendition } from "../../src/rendition/encode/encoded-rendition.ts";
import { createEncodeMaker } from "../../src/rendition/encode/encode-maker.ts";
import type { RunTools } from "../../src/rendition/encode/run.ts";
import { sourceTraits } from "../../src/rendition/located-source.ts";
import type { FinishedFile } from "../../src/rendition/segment-run.ts";
import type { Source } from "../../src/media/source.ts";

export interface SegmentsToMake {
  readonly path: string;
  readonly source: Source;
  readonly plan: EncodedPlan;
  readonly rendition: EncodedRendition;
  /** How many segments there are. */
  readonly last: number;
  /** Segments (from 1) at which runs begin; the first is 1. */
  readonly starts: readonly number[];
  /** Existing folder. */
  readonly folder: string;
}

/**
 * Makes every segment as the server does, describes, packages and judges them: the file that a player would have of
 * them all, and why a segment is not what the plan says.
 */
export async function makeSegments(
  tools: RunTools,
  packager: Packager,
  { path, source, plan, rendition, last, starts, folder }: SegmentsToMake,
): Promise<{ readonly path: string; readonly faults: readonly string[] }> {
  const maker = createEncodeMaker({ ...tools, packager });
  const locate = () => Promise.reject(new Error("a sample needs no film"));
  const sample = await maker.sample({ frame: plan, rendition, folder, locate });
  const described = await packager.describe([{ rendition, path: sample }]);
  const init = described.inits[rendition.id] ?? new Uint8Array();
  const files: FinishedFile[] = [];
  const faults: string[] = [];
  for (const [i, from] of starts.entries()) {
    const run = maker.start(
      {
        ...{ frame: plan, renditions: [rendition], attempt: 0 },
        ...{ from, to: (starts[i + 1] ?? last + 1) - 1, holdForEver: false },
        source: { path, ...sourceTraits(source) },
      },
      folder,
      (file) => files.push(file),
    );
    const { failure } = await run.ended;
    if (failure) faults.push(failure.message);
  }
  const numbers = files.map(({ n }) => n).join();
  const expected = Array.from({ length: last }, (_, i) => i + 1).join();
  if (numbers !== expected) faults.push(`expected segments ${expected}, got ${numbers}`);
  const inputs = files.map((file) => ({ ...file, kind: rendition.kind }));
  const packaged = inputs.length === 0 ? [] : await maker.package(inputs);
  for (const [i, segment] of packaged.entries()) {
    try {
      judgeSegment(segment, init, plan, rendition, inputs[i]?.n ?? 0);
    } catch (thrown) {
      faults.push(String(thrown));
    }
  }
  const played = `${folder}/played.mp4`;
  await Bun.write(played, Buffer.concat([init, ...packaged.map(({ segment }) => segment)]));
  return { path: played, faults };
}
