import type { SubtitleTrack } from "./source.ts";

/**
 * What FFmpeg may decode of a stranger's file: what films, recordings, cameras and archives are made of.
 *
 * Left out, though FFmpeg could: MagicYUV (CVE-2026-8461 is not mended in Debian's 5.1.9); formats of games
 * and text art (Bink, Smacker, RoQ, XBIN, ANSI …), little used and little tested; pictures that are no
 * films (TIFF, EXR, DPX, PCX …); what its authors call experimental (Sonic); and what is no codec at all but
 * memory of the process that wrote it (wrapped_avframe).
 *
 * A word is a codec as ffprobe names it, `codec=decoder,decoder` where FFmpeg's decoders are called otherwise.
 */
const video = `
  h264 hevc av1=libdav1d,libaom-av1,av1 vp8 vp9 mpeg1video mpeg2video mpeg4 theora vc1 vc1image
  vp3 vp4 vp5 vp6 vp6a vp6f vp7 msmpeg4v1 msmpeg4v2 msmpeg4v3=msmpeg4 h261 h263 h263i h263p flv1=flv
  wmv1 wmv2 wmv3 wmv3image rv10 rv20 rv30 rv40 svq1 svq3 cavs
  mjpeg mjpegb amv asv1 asv2 cinepak indeo2 indeo3 indeo4 indeo5 msrle msvideo1 qtrle rpza smc 8bps cljr
  dvvideo prores dnxhd cfhd jpeg2000 dirac snow aic speedhq hap dxv notchlc avrp
  ffv1 huffyuv ffvhuff hymt utvideo lagarith fraps dxtory sheervideo jpegls mszh zlib cllc
  zmbv flashsv flashsv2 tscc=camtasia tscc2 cscd=camstudio mss1 mss2 mts2
  rawvideo v210 v210x v308 v408 v410 r210 r10k y41p yuv4 012v ayuv bitpacked
  png apng bmp gif webp
`;

const audio = `
  aac aac_latm ac3 eac3 dts=dca truehd mlp opus=opus,libopus vorbis=vorbis,libvorbis
  mp1=mp1,mp1float mp2=mp2,mp2float mp3=mp3float,mp3 mp3adu=mp3adufloat,mp3adu mp3on4=mp3on4float,mp3on4
  flac alac ape tta wavpack tak shorten mp4als=als wmalossless musepack7=mpc7 musepack8=mpc8
  wmav1 wmav2 wmapro wmavoice cook sipr ralf ra_144=real_144 ra_288=real_288 atrac1 atrac3 atrac3p=atrac3plus
  qdm2 qdmc mace3 mace6 nellymoser speex=speex,libspeex truespeech twinvq imc
  amr_nb=amrnb amr_wb=amrwb gsm=gsm,libgsm gsm_ms=gsm_ms,libgsm_ms ilbc qcelp evrc g723_1 g729 sbc aptx aptx_hd
  adpcm_g722=g722 adpcm_g726=g726 adpcm_g726le=g726le adpcm_ms adpcm_ima_wav adpcm_ima_qt adpcm_ima_amv
  adpcm_swf adpcm_yamaha adpcm_adx
  dvaudio s302m dsd_lsbf dsd_lsbf_planar dsd_msbf dsd_msbf_planar dst
  pcm_s8 pcm_u8 pcm_s16le pcm_s16be pcm_u16le pcm_u16be pcm_s24le pcm_s24be pcm_u24le pcm_u24be
  pcm_s32le pcm_s32be pcm_u32le pcm_u32be pcm_s64le pcm_s64be pcm_f16le pcm_f24le
  pcm_f32le pcm_f32be pcm_f64le pcm_f64be pcm_alaw pcm_mulaw pcm_vidc pcm_bluray pcm_dvd pcm_lxf pcm_s24daud
  pcm_s8_planar pcm_s16le_planar pcm_s16be_planar pcm_s24le_planar pcm_s32le_planar
`;

const texts = `
  ass=ass,ssa subrip=subrip,srt mov_text webvtt text eia_608=cc_dec
`;

const subtitlePictures = `
  hdmv_pgs_subtitle=pgssub dvd_subtitle=dvdsub dvb_subtitle=dvbsub xsub dvb_teletext=libzvbi_teletextdec
`;

/** FFmpeg's decoders by codec, both as FFmpeg names them. */
export const decodersByCodec: ReadonlyMap<string, readonly string[]> = new Map(
  [video, audio, texts, subtitlePictures].flatMap(entries),
);

const videoCodecs = new Set(entries(video).map(([codec]) => codec));
const audioCodecs = new Set(entries(audio).map(([codec]) => codec));
const textCodecs = new Set(entries(texts).map(([codec]) => codec));

/** What a codec, as FFmpeg names it, is of; null for subtitles and for one that is not decoded here. */
export function codecKind(codec: string): "video" | "audio" | null {
  if (videoCodecs.has(codec)) return "video";
  return audioCodecs.has(codec) ? "audio" : null;
}

/** Whether subtitles are text, and not pictures; of what lies beside a film and of parts, text alone is taken. */
export function isText({
  codec,
  side,
  part,
}: Pick<SubtitleTrack, "codec" | "side" | "part">): boolean {
  return side !== undefined || part !== undefined || textCodecs.has(codec);
}

/** Subtitles of pictures that are decoded here, to be drawn into the film's. */
export const pictureSubtitles = [
  ...(["hdmv_pgs_subtitle", "dvd_subtitle", "dvb_subtitle", "xsub"] as const),
] as const;

/** Whether subtitles can be drawn into the film's pictures. */
export function isBurnable(track: Pick<SubtitleTrack, "codec" | "side" | "part">): boolean {
  return isText(track) || pictureSubtitles.some((codec) => codec === track.codec);
}

/** Whether a stream of this codec (ffprobe's `codec_name`) is decoded here. */
export function isDecoded(codec: string): boolean {
  return decodersByCodec.has(codec);
}

function entries(words: string): (readonly [string, readonly string[]])[] {
  return words
    .trim()
    .split(/\s+/)
    .map((word) => {
      const [codec = "", decoders = codec] = word.split("=");
      return [codec, decoders.split(",")] as const;
    });
}
