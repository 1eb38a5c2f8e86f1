/** Codecs of pictures that are made here, by FFmpeg's names; what every device plays first. */
export const pictureCodecs = ["h264", "hevc", "av1", "vp9"] as const;
export type PictureCodec = (typeof pictureCodecs)[number];
