import { join } from "node:path";
import type { DeviceRequest } from "../../src/device/device-request.ts";
import type { Source } from "../../src/media/source.ts";
import { judgeDelivery } from "../../src/playback/delivery.ts";
import { resolveRequest } from "../../src/playback/start-request.ts";
import { createLogger } from "../../src/log/logger.ts";
import { createProber } from "../../src/probe/prober.ts";
import { createProcessRunner } from "../../src/process/process-runner.ts";
import type { BenchContext, Benchmark } from "./benchmark.ts";
import type { Figure } from "./figure.ts";
import { films } from "./films.ts";

export const decisions: Benchmark = {
  name: "decisions",
  title: "Decisions",
  about:
    "How often a second one core says what a device is given of a film and why, each time from the request's own words: " +
    "five devices by profile or User-Agent, three ways of delivery, the films of these benchmarks.",
  rounds: { full: 5, quick: 2 },
  measure,
};

const userAgents = [
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
  "AppleCoreMedia/1.0.0.21K79 (Apple TV; U; CPU OS 17_1 like Mac OS X; en_us)",
  "Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/94.0.4606.128 Safari/537.36 WebAppManager",
];
const devices: readonly DeviceRequest[] = [
  ...userAgents.map((userAgent) => ({ userAgent })),
  {
    supportedCodecs: ["avc1.640028", "hvc1.2.4.L153.B0", "mp4a.40.2", "ac-3"],
    maxResolution: "2160p",
  },
  { supportedCodecs: ["h264", "aac"], supportedContainers: ["mp4", "hls"], maxBitrate: 8_000_000 },
];
const deliveries = ["auto", "remux", "transcode"] as const;
const settings = { segmentSeconds: 4, quality: "medium", adaptive: true } as const;
const roundMs = 1000;

async function measure({ filmsDir, rounds, say }: BenchContext): Promise<Figure[]> {
  const sources = await probeFilms(filmsDir);
  decideFor(roundMs, sources);
  const values: number[] = [];
  for (let round = 0; round < rounds; round++) {
    values.push(decideFor(roundMs, sources));
    say(`${values.at(-1)?.toFixed(0)} decisions a second`);
  }
  return [{ what: "decisions", unit: "/s", values, target: { atLeast: 20_000 } }];
}

/** Decisions a second. */
function decideFor(milliseconds: number, sources: readonly Source[]): number {
  const began = performance.now();
  let made = 0;
  for (;;) {
    for (const deviceProfile of devices) {
      for (const delivery of deliveries) {
        for (const source of sources) {
          const request = { mediaFileId: "", deviceProfile, delivery };
          const { device } = resolveRequest(request, settings);
          judgeDelivery(
            source,
            device,
            { audioIndex: null, delivery, maxHeight: null, subtitle: null, nightMode: false },
            [],
          );
          made++;
        }
      }
    }
    const elapsed = performance.now() - began;
    if (elapsed >= milliseconds) return (made / elapsed) * 1000;
  }
}

async function probeFilms(filmsDir: string): Promise<Source[]> {
  const log = createLogger({ level: "error", format: "text", write: () => {} });
  const runner = createProcessRunner({ log, setprivPath: null });
  const prober = createProber({ runner, ffprobePath: "ffprobe" });
  try {
    return await Promise.all(
      Object.values(films).map(({ fileName }) => prober.probe(join(filmsDir, fileName))),
    );
  } finally {
    await runner.close();
  }
}
