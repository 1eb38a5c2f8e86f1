import { rm } from "node:fs/promises";
import canonicalize from "canonicalize";
import * as v from "valibot";
import type { Logger } from "../log/logger.ts";
import type { Description, Packager } from "../packager/packager.ts";
import { makeWorkingFolder } from "../process/working-folder.ts";
import type { Makers } from "../rendition/makers.ts";
import { isMedia, methods } from "../rendition/methods.ts";
import { contentHash, planFrame, type Plan } from "../rendition/plan.ts";
import type { LocateSource } from "../rendition/segment-run.ts";
import type { Slots } from "../schedule/slots.ts";
import type { DescriptionCache } from "./ports.ts";

export interface DescriberOptions {
  readonly makers: Makers;
  readonly locate: LocateSource;
  readonly log: Logger;
  readonly packager: Pick<Packager, "describe">;
  readonly cache: DescriptionCache;
  /** Versions of FFmpeg and Packager: another version may describe otherwise. */
  readonly toolVersions: string;
  /** Existing folder for working files. */
  readonly scratchDir: string;
  /** However many plans are described at once, so many programs run for it. */
  readonly slots: Slots;
}

/** Descriptions kept in memory; a library has a handful of shapes. */
const memoryLimit = 64;

/**
 * Describes the renditions of a plan: has each one's method make a sample, and Shaka write manifests and
 * init segments of all of them. Known renditions cost nothing; two calls at once share the work.
 */
export function createDescriber(options: DescriberOptions): (plan: Plan) => Promise<Description> {
  const memory = new Map<string, Promise<Description>>();
  return async (plan) => {
    const key = await descriptionKey(plan, options.toolVersions);
    const known = memory.get(key);
    if (known) return known;
    const described = recallOrDescribe(key, plan, options);
    memory.set(key, described);
    const [oldest] = memory.keys();
    if (memory.size > memoryLimit && oldest !== undefined) memory.delete(oldest);
    described.catch(() => memory.delete(key));
    return described;
  };
}

/** Equal for plans that Shaka would describe alike. */
function descriptionKey(plan: Plan, toolVersions: string): Promise<string> {
  const frame = planFrame(plan);
  const shapes = plan.renditions
    .filter(isMedia)
    .map((rendition) => methods[rendition.method].shape(frame, rendition));
  return contentHash(canonicalize({ toolVersions, shapes }) ?? "");
}

async function recallOrDescribe(
  key: string,
  plan: Plan,
  options: DescriberOptions,
): Promise<Description> {
  const payload = await options.cache.get(key);
  const known = payload === null ? undefined : parseDescription(payload);
  if (known) return known;
  const description = await describe(plan, options);
  // Who starts a film does not wait for the database; what is not kept is described again some day.
  options.cache
    .put(key, printDescription(description))
    .catch((error: unknown) => options.log.warn("description not kept", { error }));
  return description;
}

async function describe(plan: Plan, options: DescriberOptions): Promise<Description> {
  const { makers, packager, scratchDir, slots, locate } = options;
  const folder = await makeWorkingFolder(scratchDir, "describe-");
  const frame = planFrame(plan);
  try {
    // What was begun ends before its folder goes: others may wait for the very same sample.
    const sampled = await Promise.allSettled(
      plan.renditions.filter(isMedia).map(async (rendition) => {
        const request = { frame, rendition, folder, locate };
        const path = await slots.run(() => makers[rendition.method].sample(request));
        return { rendition, path };
      }),
    );
    const inputs = sampled.map((sample) => {
      if (sample.status === "rejected") throw sample.reason;
      return sample.value;
    });
    return await slots.run(() => packager.describe(inputs));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const payloadSchema = v.object({
  mpd: v.string(),
  master: v.string(),
  playlists: v.record(v.string(), v.string()),
  inits: v.record(v.string(), v.string()),
});

function printDescription(description: Description): string {
  const inits = Object.fromEntries(
    Object.entries(description.inits).map(([id, bytes]) => [id, bytes.toBase64()]),
  );
  return JSON.stringify({ ...description, inits });
}

/** undefined for what an older version wrote in another form: it is described anew. */
function parseDescription(payload: string): Description | undefined {
  try {
    const parsed = v.safeParse(payloadSchema, JSON.parse(payload));
    if (!parsed.success) return undefined;
    const inits = Object.fromEntries(
      Object.entries(parsed.output.inits).map(([id, text]) => [id, Uint8Array.fromBase64(text)]),
    );
    return { ...parsed.output, inits };
  } catch {
    return undefined;
  }
}
