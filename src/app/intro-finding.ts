import type { Database } from "../db/database.ts";
import {
  forgetSegmentsOfGoneFilms,
  getEpisodeSource,
  getFilmSegments,
  isSeasonKnown,
  listEpisodes,
  putSeasonSegments,
} from "../db/film-segments.ts";
import { toViewraError } from "../errors/viewra-error.ts";
import {
  findSegments,
  type EpisodeSound,
  type FilmSegment,
} from "../library/intros/find-segments.ts";
import { seasonsOf, type SeasonFile } from "../library/intros/seasons.ts";
import { soundPrint, type PrintTools } from "../library/intros/sound-print.ts";
import type { Logger } from "../log/logger.ts";
import { createRounds, type BackgroundRounds } from "./background-rounds.ts";

/** Raised when other segments would be found than before. */
const version = 2;

/** What was found of a film; empty where nothing was, or it was not looked at yet. */
export function createSegmentAccess(
  db: Database,
): (fingerprint: string) => Promise<readonly FilmSegment[]> {
  return (fingerprint) => getFilmSegments(db, fingerprint, version);
}

/** Woken when episodes may have come or gone: seasons that nobody compared so are compared, one after the other. */
export type IntroFinding = Pick<BackgroundRounds, "wake" | "close">;

export interface IntroFindingOptions {
  readonly db: Database;
  readonly tools: PrintTools;
  readonly log: Logger;
  /** Something is encoded. */
  readonly isBusy: () => boolean;
  /** Where a path really leads; throws where that is out of reach. */
  readonly follow: (path: string) => Promise<string>;
}

const busyLookMs = 500;
const shortestRestMs = 50;

/**
 * Finds in the background what the episodes of a season have in common. It works half of the time, and not while anything
 * is encoded.
 */
export function startIntroFinding(options: IntroFindingOptions): IntroFinding {
  const { db, log, isBusy } = options;
  const printOf = async (file: SeasonFile): Promise<EpisodeSound | null> => {
    const source = await getEpisodeSource(db, file);
    if (source === null) return null;
    try {
      const path = await options.follow(file.path);
      const parts = await soundPrint(options.tools, path, source, rounds.signal);
      return parts && { fingerprint: file.fingerprint, episode: file.episode, parts };
    } catch (thrown) {
      rounds.signal.throwIfAborted();
      const { code, message } = toViewraError(thrown);
      if (code === "STORAGE_FULL") throw thrown;
      log.info("an episode is not looked through for titles", { path: file.path, code, message });
      return null;
    }
  };
  const lookAt = async (season: string, files: readonly SeasonFile[]): Promise<void> => {
    const sounds: EpisodeSound[] = [];
    for (const file of files) {
      while (isBusy()) await rounds.rest(busyLookMs);
      const since = performance.now();
      const sound = await printOf(file);
      if (sound !== null) sounds.push(sound);
      await rounds.rest(Math.max(shortestRestMs, performance.now() - since));
    }
    const found = findSegments(sounds);
    const all = files.map(
      ({ fingerprint }) => [fingerprint, found.get(fingerprint) ?? []] as const,
    );
    await putSeasonSegments(db, season, version, new Map(all));
  };
  const goRound = async (): Promise<void> => {
    await forgetSegmentsOfGoneFilms(db);
    for (const files of seasonsOf(await listEpisodes(db))) {
      const facts = files.map(({ fingerprint, episode }) => [fingerprint, episode]);
      const season = new Bun.CryptoHasher("sha256").update(JSON.stringify(facts)).digest("hex");
      if (!(await isSeasonKnown(db, season, version))) await lookAt(season, files);
    }
  };
  const rounds = createRounds(goRound, (error) =>
    log.warn("titles and credits are not looked for", { error }),
  );
  return rounds;
}
