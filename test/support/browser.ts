import type { Thumbnail } from "./player-page/player-adapter.ts";
import { join } from "node:path";
import { launchChromium } from "./chromium.ts";
import type { PlayerName } from "./player-page/page.ts";
import type { ResumeReport } from "./player-page/resume.ts";
import type { PlaybackReport } from "./player-page/scenario.ts";
import { createTempFolder } from "./temp-folder.ts";

export interface PlayerBrowser extends AsyncDisposable {
  /** Plays a manifest through the scenario of player-page/scenario.ts in a page of its own. */
  play(player: PlayerName, manifestUrl: string, patienceMs?: number): Promise<PlaybackReport>;
  /** Opens a manifest at a place, in a page of its own, and tells whether it plays from there. */
  resume(
    player: PlayerName,
    manifestUrl: string,
    seconds: number,
    patienceMs?: number,
  ): Promise<ResumeReport>;
  /** Shows a text of a manifest at some moments, in a page of its own. */
  showText(request: TextRequest): Promise<TextReport>;
  /** The small pictures that a player finds for some moments, seconds. */
  thumbnails(
    player: PlayerName,
    manifestUrl: string,
    moments: readonly number[],
  ): Promise<(Thumbnail | null)[]>;
}

export interface TextRequest {
  readonly player: PlayerName;
  readonly manifestUrl: string;
  readonly language: string;
  /** Seconds, and whether words are to be there: they are waited for. */
  readonly moments: readonly { readonly seconds: number; readonly isShown: boolean }[];
}

export interface TextReport {
  readonly problems: readonly string[];
  /** Of all texts on offer. */
  readonly languages: readonly string[];
  /** What is shown at each moment: the words, and the picture as a PNG of 640 × 360. */
  readonly moments: readonly { readonly words: readonly string[]; readonly png: Uint8Array }[];
}

/** Debian's Chromium with a page, served from a port of its own, that holds dash.js, hls.js and Shaka Player. */
export async function startPlayerBrowser(): Promise<PlayerBrowser> {
  const script = await bundlePage();
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    routes: {
      "/": html("<!doctype html><title>players</title><body><script src=page.js></script>"),
      "/page.js": new Response(script, { headers: { "Content-Type": "text/javascript" } }),
    },
    fetch: () => new Response(null, { status: 404 }),
  });
  const profile = await createTempFolder("chromium");
  const browser = await launchChromium([`--disk-cache-dir=${profile.path}`]);
  return {
    play: async (player, manifestUrl, patienceMs = 20_000) => {
      const context = await browser.newContext();
      try {
        const page = await context.newPage();
        const thrown: string[] = [];
        page.on("pageerror", (error) => thrown.push(`uncaught in the page: ${error.message}`));
        await page.goto(`http://127.0.0.1:${server.port}/`);
        const report = await page.evaluate(
          (wish) => window.playFilm(wish.player, wish.manifestUrl, wish.patienceMs),
          { player, manifestUrl, patienceMs },
        );
        return { ...report, problems: [...report.problems, ...thrown] };
      } finally {
        await context.close();
      }
    },
    resume: async (player, manifestUrl, seconds, patienceMs = 15_000) => {
      const context = await browser.newContext();
      try {
        const page = await context.newPage();
        await page.goto(`http://127.0.0.1:${server.port}/`);
        return await page.evaluate(
          (wish) => window.resumeFilm(wish.player, wish.manifestUrl, wish.seconds, wish.patienceMs),
          { player, manifestUrl, seconds, patienceMs },
        );
      } finally {
        await context.close();
      }
    },
    thumbnails: async (player, manifestUrl, moments) => {
      const context = await browser.newContext();
      try {
        const page = await context.newPage();
        await page.goto(`http://127.0.0.1:${server.port}/`);
        return await page.evaluate(
          (wish) => window.thumbnailsAt(wish.player, wish.manifestUrl, wish.moments),
          { player, manifestUrl, moments },
        );
      } finally {
        await context.close();
      }
    },
    showText: async ({ player, manifestUrl, language, moments }) => {
      const context = await browser.newContext({ viewport: { width: 640, height: 360 } });
      try {
        const page = await context.newPage();
        const thrown: string[] = [];
        page.on("pageerror", (error) => thrown.push(`uncaught in the page: ${error.message}`));
        await page.goto(`http://127.0.0.1:${server.port}/`);
        await page.evaluate((wish) => window.openSubtitleStage(wish.player, wish.manifestUrl), {
          player,
          manifestUrl,
        });
        const languages = await page.evaluate(async (wished) => {
          await window.subtitleStage.select(wished);
          return [...window.subtitleStage.languages];
        }, language);
        const shown: TextReport["moments"][number][] = [];
        for (const moment of moments) {
          const words = await page.evaluate(
            ({ seconds, isShown }) => window.subtitleStage.goTo(seconds, isShown),
            moment,
          );
          shown.push({ words, png: await page.screenshot() });
        }
        const problems = await page.evaluate(() => [...window.subtitleStage.problems()]);
        return { problems: [...problems, ...thrown], languages, moments: shown };
      } finally {
        await context.close();
      }
    },
    [Symbol.asyncDispose]: async () => {
      await browser.close();
      await server.stop(true);
      await profile[Symbol.asyncDispose]();
    },
  };
}

async function bundlePage(): Promise<string> {
  const entry = join(import.meta.dir, "player-page/page.ts");
  const built = await Bun.build({ entrypoints: [entry], target: "browser", format: "iife" });
  const [script] = built.outputs;
  if (!script) throw new Error("expected one script for the players' page, got none");
  return script.text();
}

function html(text: string): Response {
  return new Response(text, { headers: { "Content-Type": "text/html; charset=utf-8" } });
}
