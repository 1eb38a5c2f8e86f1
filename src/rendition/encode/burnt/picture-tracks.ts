import { readFile } from "node:fs/promises";
import { readSubtitleBlocks, type SubtitleBlocks } from "../../../demux/matroska/read-text.ts";
import { ViewraError } from "../../../errors/viewra-error.ts";
import { pictureSubtitles } from "../../../media/decoded-codecs.ts";
import { readPictureEvents, type PictureEvent } from "../../../subtitle/pictures/picture-events.ts";
import type { LocatedSource } from "../../located-source.ts";
import type { PlanSource } from "../../rendition.ts";
import {
  extractCuedTrack,
  extractTracks,
  filmTextRequest,
  type ExtractTools,
  type KeptForm,
} from "../../text/extract-text.ts";
import { createSizedMemory } from "../../text/sized-memory.ts";
import type { BurntSubtitles } from "./burnt-subtitles.ts";

export interface PictureTracks {
  /**
   * What a film's track of pictures shows and when, on the film's own clock. Where the film has cues to all of the track,
   * they are followed; else it is read over once. Errors as of `extractTracks`.
   */
  read(
    film: Pick<LocatedSource, "path" | "state">,
    source: Pick<PlanSource, "fingerprint" | "joined">,
    burnt: BurntSubtitles,
  ): Promise<readonly PictureEvent[]>;
}

/** A Blu-ray's subtitles have some 50 MB; those of a film with a comment at every moment four times as much. */
const mostBytes = 512 * 1024 * 1024;
/** How much of them is kept in memory; what was not asked for longest goes first. */
const keptBytes = 128 * 1024 * 1024;

const asPackets: KeptForm<SubtitleBlocks> = {
  ...{ encoder: "copy", muxer: "matroska", version: "copy1", mostBytes, read: readSubtitleBlocks },
};

/** Matroska has no name for XSUB, whose packets say by themselves when they are shown. */
const asXsub: KeptForm<SubtitleBlocks> = {
  ...{ encoder: "copy", muxer: "data", version: "xsub1", mostBytes },
  read: async (path) => [{ codecPrivate: null, blocks: xsubPackets(await readFile(path)) }],
};

export function createPictureTracks(tools: ExtractTools): PictureTracks {
  const memory = createSizedMemory<KnownTrack>(keptBytes, ({ bytes }) => bytes);
  return {
    read: async ({ path, state }, { fingerprint, joined }, burnt) => {
      const { events } = await memory.get(`${fingerprint} ${burnt.track}`, async () => {
        const film = { path, fingerprint, subRipTracks: [] };
        const asked = { ...film, ...(state && { state }), ...(joined && { joined }) };
        const blocks = await readBlocks(tools, asked, burnt);
        return { events: eventsOf(blocks, burnt), bytes: sizeOf(blocks) };
      });
      return events;
    },
  };
}

interface KnownTrack {
  readonly events: readonly PictureEvent[];
  readonly bytes: number;
}

async function readBlocks(
  tools: ExtractTools,
  film: Parameters<typeof extractCuedTrack>[1],
  { track, codec }: BurntSubtitles,
): Promise<SubtitleBlocks> {
  const form = codec === "xsub" ? asXsub : asPackets;
  const [read] =
    (await extractCuedTrack(tools, film, track, form)) ??
    (await extractTracks(tools, filmTextRequest({ ...film, tracks: [track] }), form));
  if (read === undefined) throw new ViewraError("INTERNAL", `Track ${track} was not read`);
  return read;
}

function eventsOf(
  { codecPrivate, blocks }: SubtitleBlocks,
  { codec, coded }: BurntSubtitles,
): readonly PictureEvent[] {
  const known = pictureSubtitles.find((name) => name === codec);
  if (known === undefined) {
    throw new ViewraError(
      "MEDIA_UNSUPPORTED",
      `Subtitles of the codec ${codec} are not drawn here`,
    );
  }
  const packets = blocks.map(({ startMs, durationMs, bytes }) => ({
    timeSeconds: startMs / 1000,
    durationSeconds: durationMs === null ? null : durationMs / 1000,
    data: bytes,
  }));
  return readPictureEvents(known, packets, codecPrivate, coded);
}

const sizeOf = ({ blocks }: SubtitleBlocks): number =>
  blocks.reduce((sum, { bytes }) => sum + bytes.length, 0);

/** Each packet begins with its times, as `[hh:mm:ss.mmm-hh:mm:ss.mmm]`. */
function xsubPackets(bytes: Buffer): SubtitleBlocks["blocks"] {
  const head = /\[\d\d:\d\d:\d\d\.\d{3}-\d\d:\d\d:\d\d\.\d{3}\]/g;
  const starts = [...bytes.toString("latin1").matchAll(head)].map(({ index }) => index);
  return starts.map((start, i) => ({
    ...{ startMs: 0, durationMs: null },
    bytes: bytes.subarray(start, starts[i + 1] ?? bytes.length),
  }));
}
