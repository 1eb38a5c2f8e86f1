import type { Container } from "../media/object-name.ts";
import type { CopiedRendition } from "./copy/copied-rendition.ts";
import { copyMethod } from "./copy/copy-method.ts";
import { encodeMethod } from "./encode/encode-method.ts";
import type { EncodedRendition } from "./encode/encoded-rendition.ts";
import type { DescribedMethod, RenditionMethod } from "./rendition.ts";
import { textMethod } from "./text/text-method.ts";
import type { TextRendition } from "./text/text-rendition.ts";
import { tilesMethod } from "./tiles/tiles-method.ts";
import type { TilesRendition } from "./tiles/tiles-rendition.ts";

/**
 * Every way to make a rendition, as pure functions. A new one is a folder beside this file, a line in each
 * of these two, and one in makers.ts.
 */
export type Rendition = EncodedRendition | CopiedRendition | TextRendition | TilesRendition;

export const methods: Readonly<Record<MethodName, RenditionMethod<Rendition>>> &
  Readonly<Record<MediaRendition["method"], DescribedMethod<Rendition>>> = {
  encode: encodeMethod,
  copy: copyMethod,
  text: textMethod,
  tiles: tilesMethod,
};

export type MethodName = Rendition["method"];
export type VideoRendition = Extract<Rendition, { kind: "video" }>;
export type AudioRendition = Extract<Rendition, { kind: "audio" }>;
/** Pictures and sound: what is in CMAF, and described by Shaka Packager. */
export type MediaRendition = Extract<Rendition, { kind: "video" | "audio" }>;

export function isMedia(rendition: Rendition): rendition is MediaRendition {
  return rendition.kind === "video" || rendition.kind === "audio";
}

/** Whether HLS lists it: all but what is made for DASH alone. */
export function isInHls(rendition: Rendition): boolean {
  return rendition.kind !== "text" || rendition.manifest === "hls";
}

/** The plan's storyboards; one where the film has pictures. */
export function storyboardsIn(renditions: readonly Rendition[]): TilesRendition[] {
  return renditions.filter((rendition) => rendition.kind === "image");
}

/** The texts that a manifest lists. */
export function textsIn(renditions: readonly Rendition[], manifest: Container): TextRendition[] {
  return renditions.flatMap((rendition) =>
    rendition.kind === "text" && rendition.manifest === manifest ? [rendition] : [],
  );
}
