import { ViewraError } from "../errors/viewra-error.ts";
import type { Plan, Rendition } from "../media/plan.ts";
import { failureError } from "../process/process-result.ts";
import type { LocateSource, StartRun } from "./ports.ts";

/**
 * Encodes the film's first segment with a rendition's recipe and answers with the file: a sample whose
 * header is what this film makes of it. Errors as of a run, and those of LocateSource.
 */
export async function encodeFilmSample(
  { locate, startRun }: { readonly locate: LocateSource; readonly startRun: StartRun },
  plan: Plan,
  rendition: Rendition,
  outDir: string,
): Promise<string> {
  const source = await locate(plan.source.fingerprint);
  let path: string | undefined;
  const run = startRun(
    {
      ...{ plan, outDir, renditions: [rendition], from: 1, to: 1 },
      ...{ sourcePath: source.path, seekTraits: source, caution: 0, holdForEver: true },
    },
    (file) => (path = file.path),
  );
  const { result } = await run.ended;
  if (path !== undefined) return path;
  if (!result.ok) throw failureError(result, "ENCODE_FAILED");
  throw new ViewraError("ENCODE_FAILED", "FFmpeg made no first segment of the film");
}
