import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { hdrBoxes } from "../hdr-boxes.ts";
import { withEntryBoxes } from "../../iso/light-boxes.ts";
import type { HdrMetadata } from "../../media/hdr-metadata.ts";
import type { Packager } from "../../packager/packager.ts";
import type { RenditionMaker, SampleMaker, SampleRequest } from "../rendition.ts";
import type { EncodedRendition } from "./encoded-rendition.ts";
import { encodeFilmSample } from "./film-sample.ts";
import { createRefusedFilms } from "./refused-films.ts";
import { startRun, type RunTools } from "./run.ts";
import { encodeSynthetic } from "./synthetic.ts";
import { rememberSynthetic } from "./synthetic-memory.ts";

export interface EncodeTools extends RunTools {
  readonly packager: Pick<Packager, "packageSegments">;
}

/** Encodes with FFmpeg, each segment to a plain MP4, which Shaka Packager makes a segment. */
export function createEncodeMaker(
  tools: EncodeTools,
): RenditionMaker<EncodedRendition> & SampleMaker<EncodedRendition> {
  const refused = createRefusedFilms();
  const synthetic = rememberSynthetic((recipe, path) => encodeSynthetic(tools, recipe, path));
  return {
    sample: async (request) => {
      const { recipe } = request.rendition;
      const path = await plainSample(request);
      if (recipe.kind === "video") await tellLight(path, recipe.hdr);
      return path;
    },
    start: (run, outDir, onFile) => startRun(tools, { ...run, outDir }, onFile, refused),
    package: async (files) => {
      await Promise.all(files.map(({ path, hdr }) => tellLight(path, hdr)));
      return tools.packager.packageSegments(files);
    },
  };

  async function plainSample(request: SampleRequest<EncodedRendition>): Promise<string> {
    if (request.frame.describedFrom === "film") {
      return encodeFilmSample(request, (run, onFile) => startRun(tools, run, onFile));
    }
    const path = join(request.folder, `${request.rendition.id}.mp4`);
    await synthetic(request.rendition.recipe, path);
    return path;
  }
}

/** What pictures were mastered for is in their sample entry, too, where players look for it; FFmpeg's encoders tell its muxer nothing of it. */
async function tellLight(path: string, hdr: HdrMetadata | undefined): Promise<void> {
  if (hdr === undefined) return;
  await writeFile(path, withEntryBoxes(await readFile(path), hdrBoxes(hdr)));
}
