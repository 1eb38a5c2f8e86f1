import type { Config } from "../config/config.ts";
import type { TranscodingProvider } from "../plugin/sdk.ts";
import { buildPlan } from "../rendition/build-plan.ts";
import type { Database } from "../db/database.ts";
import { clearFailures, listFailures, recordFailure } from "../db/failed-jobs.ts";
import { getMediaFile, locateFingerprint } from "../db/media-files.ts";
import { getRecipeDescription, putRecipeDescription } from "../db/recipe-descriptions.ts";
import { sourceTraits } from "../rendition/located-source.ts";
import { ViewraError } from "../errors/viewra-error.ts";
import type { Library } from "../library/create-library.ts";
import type { SideTexts } from "../library/side-texts.ts";
import { parsePlan } from "../rendition/parse-plan.ts";
import type { FileState } from "../media/file-state.ts";
import type { Source } from "../media/source.ts";
import { parseObjectName } from "../media/object-name.ts";
import type { ProviderRegistry } from "../provider/provider-registry.ts";
import { methods, type Rendition } from "../rendition/methods.ts";
import { planFrame, type Plan } from "../rendition/plan.ts";
import { wishesOf } from "../rendition/plan-wishes.ts";
import type { DescriptionCache, FailureRecord } from "../pipeline/ports.ts";
import type { LocateSource } from "../rendition/segment-run.ts";
import type { Kept } from "../schedule/choose.ts";
import type { AdoptionJudge } from "../store/content-store.ts";
import { usualPlan } from "./usual-plan.ts";

/** Descriptions of recipes in the database. */
export function createDescriptionCache(db: Database): DescriptionCache {
  return {
    get: async (key) => (await getRecipeDescription(db, key)) ?? null,
    put: (key, payload) => putRecipeDescription(db, key, payload),
  };
}

/** A run of pictures keeps a session of the device that encodes it, where that has so many and no more. */
export function createSessionsKept(
  providers: Pick<ProviderRegistry, "sessionsFor">,
): (rendition: Rendition) => readonly Kept[] {
  return (rendition) => {
    if (rendition.kind !== "video" || rendition.method !== "encode") return [];
    const kept = providers.sessionsFor(rendition.recipe);
    return kept === null ? [] : [kept];
  };
}

/** Failed objects in the database. */
export function createFailureRecord(db: Database): FailureRecord {
  return {
    list: async (hash) => {
      const now = Date.now();
      const jobs = await listFailures(db, hash);
      return new Map(
        jobs.map(({ object, attempts, reason, lastAt }) => [
          object,
          { attempts, reason, ageMs: now - lastAt },
        ]),
      );
    },
    add: (hash, name, reason) => recordFailure(db, hash, name, reason),
    clear: (hash, name) => clearFailures(db, hash, name),
  };
}

/** Films by fingerprint, wherever they lie now. */
export function createSourceLocator(
  db: Database,
  library: Library,
  sides: SideTexts,
): LocateSource {
  return async (fingerprint) => {
    const { path, state, source } = await locateFilm(db, library, fingerprint);
    // A copy of the film in another folder has texts of its own there.
    const places = await locateFingerprint(db, fingerprint);
    const copies = await Promise.all(places.map((place) => sides.withTexts(place.path, source)));
    const sideTexts = copies.flatMap((copy) => sourceTraits(copy).sideTexts);
    return { path, state, ...sourceTraits(source), sideTexts };
  };
}

async function locateFilm(
  db: Database,
  library: Library,
  fingerprint: string,
): Promise<{ readonly path: string; readonly state: FileState; readonly source: Source }> {
  const file = await library.locate(fingerprint);
  if (file === null) {
    throw new ViewraError(
      "MEDIA_MISSING",
      "The film is in no library folder any more, or was changed since it was scanned; scan again",
      { retryAfterSeconds: 30 },
    );
  }
  const source = (await getMediaFile(db, file.id))?.source;
  if (!source) throw new ViewraError("MEDIA_MISSING");
  return { path: file.path, state: file.state, source };
}

/** Plans a film, wherever it lies now, so that nothing of it is copied. */
export function createEncodedPlanner(
  db: Database,
  library: Library,
  sides: SideTexts,
  providers: () => readonly TranscodingProvider[],
  config: Config,
): (plan: Plan) => Promise<Plan> {
  return async (plan) => {
    const { fingerprint } = plan.source;
    const { source } = await locateFilm(db, library, fingerprint);
    const [place] = await locateFingerprint(db, fingerprint);
    const whole = place === undefined ? source : await sides.withTexts(place.path, source);
    const usual = { ...usualPlan(providers(), config), adaptive: config.enableAbr };
    return buildPlan(whole, { ...usual, ...wishesOf(plan) });
  };
}

/**
 * A segment that lies in the store but is not on record is adopted when it is exactly the plan's.
 * Manifests and init segments are not judged: they cost nothing to make again.
 */
export const judgeAdoption: AdoptionJudge = (planJson, name, bytes) => {
  const object = parseObjectName(name);
  if (object?.kind !== "segment") return false;
  const plan = parsePlan(planJson);
  const rendition = plan?.renditions.find(({ id }) => id === object.rendition);
  if (!plan || rendition === undefined) return false;
  const expected = { frame: planFrame(plan), rendition, n: object.n };
  return methods[rendition.method].verify(bytes, expected).length === 0;
};
