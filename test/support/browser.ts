import { join } from "node:path";
import { launchChromium } from "./chromium.ts";
import type { PlayerName } from "./player-page/page.ts";
import type { PlaybackReport } from "./player-page/scenario.ts";
import { createTempFolder } from "./temp-folder.ts";

export interface PlayerBrowser extends AsyncDisposable {
  /** Plays a manifest through the scenario of player-page/scenario.ts in a page of its own. */
  play(player: PlayerName, manifestUrl: string, patienceMs?: number): Promise<PlaybackReport>;
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
