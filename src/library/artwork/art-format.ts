/** How a picture is written. */
export interface ArtFormat {
  readonly extension: "jpg" | "webp" | "avif";
  readonly mediaType: string;
  readonly encoderArgs: readonly string[];
}

const jpeg: ArtFormat = {
  extension: "jpg",
  mediaType: "image/jpeg",
  encoderArgs: ["-pix_fmt", "yuvj420p", "-c:v", "mjpeg", "-q:v", "4", "-f", "image2"],
};
const webp: ArtFormat = {
  extension: "webp",
  mediaType: "image/webp",
  encoderArgs: ["-pix_fmt", "yuv420p", "-c:v", "libwebp", "-quality", "80", "-f", "webp"],
};
const avif: ArtFormat = {
  extension: "avif",
  mediaType: "image/avif",
  encoderArgs: [
    ...["-pix_fmt", "yuv420p", "-c:v", "libaom-av1", "-still-picture", "1", "-crf", "28"],
    ...["-cpu-used", "8", "-f", "avif"],
  ],
};

/**
 * The format for a request's Accept field: one that it names, since browsers name what they show and others say that
 * they take anything. WebP before AVIF, which takes ten times as long to write; JPEG for the rest.
 */
export function artFormat(accept: string | null): ArtFormat {
  const named = new Set(
    (accept ?? "").split(",").flatMap((entry) => {
      const [type = "", ...parameters] = entry.split(";").map((part) => part.trim().toLowerCase());
      return parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter)) ? [] : [type];
    }),
  );
  return [webp, avif].find(({ mediaType }) => named.has(mediaType)) ?? jpeg;
}

/** Widths that pictures are kept in, pixels: the next larger one is given, so that few are kept. */
const widths = [120, 240, 360, 480, 720, 1080, 1920];

export function artWidth(wanted: number): number {
  return widths.find((width) => width >= wanted) ?? 1920;
}
