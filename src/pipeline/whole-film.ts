import { mkdir, open, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { toViewraError, ViewraError } from "../errors/viewra-error.ts";
import type { Logger } from "../log/logger.ts";
import { initName, manifestNames, type Container } from "../media/object-name.ts";
import { segmentCount } from "../media/timeline.ts";
import type { Description } from "../packager/packager.ts";
import type { LocatedSource } from "../rendition/located-source.ts";
import type { Makers } from "../rendition/makers.ts";
import { methods, type MethodName, type Rendition } from "../rendition/methods.ts";
import { planFrame, renditionTimeline, runLimit, type Plan } from "../rendition/plan.ts";
import type { FinishedFile } from "../rendition/segment-run.ts";
import { commitSegments, type CommitContext } from "./commit-segment.ts";
import { failureKind } from "./failure-kind.ts";
import { fromFilm } from "./content-repair.ts";
import { launchRun, type LaunchedRun } from "./launch-run.ts";
import { readyObjects } from "./publish.ts";
import { failureOf } from "./run-failure.ts";

export interface WholeFilmRequest {
  readonly plan: Plan;
  readonly source: LocatedSource;
  /** Created when missing. */
  readonly outDir: string;
  /** Which manifests to write; both when left out. */
  readonly container?: Container | undefined;
  readonly signal: AbortSignal;
  /** After each segment of all renditions that are made together: how many of how many. */
  readonly onProgress: (done: number, total: number) => void;
}

export interface WholeFilmTools {
  readonly describe: (plan: Plan) => Promise<Description>;
  readonly makers: Makers;
  readonly scratchDir: string;
  readonly maxAttempts: number;
  readonly log: Logger;
}

/** A run is held while so many segments wait to be packaged: a slow disk must not fill up. */
const mostWaiting = 8;
/** Nobody waits for the first picture of a later range: better a little early than a second try. */
const firstAttempt = 1;

/**
 * Writes a whole film as plain files that any web server can serve: the runs and the tries that a viewer's
 * requests would bring about, but with all renditions that one run can make together, the manifests last, so
 * that a folder with a manifest is complete. Answers with the plan of what was written: where the header
 * turns out to follow the film, it is described anew.
 */
export async function writeWholeFilm(
  request: WholeFilmRequest,
  tools: WholeFilmTools,
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

async function writeFilm(request: WholeFilmRequest, tools: WholeFilmTools): Promise<void> {
  const { plan, outDir, container, signal, onProgress } = request;
  const description = await tools.describe(plan);
  if (signal.aborted) throw stopped();
  const { parts, manifests } = readyObjects(plan, description);
  const ready = [...parts, ...manifests];
  const inits = new Map(ready.map(({ name, bytes }) => [name, bytes]));
  const groups = runGroups(plan).map((renditions) => ({
    renditions,
    last: Math.max(...renditions.map((each) => countOf(plan, each))),
  }));
  const total = groups.reduce((sum, { last }) => sum + last, 0);
  let done = 0;
  const commit: CommitContext = {
    ...{ makers: tools.makers, plan },
    describedInit: async (rendition) => {
      const init = inits.get(initName(rendition));
      if (init === undefined) throw new ViewraError("PACKAGE_FAILED");
      return init;
    },
    put: (name, segment) => writeWhole(join(outDir, name), segment),
  };
  const onMade = (): void => onProgress(++done, total);
  for (const { renditions, last } of groups) {
    const limit = Math.min(...renditions.map(runLimit));
    for (let from = 1; from <= last; from += limit) {
      const to = Math.min(last, from + limit - 1);
      await makeRange({ from, to }, { renditions, last, commit, onMade }, request, tools);
    }
  }
  for (const { name, bytes } of ready) {
    if (isWanted(name, container)) await writeWhole(join(outDir, name), bytes);
  }
}

function countOf(plan: Plan, rendition: Rendition): number {
  return segmentCount(renditionTimeline(plan, rendition));
}

/** The renditions that one run makes together. */
function runGroups({ renditions }: Plan): Rendition[][] {
  const byMethod = new Map<MethodName, Rendition[]>();
  for (const rendition of renditions) {
    byMethod.set(rendition.method, [...(byMethod.get(rendition.method) ?? []), rendition]);
  }
  return [...byMethod].flatMap(([method, own]) => methods[method].together(own));
}

/** Manifests of the other container are left out; what both share never is. */
function isWanted(name: string, container: Container | undefined): boolean {
  if (name === manifestNames.dash) return container !== "hls";
  return !name.endsWith(".m3u8") || container !== "dash";
}

interface Range {
  readonly from: number;
  readonly to: number;
}

interface Group {
  readonly renditions: readonly Rendition[];
  /** Number of its last segment. */
  readonly last: number;
  readonly commit: CommitContext;
  readonly onMade: () => void;
}

/** Makes a range, with as many tries of a segment as a viewer's request has. */
async function makeRange(
  { from, to }: Range,
  group: Group,
  request: WholeFilmRequest,
  tools: WholeFilmTools,
): Promise<void> {
  let [next, attempt] = [from, firstAttempt];
  for (;;) {
    const end = await tryRange({ from: next, to }, attempt, group, request, tools);
    if (request.signal.aborted) throw stopped();
    if (end.failure === null) return;
    const error = toViewraError(end.failure.reason);
    attempt = end.next > next ? firstAttempt : attempt + 1;
    next = end.next;
    const kind = failureKind(error);
    const isCurable = kind === "segment" || kind === "interrupted";
    if (!isCurable || attempt >= firstAttempt + tools.maxAttempts) throw end.failure.reason;
    tools.log.warn("segment failed", { segment: next, attempt, error });
  }
}

interface RangeEnd {
  /** The first segment that was not made. */
  readonly next: number;
  /** As it was thrown. */
  readonly failure: { readonly reason: unknown } | null;
}

async function tryRange(
  { from, to }: Range,
  attempt: number,
  { renditions, last, commit, onMade }: Group,
  { plan, source, signal }: WholeFilmRequest,
  tools: WholeFilmTools,
): Promise<RangeEnd> {
  const arrived = new Map<number, FinishedFile[]>();
  let waiting = 0;
  let committed: Promise<void> = Promise.resolve();
  let refused: { n: number; reason: unknown } | null = null;
  let next = from;
  let launched: LaunchedRun | undefined;

  const take = (file: FinishedFile): void => {
    const files = [...(arrived.get(file.n) ?? []), file];
    arrived.set(file.n, files);
    if (files.length < renditions.length) return;
    arrived.delete(file.n);
    if (++waiting > mostWaiting) launched?.encoder.suspend();
    committed = committed.then(async () => {
      if (refused) return;
      try {
        await launched?.requireSameFilm();
        await commitSegments(commit, files);
        next = file.n + 1;
        onMade();
      } catch (reason) {
        refused = { n: file.n, reason };
        launched?.encoder.kill();
      }
      if (--waiting <= mostWaiting / 2) launched?.encoder.resume();
    });
  };

  // The last try also pads a track that ends before its header says so.
  const holdForEver = attempt - firstAttempt >= 2;
  const run = { frame: planFrame(plan), renditions, from, to, source, attempt, holdForEver };
  const { encoder, dispose } = (launched = await launchRun(tools, run, tools.log, take));
  const cancel = (): void => encoder.kill();
  try {
    signal.addEventListener("abort", cancel, { once: true });
    // A signal that came before tells its listeners nothing.
    if (signal.aborted) cancel();
    const ended = await encoder.ended;
    await committed;
    const failed = failureOf({ next, to, of: last }, { run: ended, refused, stopped: false });
    if (failed === null) return { next, failure: null };
    return { next: failed.n, failure: refused ?? { reason: failed.error } };
  } finally {
    signal.removeEventListener("abort", cancel);
    await dispose();
  }
}

function stopped(): ViewraError {
  return new ViewraError("CANCELLED", "The transcode was stopped");
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
