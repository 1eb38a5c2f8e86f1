import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Breather } from "../../demux/breather.ts";
import type { TextBlock, TextBlocks } from "../../demux/matroska/read-text.ts";
import { toViewraError, ViewraError } from "../../errors/viewra-error.ts";
import {
  assCue,
  assEvent,
  mergedCues,
  readAssHeader,
  type AssEvent,
} from "../../subtitle/ass-script.ts";
import type { Cue } from "../../subtitle/cue.ts";
import { decodeText } from "../../subtitle/decode-text.ts";
import { readOther } from "../../subtitle/other-notations.ts";
import { readWebVtt } from "../../subtitle/webvtt.ts";
import type { LocatedSource } from "../located-source.ts";
import type { PlanSource } from "../rendition.ts";
import {
  extractCuedText,
  extractText,
  filmTextRequest,
  sideTextRequest,
  type ExtractTools,
  type SideText,
  type FilmTextRequest,
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
  /**
   * A text that lies beside a film, counted from the film's beginning. MEDIA_MISSING where no file of those bytes
   * does any more; else as of `extractText`.
   */
  readSide(film: Pick<LocatedSource, "sideTexts">, text: SideText): Promise<TextTrack>;
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

  const readOnce = (key: string, read: () => KnownFilm["tracks"]): KnownFilm["tracks"] => {
    const kept = known.get(key);
    const entry = kept ?? { tracks: read(), characters: 0 };
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

  const readCued = (film: FilmTextRequest, track: number): KnownFilm["tracks"] =>
    readOnce(`${film.fingerprint} cued ${track}`, async () => {
      const blocks = await extractCuedText(tools, film, track);
      return blocks === null ? null : await byTrack([track], blocks);
    });

  const readWhole = (
    film: FilmTextRequest,
    tracks: readonly number[],
  ): Promise<ReadonlyMap<number, TextTrack> | null> =>
    readOnce(`${film.fingerprint} whole ${tracks.join()}`, async () =>
      byTrack(tracks, await extractText(tools, filmTextRequest({ ...film, tracks }))),
    );

  return {
    read: async (film, source, track) => {
      const { textTracks } = film;
      if (!textTracks.includes(track)) {
        throw new ViewraError("MEDIA_UNSUPPORTED", `Track ${track} of the file is no text`);
      }
      const { path, state } = film;
      const { fingerprint, joined } = source;
      const asked: FilmTextRequest = {
        ...{ path, fingerprint, tracks: textTracks },
        ...(state && { state }),
        ...(joined && { joined }),
      };
      const read =
        (await readCued(asked, track)) ??
        (await readWhole(asked, textTracks).catch((thrown: unknown) => {
          // One that cannot be read must not take the others with it.
          const isAlone = textTracks.length === 1;
          if (toViewraError(thrown).code !== "MEDIA_UNREADABLE" || isAlone) throw thrown;
          return readWhole(asked, [track]);
        }));
      return required(read, track);
    },
    readSide: async ({ sideTexts }, text) => {
      const file = sideTexts.find(({ sha256 }) => sha256 === text.sha256);
      if (file === undefined) throw gone();
      const key = `${text.sha256} ${text.codec} ${text.language} ${text.framesPerSecond}`;
      const only = 0;
      const read = await readOnce(
        key,
        async () => new Map([[only, await readSideText(tools, file.path, text)]]),
      );
      return required(read, only);
    },
  };
}

function required(read: ReadonlyMap<number, TextTrack> | null, track: number): TextTrack {
  const found = read?.get(track);
  if (found !== undefined) return found;
  throw new ViewraError("INTERNAL", `Track ${track} was not read`);
}

const gone = (): ViewraError =>
  new ViewraError(
    "MEDIA_MISSING",
    "The subtitles that lay beside the film are gone, or others now",
    {
      retryAfterSeconds: 30,
    },
  );

async function readSideText(tools: ExtractTools, path: string, side: SideText): Promise<TextTrack> {
  const { sha256, codec, language, framesPerSecond } = side;
  const bytes = await readFile(path).catch(() => null);
  if (bytes === null) throw gone();
  if (new Bun.CryptoHasher("sha256").update(bytes).digest("hex") !== sha256) throw gone();
  const text = decodeText(bytes, language);
  const other = readOther(text, codec);
  if (other !== null) return { header: "", events: other.map(assEvent), cues: other };
  await mkdir(tools.folder, { recursive: true });
  const decoded = join(tools.folder, `${crypto.randomUUID()}.tmp`);
  try {
    await writeFile(decoded, text);
    const name = [sha256, codec, language, ...(framesPerSecond === null ? [] : [framesPerSecond])];
    const request = sideTextRequest(name.join("."), decoded, side);
    const [blocks] = await extractText(tools, request);
    const track = await textTrack(blocks);
    // FFmpeg loses where WebVTT's cues stand.
    return codec === "webvtt" ? { ...track, cues: readWebVtt(text) } : track;
  } finally {
    await rm(decoded, { force: true });
  }
}

async function byTrack(
  tracks: readonly number[],
  blocks: readonly TextBlocks[],
): Promise<ReadonlyMap<number, TextTrack>> {
  const read = new Map<number, TextTrack>();
  for (const [i, track] of tracks.entries()) read.set(track, await textTrack(blocks[i]));
  return read;
}

/** A film with signs for each of its frames has hundreds of thousands of events: others go on meanwhile. */
async function textTrack(
  { header, blocks }: TextBlocks = { header: "", blocks: [] },
): Promise<TextTrack> {
  const inOrder = blocks.toSorted((a, b) => a.startMs - b.startMs);
  const events = inOrder.map((block, i): AssEvent => {
    const { startMs, text: fields } = block;
    return { startMs, endMs: endOf(block, inOrder[i + 1]), fields };
  });
  const script = readAssHeader(header);
  const breather = new Breather();
  const cues: Cue[] = [];
  for (const event of events) {
    cues.push(...assCue(script, event));
    const pause = breather.turn();
    if (pause) await pause;
  }
  return { header, events, cues: mergedCues(cues) };
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
