import { createEncodeMaker, type EncodeTools } from "./encode/encode-maker.ts";
import type { MethodName, Rendition } from "./methods.ts";
import type { RenditionMaker } from "./rendition.ts";

export type MakerTools = EncodeTools;

/** What each method does, with programs and files. */
export type Makers = Readonly<Record<MethodName, RenditionMaker<Rendition>>>;

export function createMakers(tools: MakerTools): Makers {
  return { encode: createEncodeMaker(tools) };
}
