import { rm } from "node:fs/promises";
import { join } from "node:path";
import canonicalize from "canonicalize";
import * as v from "valibot";
import type { Logger } from "../log/logger.ts";
import { contentHash, type Plan, type Rendition } from "../media/plan.ts";
import type { Description, Packager } from "../packager/packager.ts";
import { makeWorkingFolder } from "../process/working-folder.ts";
import type { Slots } from "../schedule/slots.ts";
import type { DescriptionCache, EncodeFilmSample, EncodeSynthetic } from "./ports.ts";
import { rememberSynthetic } from "./synthetic-memory.ts";

export interface DescriberOptions {
  readonly encodeSynthetic: EncodeSynthetic;
  readonly encodeFilmSample: EncodeFilmSample;
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
 * Describes the renditions of a plan: encodes a moment of nothing (or of the film, where the plan says so) with
 * each recipe and has Shaka write manifests and init segments of it. Known renditions cost nothing; two calls
 * at once share the work.
 */
export function createDescriber(options: DescriberOptions): (plan: Plan) => Promise<Description> {
  const memory = new Map<string, Promise<Description>>();
  const { slots } = options;
  const encodeSynthetic = rememberSynthetic((recipe, path) =>
    slots.run(() => options.encodeSynthetic(recipe, path)),
  );
  const encodeFilmSample: EncodeFilmSample = (plan, rendition, outDir) =>
    slots.run(() => options.encodeFilmSample(plan, rendition, outDir));
  return async (plan) => {
    const key = await descriptionKey(plan, options.toolVersions);
    const known = memory.get(key);
    if (known) return known;
    const inTurn = { ...options, encodeSynthetic, encodeFilmSample };
    const described = recallOrDescribe(key, plan, inTurn);
    memory.set(key, described);
    const [oldest] = memory.keys();
    if (memory.size > memoryLimit && oldest !== undefined) memory.delete(oldest);
    described.catch(() => memory.delete(key));
    return described;
  };
}

/**
 * Equal for plans that Shaka would describe alike: neither tracks nor lengths nor labels matter, and the film
 * only where it is described from it.
 */
function descriptionKey(plan: Plan, toolVersions: string): Promise<string> {
  const { renditions, source, describedFrom } = plan;
  const shapes = renditions.map((rendition) => {
    const { kind, id, recipe } = rendition;
    if (rendition.kind === "video") return { kind, id, recipe };
    const { language, isDefault, role } = rendition;
    return { kind, id, recipe, language, isDefault, role };
  });
  const tracks = renditions.map(({ track }) => track);
  const film = describedFrom === "film" ? { film: { ...source, tracks } } : {};
  return contentHash(canonicalize({ toolVersions, shapes, ...film }) ?? "");
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
  const { packager, scratchDir, slots } = options;
  const folder = await makeWorkingFolder(scratchDir, "describe-");
  try {
    const inputs = await Promise.all(
      plan.renditions.map(async (rendition) => {
        const path = await encodeSample(plan, rendition, folder, options);
        return { rendition, path };
      }),
    );
    return await slots.run(() => packager.describe(inputs));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function encodeSample(
  plan: Plan,
  rendition: Rendition,
  folder: string,
  { encodeSynthetic, encodeFilmSample }: DescriberOptions,
): Promise<string> {
  if (plan.describedFrom === "film") return encodeFilmSample(plan, rendition, folder);
  const path = join(folder, `${rendition.id}.mp4`);
  await encodeSynthetic(rendition.recipe, path);
  return path;
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
