import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import canonicalize from "canonicalize";
import * as v from "valibot";
import { contentHash, type Rendition } from "../media/plan.ts";
import type { Description, Packager } from "../packager/packager.ts";
import type { Slots } from "../schedule/slots.ts";
import type { DescriptionCache, EncodeSynthetic } from "./ports.ts";

export interface DescriberOptions {
  readonly encodeSynthetic: EncodeSynthetic;
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
 * Describes renditions: encodes a moment of nothing with each recipe and has Shaka write manifests and
 * init segments of it. Known renditions cost nothing; two calls at once share the work.
 */
export function createDescriber(
  options: DescriberOptions,
): (renditions: readonly Rendition[]) => Promise<Description> {
  const memory = new Map<string, Promise<Description>>();
  return async (renditions) => {
    const key = await descriptionKey(renditions, options.toolVersions);
    const known = memory.get(key);
    if (known) return known;
    const described = recallOrDescribe(key, renditions, options);
    memory.set(key, described);
    const [oldest] = memory.keys();
    if (memory.size > memoryLimit && oldest !== undefined) memory.delete(oldest);
    described.catch(() => memory.delete(key));
    return described;
  };
}

/** Equal for renditions that Shaka would describe alike: neither tracks nor lengths nor labels matter. */
function descriptionKey(renditions: readonly Rendition[], toolVersions: string): Promise<string> {
  const shapes = renditions.map((rendition) => {
    const { kind, id, recipe } = rendition;
    if (rendition.kind === "video") return { kind, id, recipe };
    const { language, isDefault, role } = rendition;
    return { kind, id, recipe, language, isDefault, role };
  });
  return contentHash(canonicalize({ toolVersions, shapes }) ?? "");
}

async function recallOrDescribe(
  key: string,
  renditions: readonly Rendition[],
  options: DescriberOptions,
): Promise<Description> {
  const payload = await options.cache.get(key);
  const known = payload === null ? undefined : parseDescription(payload);
  if (known) return known;
  const description = await describe(renditions, options);
  await options.cache.put(key, printDescription(description));
  return description;
}

async function describe(
  renditions: readonly Rendition[],
  { encodeSynthetic, packager, scratchDir, slots }: DescriberOptions,
): Promise<Description> {
  const folder = await mkdtemp(join(scratchDir, "describe-"));
  try {
    const inputs = await Promise.all(
      renditions.map(async (rendition) => {
        const path = join(folder, `${rendition.id}.mp4`);
        await slots.run(() => encodeSynthetic(rendition.recipe, path));
        return { rendition, path };
      }),
    );
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
