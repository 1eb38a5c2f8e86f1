import { createCopyMaker, type CopyTools } from "./copy/copy-maker.ts";
import { createEncodeMaker, type EncodeTools } from "./encode/encode-maker.ts";
import type { MethodName, Rendition } from "./methods.ts";
import type { RenditionMaker } from "./rendition.ts";

export type MakerTools = EncodeTools & CopyTools;

/** What each method does, with programs and files. */
export type Makers = Readonly<Record<MethodName, RenditionMaker<Rendition>>>;

export function createMakers(tools: MakerTools): Makers {
  return { encode: createEncodeMaker(tools), copy: createCopyMaker(tools) };
}
