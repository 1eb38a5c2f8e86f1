import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { chromium, type Browser } from "playwright-core";
import { createFakeCard, type FakeCard } from "../../test/support/fake-card.ts";
import type { BenchContext, Benchmark } from "./benchmark.ts";
import {
  awaitCard,
  deliveries,
  watchDeath,
  type Seen,
  type Reaction,
} from "./dying-card/watch-death.ts";
import type { Figure } from "./figure.ts";
import { createPlayer, idOf } from "./player.ts";
import { median } from "./statistics.ts";
import { runTool } from "./timed-command.ts";
import { dataFolder, startViewra } from "./viewra-server.ts";

export const dyingCard: Benchmark = {
  name: "dying-card",
  title: "A card that dies in mid-film",
  about:
    "The longest time in which nothing moves on the server's own page when the encoder of the film being watched is killed and its card begins " +
    "nothing more, beside the same with a card that lives. The card is a stand-in that encodes with x264. *Watches on*: within the 25 s " +
    "that follow, with what the player has fetched ahead; *seeks*: to a place nothing is made for, in the moment in which it dies. *Off*: " +
    "how far from there, either way, the film goes on.",
  rounds: { full: 3, quick: 1 },
  measure,
};

const fileName = "two minutes.mkv";
const kinds: readonly Reaction[] = ["watches on", "seeks"];
const targetMs = { "watches on": 1000, seeks: 15_000 } as const;
const viewers = [
  { delivery: "dash", seekTo: 95 },
  { delivery: "hls", seekTo: 110 },
] as const;

async function measure(context: BenchContext): Promise<Figure[]> {
  const { workDir, rounds, say } = context;
  const library = join(workDir, "films");
  await mkdir(library);
  const seconds = 150;
  await runTool([
    ...["ffmpeg", "-nostdin", "-v", "error", "-y"],
    ...["-f", "lavfi", "-i", `testsrc2=s=640x360:r=25:d=${seconds}`],
    ...["-f", "lavfi", "-i", `sine=r=48000:d=${seconds}`],
    // No browser plays it: every picture has to be encoded.
    ...["-c:v", "mpeg2video", "-q:v", "4", "-c:a", "flac", join(library, fileName)],
  ]);
  const card = await createFakeCard(join(workDir, "card"));
  if (card === null) throw new Error("expected mounts to be permitted");
  const browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required"],
  });
  const figures: Figure[] = [];
  try {
    for (const reaction of kinds) {
      const seen: { readonly dying: Seen[]; readonly living: Seen[] }[] = [];
      for (let round = 0; round < rounds; round++) {
        const label = `${kinds.indexOf(reaction)}-${round}`;
        const living = await watch({
          context,
          library,
          card,
          browser,
          reaction,
          dies: false,
          label,
        });
        const dying = await watch({ context, library, card, browser, reaction, dies: true, label });
        for (const { delivery, longestPauseMs, offSeconds } of dying) {
          say(
            `${deliveries[delivery]} ${reaction}: ${longestPauseMs.toFixed(0)} ms, ${offSeconds.toFixed(2)} s off`,
          );
        }
        seen.push({ living, dying });
      }
      for (const { delivery } of viewers) {
        const of = (side: "dying" | "living", value: (seen: Seen) => number): number[] =>
          seen.flatMap((each) => each[side].filter((one) => one.delivery === delivery).map(value));
        const off = of("dying", ({ offSeconds }) => Math.abs(offSeconds));
        figures.push({
          what: `longest pause, ${deliveries[delivery]}, ${reaction}`,
          unit: "ms",
          values: of("dying", ({ longestPauseMs }) => longestPauseMs),
          target: { atMost: targetMs[reaction] },
          ours: `${Math.max(...off).toFixed(2)} s off`,
          bare: `${median(of("living", ({ longestPauseMs }) => longestPauseMs)).toFixed(0)} ms`,
        });
      }
    }
  } finally {
    await browser.close();
  }
  return figures;
}

interface Performance {
  readonly context: BenchContext;
  readonly library: string;
  readonly card: FakeCard;
  readonly browser: Browser;
  readonly reaction: Reaction;
  readonly dies: boolean;
  readonly label: string;
}

/** With a server that has heard of nothing yet. */
async function watch(performance: Performance): Promise<Seen[]> {
  const { context, library, card, browser, reaction, dies, label } = performance;
  await card.become("works");
  const { viewra, workDir } = context;
  const dataDir = dataFolder(workDir, `card-${label}-${dies}`);
  const env = { FFMPEG_PATH: card.ffmpegPath, TRANSCODE_FILL: "none" };
  const { wrapper } = card;
  await using server = await startViewra({ viewra, dataDir, library, env, wrapper });
  const mediaFileId = idOf(await createPlayer(server.url).awaitFilms([fileName]), fileName);
  await awaitCard(server.url);
  return await watchDeath({ browser, server, card, mediaFileId, viewers, reaction, dies });
}
