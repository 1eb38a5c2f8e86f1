import type { CopiedRendition } from "./copy/copied-rendition.ts";
import { copyMethod } from "./copy/copy-method.ts";
import { encodeMethod } from "./encode/encode-method.ts";
import type { EncodedRendition } from "./encode/encoded-rendition.ts";
import type { RenditionMethod } from "./rendition.ts";

/**
 * Every way to make a rendition, as pure functions. A new one is a folder beside this file, a line in each
 * of these two, and one in makers.ts.
 */
export type Rendition = EncodedRendition | CopiedRendition;

export const methods: Readonly<Record<MethodName, RenditionMethod<Rendition>>> = {
  encode: encodeMethod,
  copy: copyMethod,
};

export type MethodName = Rendition["method"];
export type VideoRendition = Extract<Rendition, { kind: "video" }>;
export type AudioRendition = Extract<Rendition, { kind: "audio" }>;
