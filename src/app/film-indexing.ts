import type { Database } from "../db/database.ts";
import {
  forgetCutsOfGoneFilms,
  getFilmCuts,
  markFilmLookedAt,
  nextUnseenFilm,
  putFilmCuts,
  type UnseenFilm,
} from "../db/film-cuts.ts";
import { toViewraError } from "../errors/viewra-error.ts";
import type { LocatedFile } from "../library/create-library.ts";
import type { Logger } from "../log/logger.ts";
import type { TranscodingProvider } from "../plugin/sdk.ts";
import type { FilmOpener } from "../rendition/copy/film-packets.ts";
import { cutsVersion, type CutMemory } from "../rendition/copy/known-cuts.ts";
import { planAnyDelivery } from "../rendition/plan-delivery.ts";
import { createRounds } from "./background-rounds.ts";
import { usualPlan, type PlanConfig } from "./usual-plan.ts";

/** Where films can be cut, in the database. */
export function createCutMemory(db: Database): CutMemory {
  return {
    get: async (fingerprint, key) => (await getFilmCuts(db, fingerprint, key, cutsVersion)) ?? null,
    put: (fingerprint, key, bytes) => putFilmCuts(db, fingerprint, key, cutsVersion, bytes),
  };
}

export interface FilmIndexing {
  /** Films may have come or gone: those that nobody looked at are looked at, one after the other. */
  wake(): void;
  /** The same films for those who start to play: while one of them looks at a film, no other is looked at here. */
  givingWay(films: FilmOpener): FilmOpener;
  /** Ends the look that is under way. */
  close(): Promise<void>;
}

export interface FilmIndexingOptions {
  readonly db: Database;
  /** Where a film lies. */
  readonly library: {
    locate(fingerprint: string): Promise<Pick<LocatedFile, "path"> | null>;
  };
  readonly films: FilmOpener;
  readonly providers: () => readonly TranscodingProvider[];
  readonly config: PlanConfig;
  readonly log: Logger;
  /** Somebody waits for something. */
  readonly isBusy: () => boolean;
}

/** After a plan come its description and the first segments. */
const startMs = 2000;
/** How often it is asked whether those who wait have what they wait for. */
const busyLookMs = 500;
/** A disk that was just read by a scan is let go for a moment. */
const shortestRestMs = 5;
/** A film that is looked at for longer than people leave between their starts is looked at once in spite of them. */
const mostInterruptions = 3;

/**
 * Plans in the background what a start plans, so that what it asks of a film is known before somebody starts it. It
 * works half of the time, and not while somebody starts a film or waits for a segment.
 */
export function startFilmIndexing(options: FilmIndexingOptions): FilmIndexing {
  const { db, log, isBusy } = options;
  let look: { readonly fingerprint: string; readonly abort: AbortController } | null = null;
  let [starts, startedAt] = [0, -Infinity];
  const mustWait = (): boolean => starts > 0 || performance.now() - startedAt < startMs || isBusy();

  const lookInPeace = async (film: UnseenFilm): Promise<void> => {
    const { fingerprint } = film.source;
    for (let tries = 0; ; tries++) {
      while (mustWait()) await rounds.rest(busyLookMs);
      const since = performance.now();
      const abort = new AbortController();
      look = tries < mostInterruptions ? { fingerprint, abort } : null;
      const signal = AbortSignal.any([rounds.signal, abort.signal]);
      const isDone = await lookAt(film, options, signal).finally(() => (look = null));
      if (isDone) await markFilmLookedAt(db, fingerprint, cutsVersion);
      await rounds.rest(Math.max(shortestRestMs, performance.now() - since));
      if (!abort.signal.aborted) return;
    }
  };
  const goRound = async (): Promise<void> => {
    await forgetCutsOfGoneFilms(db);
    let film = await nextUnseenFilm(db, 0, copiedContainers, cutsVersion);
    while (film !== undefined) {
      await lookInPeace(film);
      film = await nextUnseenFilm(db, film.number, copiedContainers, cutsVersion);
    }
  };
  const rounds = createRounds(goRound, (error) =>
    log.warn("films are not looked at before they are played", { error }),
  );
  return {
    wake: () => rounds.wake(),
    givingWay: (films) => ({
      close: () => films.close(),
      use: async (source, fingerprint, work, passing) => {
        starts++;
        if (look !== null && look.fingerprint !== fingerprint) look.abort.abort();
        try {
          return await films.use(source, fingerprint, work, passing);
        } finally {
          starts--;
          startedAt = performance.now();
        }
      },
    }),
    close: () => rounds.close(),
  };
}

/** As ffprobe names them: what `demux/` reads. */
const copiedContainers = ["mp4", "matroska"];

/** Whether it needs no second look. What it found, the opener keeps. */
async function lookAt(
  { source }: UnseenFilm,
  { library, films, providers, config }: FilmIndexingOptions,
  signal: AbortSignal,
): Promise<boolean> {
  const file = await library.locate(source.fingerprint);
  if (file === null) return false;
  const { fingerprint, container } = source;
  const located = { path: file.path, container };
  const tracks = [source.video, ...source.audio].flatMap((track) => (track ? [track.index] : []));
  const wishes = new Map(tracks.map((index) => [index, "copy"] as const));
  try {
    await films.use(
      located,
      fingerprint,
      async (film) => {
        // Beside lower rungs the original's clock may be another, and with it the moments that sound is cut at.
        for (const adaptive of [true, false]) {
          const options = { ...usualPlan(providers(), config), adaptive };
          await planAnyDelivery(source, wishes, options, (work) => work(film));
        }
      },
      signal,
    );
  } catch (thrown) {
    const { code } = toViewraError(thrown);
    if (code === "MEDIA_MISSING" || code === "SYSTEM_BUSY") return false;
  }
  return !signal.aborted;
}
