import { dirname } from "node:path";
import type { Database } from "../db/database.ts";
import {
  forgetSegmentsOfGoneFilms,
  getEpisodeSource,
  getFilmSegments,
  isSeasonKnown,
  listEpisodes,
  putSeasonSegments,
  type EpisodeFile,
} from "../db/film-segments.ts";
import { toViewraError } from "../errors/viewra-error.ts";
import {
  findSegments,
  type EpisodeSound,
  type FilmSegment,
} from "../library/intros/find-segments.ts";
import { soundPrint, type PrintTools } from "../library/intros/sound-print.ts";
import type { Logger } from "../log/logger.ts";
import { createRounds, type BackgroundRounds } from "./background-rounds.ts";

/** Raised when other segments would be found than before. */
const version = 1;

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
/** What holds more than that is no season; the first ones are compared. */
const mostEpisodes = 200;

/**
 * Finds in the background what the episodes of a folder have in common. It works half of the time, and not while anything
 * is encoded.
 */
export function startIntroFinding(options: IntroFindingOptions): IntroFinding {
  const { db, log, isBusy } = options;
  const printOf = async (file: EpisodeFile): Promise<EpisodeSound | null> => {
    const source = await getEpisodeSource(db, file);
    if (source === null) return null;
    try {
      const path = await options.follow(file.path);
      return await soundPrint(options.tools, path, source, rounds.signal);
    } catch (thrown) {
      rounds.signal.throwIfAborted();
      const { code, message } = toViewraError(thrown);
      if (code === "STORAGE_FULL") throw thrown;
      log.info("an episode is not looked through for titles", { path: file.path, code, message });
      return null;
    }
  };
  const lookAt = async (season: string, episodes: readonly EpisodeFile[]): Promise<void> => {
    const sounds: EpisodeSound[] = [];
    for (const episode of episodes) {
      while (isBusy()) await rounds.rest(busyLookMs);
      const since = performance.now();
      const sound = await printOf(episode);
      if (sound !== null) sounds.push(sound);
      await rounds.rest(Math.max(shortestRestMs, performance.now() - since));
    }
    const found = findSegments(sounds);
    const all = episodes.map(
      ({ fingerprint }) => [fingerprint, found.get(fingerprint) ?? []] as const,
    );
    await putSeasonSegments(db, season, version, new Map(all));
  };
  const goRound = async (): Promise<void> => {
    await forgetSegmentsOfGoneFilms(db);
    for (const episodes of seasonsOf(await listEpisodes(db))) {
      const season = new Bun.CryptoHasher("sha256")
        .update(episodes.map(({ fingerprint }) => fingerprint).join("\n"))
        .digest("hex");
      if (!(await isSeasonKnown(db, season, version))) await lookAt(season, episodes);
    }
  };
  const rounds = createRounds(goRound, (error) =>
    log.warn("titles and credits are not looked for", { error }),
  );
  return rounds;
}

/** The episodes of each folder, in the order of their names; those of two versions once. */
function seasonsOf(episodes: readonly EpisodeFile[]): EpisodeFile[][] {
  const folders = new Map<string, Map<string, EpisodeFile>>();
  for (const episode of episodes) {
    const folder = dirname(episode.path);
    const known = folders.get(folder) ?? new Map<string, EpisodeFile>();
    known.set(episode.fingerprint, known.get(episode.fingerprint) ?? episode);
    folders.set(folder, known);
  }
  return [...folders.values()]
    .filter(({ size }) => size > 1)
    .map((known) => [...known.values()].slice(0, mostEpisodes));
}
