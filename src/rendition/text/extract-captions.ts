import { Breather } from "../../demux/breather.ts";
import { eachBlock } from "../../demux/matroska/read-text.ts";
import { packetCaptions } from "../../demux/picture/caption-messages.ts";
import { nalLengthBytes } from "../../demux/picture/nal-units.ts";
import { ViewraError } from "../../errors/viewra-error.ts";
import { isCaptionedCodec, type CaptionedCodec } from "../../media/caption-data.ts";
import type { StreamPart } from "../../media/source.ts";
import {
  CaptionReader,
  keepsParity,
  type CaptionPacket,
  type CaptionsByService,
} from "../../subtitle/captions/read-captions.ts";
import {
  extractTracks,
  filmTextRequest,
  type ExtractTools,
  type FilmTextRequest,
  type KeptForm,
} from "./extract-text.ts";

/**
 * All captions inside a film's pictures, on the film's own clock. FFmpeg copies out of each packet what is no picture,
 * so nothing is decoded; it is kept on disk. Errors as of `extractText`.
 */
export async function extractCaptions(
  tools: ExtractTools,
  film: FilmTextRequest,
  { stream, codec }: Pick<StreamPart, "stream" | "codec">,
): Promise<CaptionsByService> {
  if (!isCaptionedCodec(codec)) {
    throw new ViewraError("MEDIA_UNSUPPORTED", `Pictures of the codec ${codec} have no captions`);
  }
  const request = filmTextRequest({ ...film, tracks: [stream] });
  const [packets = []] = await extractTracks(tools, request, forms[codec]);
  // Packets come as they are decoded, captions as pictures are shown.
  const inOrder = packets.toSorted((a, b) => a.ms - b.ms);
  const reader = new CaptionReader(keepsParity(inOrder));
  const breather = new Breather();
  for (const packet of inOrder) {
    reader.read(packet);
    const pause = breather.turn();
    if (pause) await pause;
  }
  return reader.end();
}

/** Two hours of captions have 20 MB; what HDR10+ says of each picture of them stands beside. */
const mostBytes = 512 * 1024 * 1024;

const formOf = (codec: CaptionedCodec, unitTypes: string): KeptForm<readonly CaptionPacket[]> => ({
  ...{ encoder: "copy", filter: `filter_units=pass_types=${unitTypes}`, muxer: "matroska" },
  ...{ version: "captions1", mostBytes, read: (path) => readPackets(codec, path) },
});

/** Units of supplemental enhancement information, and MPEG-2's of user data. */
const forms: Readonly<Record<CaptionedCodec, KeptForm<readonly CaptionPacket[]>>> = {
  h264: formOf("h264", "6"),
  hevc: formOf("hevc", "39-40"),
  mpeg2video: formOf("mpeg2video", "178"),
};

/** How FFmpeg writes H.264 and HEVC into Matroska is told by the configuration before the first packet. */
const configurationForms = { h264: "avcC", hevc: "hvcC" } as const;

async function readPackets(codec: CaptionedCodec, path: string): Promise<CaptionPacket[][]> {
  const tracks: { readonly lengthBytes: number; readonly packets: CaptionPacket[] }[] = [];
  await eachBlock(
    path,
    (found) => {
      for (const { codecPrivate } of found) {
        const bytes = codecPrivate ?? new Uint8Array();
        const lengthBytes =
          codec === "mpeg2video" ? 0 : nalLengthBytes({ form: configurationForms[codec], bytes });
        tracks.push({ lengthBytes, packets: [] });
      }
    },
    (place, { startMs, bytes }) => {
      const track = tracks[place];
      if (track === undefined) return;
      const captions = packetCaptions(codec, track.lengthBytes, bytes);
      if (captions.triplets.length === 0) return;
      const packet = { ms: startMs, triplets: captions.triplets };
      if (captions.isOfWholeGroup) track.packets.push(...pictureByPicture(packet));
      else track.packets.push(packet);
    },
  );
  return tracks.map(({ packets }) => packets);
}

/** A pair a field: 30000/1001 pictures a second. */
const pictureMs = 1001 / 30;

function pictureByPicture({ ms, triplets }: CaptionPacket): CaptionPacket[] {
  const bytes = 6;
  return Array.from({ length: Math.ceil(triplets.length / bytes) }, (_, i) => ({
    ms: Math.round(ms + i * pictureMs),
    triplets: triplets.subarray(i * bytes, (i + 1) * bytes),
  }));
}
