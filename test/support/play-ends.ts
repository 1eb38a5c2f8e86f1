import { softwareProviders } from "./software-providers.ts";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import provider from "../../plugins/transcoding/ffmpeg_software/index.ts";
import { startRun } from "../../src/rendition/encode/run.ts";
import { sourceTraits } from "../../src/rendition/located-source.ts";
import { createLogger } from "../../src/log/logger.ts";
import { encodedPlan } from "../../src/rendition/build-plan.ts";
import { renditionTimeline } from "../../src/rendition/plan.ts";
import type { EncodedPlan } from "../../src/rendition/build-plan.ts";
import type { EncodedRendition } from "../../src/rendition/encode/encoded-rendition.ts";
import { methods } from "../../src/rendition/methods.ts";
import type { Source } from "../../src/media/source.ts";
import { segmentCount } from "../../src/media/timeline.ts";
import { createPackager } from "../../src/packager/packager.ts";
import { createProber } from "../../src/probe/prober.ts";
import { burnTools } from "./burn-tools.ts";
import { createProcessRunner } from "../../src/process/process-runner.ts";

const log = createLogger({ level: "error", format: "text", write: () => {} });
const command = join(import.meta.dir, "../../node_modules/shaka-packager/bin/packager-linux-x64");
/** As the pipeline tries: from further back each time, the last time with padding. */
const tries = [0, 1, 2];

export interface EndsPlayed {
  readonly source: Source;
  readonly plan: EncodedPlan;
  /** What is wrong with the first and the last segment of each rendition; none when all is well. */
  readonly faults: readonly string[];
}

/** Probes, plans and makes what a viewer would need of films at their ends. */
export interface EndPlayer {
  /** Rejects with what the probe or the plan refuses a file with. */
  play(path: string): Promise<EndsPlayed>;
  close(): Promise<void>;
}

export async function createEndPlayer(): Promise<EndPlayer> {
  const scratchDir = await mkdtemp(join(tmpdir(), "viewra-ends-"));
  const runner = createProcessRunner({ log, setprivPath: Bun.which("setpriv") });
  const prober = createProber({ runner, ffprobePath: "ffprobe" });
  const packager = createPackager({ processes: runner, command, scratchDir, timeoutMs: 60_000 });
  const limits = { stallSeconds: 30, segmentTimeoutSeconds: 60 };

  const makeSegment = async (
    made: { path: string; source: Source; plan: EncodedPlan },
    rendition: EncodedRendition,
    n: number,
    caution: number,
  ): Promise<string[]> => {
    const { path, source, plan } = made;
    const outDir = await mkdtemp(join(scratchDir, "run-"));
    const files: string[] = [];
    const run = startRun(
      {
        ...{ runner, ffmpegPath: "ffmpeg", encoderFor: softwareProviders.encoderFor, ...limits },
        ...burnTools(runner, scratchDir),
      },
      {
        ...{ frame: plan, from: n, to: n, outDir, renditions: [rendition] },
        source: { path, ...sourceTraits(source) },
        ...{ attempt: caution, holdForEver: caution === tries.at(-1) },
      },
      (file) => files.push(file.path),
    );
    const { said } = await run.ended;
    const [file] = files;
    if (file === undefined) return [`FFmpeg made nothing: ${said.slice(-300)}`];
    const inputs = [{ kind: rendition.kind, path: file, n }];
    const [packaged] = await packager.packageSegments(inputs);
    await rm(outDir, { recursive: true });
    const bytes = packaged?.segment ?? new Uint8Array();
    return methods[rendition.method].verify(bytes, { frame: plan, rendition, n });
  };

  return {
    play: async (path) => {
      const source = await prober.probe(path);
      const options = {
        quality: "low",
        adaptive: false,
        maxHeight: 240,
        maxBitrateBps: null,
      } as const;
      const plan = encodedPlan(source, {
        ...options,
        segmentSeconds: 1,
        maxAudioChannels: 2,
        providers: [provider],
      });
      const faults: string[] = [];
      for (const rendition of plan.renditions) {
        const last = segmentCount(renditionTimeline(plan, rendition));
        for (const n of new Set([1, last])) {
          let wrong: string[] = [];
          for (const caution of tries) {
            wrong = await makeSegment({ path, source, plan }, rendition, n, caution)
              .catch(String)
              .then((said) => [said].flat());
            if (wrong.length === 0) break;
          }
          faults.push(...wrong.map((what) => `${rendition.id} segment ${n} of ${last}: ${what}`));
        }
      }
      return { source, plan, faults };
    },
    close: async () => {
      await runner.close();
      await rm(scratchDir, { recursive: true, force: true });
    },
  };
}
