import type { ColourSpace } from "../../support/colour.ts";
import type { Film } from "../film.ts";
import { shape, type Expected, type Outcome, type Shape } from "../shape.ts";

/** A row of the list of codecs: one shape for each pixel format and chroma position. */
export interface Codec {
  readonly encoder: string;
  readonly extension: string;
  readonly pixels: readonly string[];
  readonly options?: readonly string[];
  /** Chroma positions that the codec can be told. */
  readonly chroma?: readonly string[];
  readonly film?: Partial<Film>;
  /** What its decoder says of it, where that is not the container's to say; BT.601 unless told. */
  readonly colour?: ColourSpace;
  /** ΔE2000 that the codec costs by itself on the card, as decoded by FFmpeg. */
  readonly error?: number;
  /** Rare, with a decoder few have looked at: it may be kept out, with the true reason, at the scan. */
  readonly outcome?: Outcome;
  readonly expected?: Partial<Expected>;
  /** Told apart from another row of the same codec. */
  readonly suffix?: string;
}

const sd: ColourSpace = {
  ...({ matrix: "smpte170m", primaries: "smpte170m", transfer: "smpte170m", range: "tv" } as const),
};
export const hd: ColourSpace = {
  ...({ matrix: "bt709", primaries: "bt709", transfer: "bt709", range: "tv" } as const),
};
/** What names BT.601 by the matrix of 625 lines. */
export const lines625: ColourSpace = {
  ...({ matrix: "bt470bg", primaries: "bt470bg", transfer: "smpte170m", range: "tv" } as const),
};
/** JPEG names no colours; its decoders say BT.601 of 625 lines, in full range. */
const jfif: ColourSpace = { ...lines625, range: "pc" };
const screen: ColourSpace = {
  ...({ matrix: "gbr", primaries: "bt709", transfer: "iec61966-2-1", range: "pc" } as const),
};

export function shapesOf(codec: Codec, isRgb: boolean): Shape[] {
  return codec.pixels.flatMap((pixels) =>
    (codec.chroma ?? [null]).map((position) => {
      const isFull = pixels.startsWith("yuvj");
      const colour = codec.colour ?? (isRgb ? screen : isFull ? jfif : sd);
      const chroma = position === null ? [] : ["-chroma_sample_location", position];
      const name = [codec.encoder, pixels, position, codec.suffix].filter((part) => part).join("-");
      return shape(
        "codecs",
        `codec-${name}`,
        {
          pixelFormat: pixels,
          ...codec.film,
          colour,
          extension: codec.extension,
          video: ["-c:v", codec.encoder, ...(codec.options ?? []), ...chroma],
        },
        {
          properties: { chroma: position ?? "as the codec has it" },
          expected: {
            codingError: codec.error ?? 0,
            outcome: codec.outcome ?? "plays",
            ...codec.expected,
          },
        },
      );
    }),
  );
}
