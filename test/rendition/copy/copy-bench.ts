import { createLogger } from "../../../src/log/logger.ts";
import type { Source } from "../../../src/media/source.ts";
import { createPackager, type Packager } from "../../../src/packager/packager.ts";
import { createProber } from "../../../src/probe/prober.ts";
import { createProcessRunner } from "../../../src/process/process-runner.ts";
import { packagerPath } from "../../golden/whole-film.ts";
import { createTempFolder } from "../../support/temp-folder.ts";

/** What films are made in, probed and packaged with; to be disposed of. */
export interface CopyBench extends AsyncDisposable {
  readonly packager: Packager;
  file(name: string): string;
  probe(path: string): Promise<Source>;
}

export async function openCopyBench(name: string): Promise<CopyBench> {
  const folder = await createTempFolder(name);
  const log = createLogger({ level: "error", format: "text", write: () => {} });
  const runner = createProcessRunner({ log, setprivPath: null });
  const prober = createProber({ runner, ffprobePath: "ffprobe" });
  return {
    packager: createPackager({
      ...{ processes: runner, command: packagerPath, scratchDir: folder.path, timeoutMs: 30_000 },
    }),
    file: (file) => folder.file(file),
    probe: (path) => prober.probe(path),
    async [Symbol.asyncDispose]() {
      await runner.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}
