import { readFile } from "node:fs/promises";
import { Breather } from "../../demux/breather.ts";
import type { TextBlock, TextBlocks } from "../../demux/matroska/read-text.ts";
import { toViewraError, ViewraError } from "../../errors/viewra-error.ts";
import { assCue, mergedCues, readAssHeader, type AssEvent } from "../../subtitle/ass-script.ts";
import type { Cue } from "../../subtitle/cue.ts";
import { decodeText } from "../../subtitle/decode-text.ts";
import { assEvent } from "../../subtitle/print-ass.ts";
import { longestOpenMs } from "../../subtitle/read-cues.ts";
import { readSubtitles } from "../../subtitle/read-subtitles.ts";
import { taggedText } from "../../subtitle/tagged-text.ts";
import type { StreamPart } from "../../media/source.ts";
import type { LocatedSource } from "../located-source.ts";
import type { PlanSource } from "../rendition.ts";
import { extractCaptions } from "./extract-captions.ts";
import {
  extractCuedText,
  extractText,
  filmTextRequest,
  type ExtractTools,
  type FilmTextRequest,
} from "./extract-text.ts";
import { teletextRequest } from "./teletext-request.ts";
import { createSizedMemory } from "./sized-memory.ts";

export interface TextTracks {
  /**
   * A film's track of text, on the film's own clock. Where the film has cues to all of the track, they are followed;
   * else it is read over once for all of its text. However many ask, it is done once, and to its end where those have
   * gone. MEDIA_UNSUPPORTED for a track that is no text; else as of
   * `extractText`.
   */
  read(
    film: Pick<LocatedSource, "path" | "state" | "textTracks" | "subRipTracks">,
    source: Pick<PlanSource, "fingerprint" | "joined">,
    track: number,
  ): Promise<TextTrack>;
  /**
   * A text that is a part of a stream, on the film's own clock; nothing where the film turns out to have none. The film
   * is read over once for all captions of a stream, and for each page of teletext. Errors as of `extractText`.
   */
  readPart(
    film: Pick<LocatedSource, "path" | "state">,
    source: Pick<PlanSource, "fingerprint" | "joined">,
    part: StreamPart,
  ): Promise<TextTrack>;
  /**
   * A text that lies beside a film, counted from the film's beginning. MEDIA_MISSING where no file of those bytes
   * does any more, MEDIA_UNREADABLE where they are no subtitles.
   */
  readSide(film: Pick<LocatedSource, "sideTexts">, text: SideText): Promise<TextTrack>;
}

/** A text beside a film, and what is known of it. */
export interface SideText {
  /** Of the file's bytes. */
  readonly sha256: string;
  /** FFmpeg's name of the notation that its name says, or `sbv`. */
  readonly codec: string;
  /** BCP 47, as its name says: its encoding is told by it. */
  readonly language: string;
  /** Of the film's pictures; null without, or at no constant rate. */
  readonly framesPerSecond: number | null;
}

export interface TextTrack {
  /** The script of ASS up to its events; empty where it was another notation. */
  readonly header: string;
  readonly events: readonly AssEvent[];
  readonly cues: readonly Cue[];
}

/** How much text is kept in memory, characters; what was not asked for longest goes first. */
const keptCharacters = 32 * 1024 * 1024;

/** null where the film has to be read over. */
type KnownTracks = ReadonlyMap<number, TextTrack> | null;

export function createTextTracks(tools: ExtractTools): TextTracks {
  const memory = createSizedMemory<KnownTracks>(keptCharacters, (read) => sizeOfAll(read));
  const partMemory = createSizedMemory<ReadonlyMap<string, TextTrack>>(keptCharacters, sizeOfAll);

  const readCued = (film: FilmTextRequest, track: number): Promise<KnownTracks> =>
    memory.get(`${film.fingerprint} cued ${track}`, async () => {
      const blocks = await extractCuedText(tools, film, track);
      return blocks === null ? null : await byTrack(film, [track], blocks);
    });

  const readWhole = (
    film: FilmTextRequest,
    tracks: readonly number[],
  ): Promise<ReadonlyMap<number, TextTrack> | null> =>
    memory.get(`${film.fingerprint} whole ${tracks.join()}`, async () =>
      byTrack(film, tracks, await extractText(tools, filmTextRequest({ ...film, tracks }))),
    );

  return {
    read: async (film, source, track) => {
      const { textTracks, subRipTracks } = film;
      if (!textTracks.includes(track)) {
        throw new ViewraError("MEDIA_UNSUPPORTED", `Track ${track} of the file is no text`);
      }
      const { path, state } = film;
      const { fingerprint, joined } = source;
      const asked: FilmTextRequest = {
        ...{ path, fingerprint, tracks: textTracks, subRipTracks },
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
    readPart: async ({ path, state }, { fingerprint, joined }, part) => {
      const { stream, service } = part;
      const film = { path, fingerprint, tracks: [stream], subRipTracks: [] };
      const asked = { ...film, ...(state && { state }), ...(joined && { joined }) };
      if (part.codec === "dvb_teletext") {
        const page = await memory.get(`${fingerprint} page ${stream} ${service}`, async () =>
          byTrack(
            asked,
            [stream],
            (await extractText(tools, teletextRequest(asked, part))).map(withPlainSpaces),
          ),
        );
        return required(page, stream);
      }
      const read = await partMemory.get(`${fingerprint} ${stream}`, async () => {
        const services = await extractCaptions(tools, asked, part);
        return new Map(Array.from(services, ([service, cues]) => [service, ofCues(cues)]));
      });
      return read.get(service) ?? ofCues([]);
    },
    readSide: async ({ sideTexts }, text) => {
      const file = sideTexts.find(({ sha256 }) => sha256 === text.sha256);
      if (file === undefined) throw gone();
      const key = `${text.sha256} ${text.codec} ${text.language} ${text.framesPerSecond}`;
      const only = 0;
      const read = await memory.get(
        key,
        async () => new Map([[only, await readSideText(file.path, text)]]),
      );
      return required(read, only);
    },
  };
}

/** FFmpeg writes each space of a page of teletext as one that no line may break at. */
function withPlainSpaces({ header, blocks }: TextBlocks): TextBlocks {
  const plain = (text: string): string => text.replaceAll(String.raw`\h`, " ");
  return { header, blocks: blocks.map((block) => ({ ...block, text: plain(block.text) })) };
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

async function readSideText(path: string, side: SideText): Promise<TextTrack> {
  const bytes = await readFile(path).catch(() => null);
  if (bytes === null) throw gone();
  if (new Bun.CryptoHasher("sha256").update(bytes).digest("hex") !== side.sha256) throw gone();
  const read = readSubtitles(decodeText(bytes, side.language), side);
  if (read === null) {
    throw new ViewraError("MEDIA_UNREADABLE", "The file beside the film holds no subtitles");
  }
  return read.script === null
    ? ofCues(read.cues)
    : ofScript(read.script.header, read.script.events);
}

async function byTrack(
  { subRipTracks }: Pick<FilmTextRequest, "subRipTracks">,
  tracks: readonly number[],
  blocks: readonly TextBlocks[],
): Promise<ReadonlyMap<number, TextTrack>> {
  const read = new Map<number, TextTrack>();
  for (const [i, track] of tracks.entries()) {
    const own = blocks[i] ?? { header: "", blocks: [] };
    const packets = packetsOf(own);
    const isSubRip = subRipTracks.includes(track);
    read.set(track, await (isSubRip ? ofSubRip(packets) : ofScript(own.header, eventsOf(packets))));
  }
  return read;
}

/** Text with its times, in whichever notation. */
interface Packet {
  readonly startMs: number;
  readonly endMs: number;
  readonly text: string;
}

/** In order of time. */
function packetsOf({ blocks }: TextBlocks): Packet[] {
  const inOrder = blocks.toSorted((a, b) => a.startMs - b.startMs);
  return inOrder.map((block, i) => {
    const { startMs, text } = block;
    return { startMs, endMs: endOf(block, inOrder[i + 1]), text };
  });
}

const eventsOf = (packets: readonly Packet[]): AssEvent[] =>
  packets.map(({ startMs, endMs, text: fields }) => ({ startMs, endMs, fields }));

function endOf({ startMs, durationMs }: TextBlock, next: TextBlock | undefined): number {
  if (durationMs !== null && durationMs > 0) return startMs + durationMs;
  return Math.min(startMs + longestOpenMs, next?.startMs ?? Infinity);
}

async function ofScript(header: string, events: readonly AssEvent[]): Promise<TextTrack> {
  const inOrder = events.toSorted((a, b) => a.startMs - b.startMs);
  const script = readAssHeader(header);
  const cues = await cuesOf(inOrder, (event) => assCue(script, event));
  return { header, events: inOrder, cues: mergedCues(cues) };
}

async function ofSubRip(packets: readonly Packet[]): Promise<TextTrack> {
  const cues = await cuesOf(packets, ({ startMs, endMs, text }) => {
    const cue = { startMs, endMs, ...taggedText(text) };
    return cue.markup === "" || endMs <= startMs ? [] : [cue];
  });
  return ofCues(mergedCues(cues));
}

function ofCues(cues: readonly Cue[]): TextTrack {
  return { header: "", events: cues.map(assEvent), cues };
}

/** A film with signs for each of its frames has hundreds of thousands of events: others go on meanwhile. */
async function cuesOf<T>(events: readonly T[], read: (event: T) => readonly Cue[]): Promise<Cue[]> {
  const breather = new Breather();
  const cues: Cue[] = [];
  for (const event of events) {
    cues.push(...read(event));
    const pause = breather.turn();
    if (pause) await pause;
  }
  return cues;
}

function sizeOfAll(tracks: ReadonlyMap<unknown, TextTrack> | null): number {
  return [...(tracks?.values() ?? [])].reduce((sum, track) => sum + sizeOf(track), 0);
}

function sizeOf({ header, events }: TextTrack): number {
  return events.reduce((sum, { fields }) => sum + fields.length, header.length);
}
