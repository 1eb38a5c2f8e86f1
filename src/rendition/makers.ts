import { createCopyMaker, type CopyTools } from "./copy/copy-maker.ts";
import { createEncodeMaker, type EncodeTools } from "./encode/encode-maker.ts";
import type { MediaRendition, MethodName, Rendition } from "./methods.ts";
import type { RenditionMaker, SampleMaker } from "./rendition.ts";
import { createTextMaker, type TextTools } from "./text/text-maker.ts";
import type { TilesTools } from "./tiles/tiles-process.ts";
import { createTilesMaker } from "./tiles/tiles-maker.ts";

export type MakerTools = EncodeTools & CopyTools & TextTools & TilesTools;

/** What each method does, with programs and files. */
export type Makers = Readonly<Record<MethodName, RenditionMaker<Rendition>>> &
  Readonly<Record<MediaRendition["method"], SampleMaker<Rendition>>>;

export function createMakers(tools: MakerTools): Makers {
  return {
    encode: createEncodeMaker(tools),
    copy: createCopyMaker(tools),
    text: createTextMaker(tools),
    tiles: createTilesMaker(tools),
  };
}
