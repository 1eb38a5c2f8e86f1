import { join } from "node:path";
import type { Packager } from "../../packager/packager.ts";
import type { RenditionMaker, SampleMaker } from "../rendition.ts";
import type { EncodedRendition } from "./encoded-rendition.ts";
import { encodeFilmSample } from "./film-sample.ts";
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
  const synthetic = rememberSynthetic((recipe, path) => encodeSynthetic(tools, recipe, path));
  return {
    sample: async (request) => {
      if (request.frame.describedFrom === "film") {
        return encodeFilmSample(request, (run, onFile) => startRun(tools, run, onFile));
      }
      const path = join(request.folder, `${request.rendition.id}.mp4`);
      await synthetic(request.rendition.recipe, path);
      return path;
    },
    start: (run, outDir, onFile) => startRun(tools, { ...run, outDir }, onFile),
    package: (files) => tools.packager.packageSegments(files),
  };
}
