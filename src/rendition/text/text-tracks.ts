import type { TextBlock, TextBlocks } from "../../demux/matroska/read-text.ts";
import { toViewraError, ViewraError } from "../../errors/viewra-error.ts";
import { assCues, readAssHeader, type AssEvent } from "../../subtitle/ass-script.ts";
import type { Cue } from "../../subtitle/cue.ts";
import type { LocatedSource } from "../located-source.ts";
import type { PlanSource } from "../rendition.ts";
import {
  extractCuedText,
  extractText,
  type ExtractTools,
  type TextRequest,
} from "./extract-text.ts";

export interface TextTracks {
  /**
   * A film's track of text, on the film's own clock. Where the film has cues to all of the track, they are followed;
   * else it is read over once for all of its text. However many ask, it is done once, and to its end where those have
   * gone. MEDIA_UNSUPPORTED for a track that is no text; else as of
   * `extractText`.
   */
  read(
    film: Pick<LocatedSource, "path" | "state" | "textTracks">,
    source: Pick<PlanSource, "fingerprint" | "joined">,
    track: number,
  ): Promise<TextTrack>;
}

export interface TextTrack {
  /** The script of ASS up to its events. */
  readonly header: string;
  readonly events: readonly AssEvent[];
  readonly cues: readonly Cue[];
}

/** How much text is kept in memory, characters; what was not asked for longest goes first. */
const keptCharacters = 32 * 1024 * 1024;

interface KnownFilm {
  /** null where the film has to be read over. */
  readonly tracks: Promise<ReadonlyMap<number, TextTrack> | null>;
  characters: number;
}

export function createTextTracks(tools: ExtractTools): TextTracks {
  const known = new Map<string, KnownFilm>();

  const shrink = (): void => {
    let sum = [...known.values()].reduce((total, { characters }) => total + characters, 0);
    for (const [key, { characters }] of known) {
      if (sum <= keptCharacters || known.size === 1) return;
      known.delete(key);
      sum -= characters;
    }
  };

  const readOnce = (
    way: string,
    { film: { path, state }, source: { fingerprint, joined } }: Asked,
    tracks: readonly number[],
    extract: (request: TextRequest) => Promise<readonly TextBlocks[] | null>,
  ): KnownFilm["tracks"] => {
    const key = `${fingerprint} ${way} ${tracks.join()}`;
    const kept = known.get(key);
    const request = {
      ...{ path, fingerprint, tracks },
      ...(state && { state }),
      ...(joined && { joined }),
    };
    const entry = kept ?? { tracks: extract(request).then(byTrack(tracks)), characters: 0 };
    // A Map keeps the order of insertion.
    known.delete(key);
    known.set(key, entry);
    if (kept === undefined) {
      entry.tracks.then(
        (read) => {
          const sizes = [...(read?.values() ?? [])].map(sizeOf);
          entry.characters = sizes.reduce((sum, size) => sum + size, 0);
          shrink();
        },
        () => known.get(key) === entry && known.delete(key),
      );
    }
    return entry.tracks;
  };

  const readCued = (asked: Asked, track: number): KnownFilm["tracks"] =>
    readOnce("cued", asked, [track], (request) =>
      extractCuedText(tools, { ...request, tracks: [track] }),
    );

  const readWhole = (asked: Asked, tracks: readonly number[]): KnownFilm["tracks"] =>
    readOnce("whole", asked, tracks, (request) => extractText(tools, request));

  return {
    read: async (film, source, track) => {
      const { textTracks } = film;
      if (!textTracks.includes(track)) {
        throw new ViewraError("MEDIA_UNSUPPORTED", `Track ${track} of the file is no text`);
      }
      const asked = { film, source };
      const cued = await readCued(asked, track);
      const read =
        cued ??
        (await readWhole(asked, textTracks).catch((thrown: unknown) => {
          // One that cannot be read must not take the others with it.
          if (toViewraError(thrown).code !== "MEDIA_UNREADABLE" || textTracks.length === 1)
            throw thrown;
          return readWhole(asked, [track]);
        }));
      return read?.get(track) ?? textTrack(undefined);
    },
  };
}

/** A film that somebody asked for. */
interface Asked {
  readonly film: Pick<LocatedSource, "path" | "state">;
  readonly source: Pick<PlanSource, "fingerprint" | "joined">;
}

const byTrack =
  (tracks: readonly number[]) =>
  (blocks: readonly TextBlocks[] | null): ReadonlyMap<number, TextTrack> | null =>
    blocks && new Map(tracks.map((track, i) => [track, textTrack(blocks[i])]));

function textTrack({ header, blocks }: TextBlocks = { header: "", blocks: [] }): TextTrack {
  const inOrder = blocks.toSorted((a, b) => a.startMs - b.startMs);
  const events = inOrder.map((block, i): AssEvent => {
    const { startMs, text: fields } = block;
    return { startMs, endMs: endOf(block, inOrder[i + 1]), fields };
  });
  return { header, events, cues: assCues(readAssHeader(header), events) };
}

/** A text whose end nobody states goes when the next one comes, or after so long. */
const longestOpenMs = 10_000;

function endOf({ startMs, durationMs }: TextBlock, next: TextBlock | undefined): number {
  if (durationMs !== null && durationMs > 0) return startMs + durationMs;
  return Math.min(startMs + longestOpenMs, next?.startMs ?? Infinity);
}

function sizeOf({ header, events }: TextTrack): number {
  return events.reduce((sum, { fields }) => sum + fields.length, header.length);
}
