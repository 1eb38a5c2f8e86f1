import { ViewraError } from "../../errors/viewra-error.ts";
import type { SampleRequest } from "../rendition.ts";
import type { EncodedRendition } from "./encoded-rendition.ts";
import type { StartEncode } from "./run.ts";

/**
 * Encodes the film's first segment with a rendition's recipe and answers with the file: a sample whose
 * header is what this film makes of it. Errors as of a run, and those of LocateSource.
 */
export async function encodeFilmSample(
  { frame, rendition, folder, locate }: SampleRequest<EncodedRendition>,
  startRun: StartEncode,
): Promise<string> {
  const source = await locate(frame.source.fingerprint);
  let path: string | undefined;
  const run = startRun(
    {
      ...{ frame, source, renditions: [rendition], from: 1, to: 1, outDir: folder },
      ...{ attempt: 0, holdForEver: true },
    },
    (file) => (path = file.path),
  );
  const { failure } = await run.ended;
  if (path !== undefined) return path;
  throw failure ?? new ViewraError("ENCODE_FAILED", "FFmpeg made no first segment of the film");
}
