import { decodersByCodec } from "./decoded-codecs.ts";

/**
 * What FFmpeg and ffprobe may touch when they read a stranger's file. A playlist or a script that calls
 * itself `x.mp4` would otherwise make them open other files; obscure decoders are where the holes are.
 */

/**
 * Demuxer names as `ffmpeg -demuxers` prints them (the first of a comma list is enough). None of these
 * opens a second file. Left out on purpose: hls, dash, concat, image2, lavfi, sdp, imf, subtitle scripts,
 * and bare video streams without a clock; bare MPEG-1 and MPEG-2 name their rate in every sequence header.
 */
const demuxers = [
  ...[
    "mov",
    "matroska",
    "mpegts",
    "mpeg",
    "avi",
    "flv",
    "asf",
    "ogg",
    "mxf",
    "nut",
    "rm",
    "wtv",
    "dv",
  ],
  ...[
    "mpegvideo",
    "wav",
    "w64",
    "aiff",
    "caf",
    "mp3",
    "aac",
    "loas",
    "ac3",
    "eac3",
    "dts",
    "dtshd",
  ],
  ...["flac", "tta", "wv", "ape", "mpc", "mpc8"],
];

/** Pictures that lie beside a film, by what they hold and not by their name. */
const stillDemuxers = ["jpeg_pipe", "png_pipe", "webp_pipe"];
const stillDecoders = ["mjpeg", "png", "webp"];

/** 8192×4608: all of 8K. FFmpeg keeps dozens of pictures, each of 170 MB at 4:4:4 and 10 bits. */
export const largestPicture = { width: 8192, height: 4608 } as const;

/** A recording of a whole transponder has some two hundred; each costs FFmpeg buffers and threads. */
export const mostStreams = 500;

const decoders = [...decodersByCodec.values()].flat();

/** Options that come before every `-i` of FFmpeg and before the input of ffprobe. */
export const inputLimitArgs: readonly string[] = [
  ...["-protocol_whitelist", "file"],
  ...["-format_whitelist", demuxers.join(",")],
  ...["-codec_whitelist", decoders.join(",")],
  ...["-max_pixels", String(largestPicture.width * largestPicture.height)],
  ...["-max_streams", String(mostStreams)],
];

/** The same for a picture that lies beside a film. */
export const stillLimitArgs: readonly string[] = [
  ...["-protocol_whitelist", "file"],
  ...["-format_whitelist", stillDemuxers.join(",")],
  ...["-codec_whitelist", stillDecoders.join(",")],
  ...["-max_pixels", String(largestPicture.width * largestPicture.height)],
];

/**
 * ffprobe opens a decoder for each stream and turns the whole file down when it may not. These options,
 * after `inputLimitArgs`, let it *open* the named decoders as well; it gives them nothing to decode, since
 * what the demuxer decodes to learn of a stream is bound by the list of `inputLimitArgs` alone (FFmpeg's
 * `avformat_find_stream_info` puts the demuxer's own list in place of these).
 */
export function openOnlyArgs(names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const list = [...decoders, ...names].join(",");
  // Decoders that FFmpeg calls experimental are not even opened without -strict.
  const lists = ["v", "a", "s", "d"].flatMap((kind) => [`-codec_whitelist:${kind}`, list]);
  return [...lists, "-strict", "experimental"];
}
