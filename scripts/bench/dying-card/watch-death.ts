import type { Browser, Page } from "playwright-core";
import * as v from "valibot";
import type { FakeCard } from "../../../test/support/fake-card.ts";
import { runsOf } from "../run-states.ts";

/** The page's own players. */
export const deliveries = { dash: "dash.js", hls: "hls.js" } as const;
export type Delivery = keyof typeof deliveries;

/** What the viewer does when the card dies. */
export type Reaction = "watches on" | "seeks";

export interface Scene {
  readonly browser: Browser;
  /** A server that sees the card, and encodes with it. */
  readonly server: { readonly url: string; readonly pid: number };
  readonly card: FakeCard;
  /** A film that has to be encoded, of two minutes at least. */
  readonly mediaFileId: string;
  /** By each viewer: in what player, and where a seek goes to, seconds. */
  readonly viewers: readonly { readonly delivery: Delivery; readonly seekTo: number }[];
  readonly reaction: Reaction;
  /** Whether the card dies; else all goes on as it was, for comparison. */
  readonly dies: boolean;
}

/** What one viewer saw from the death of the card on. */
export interface Seen {
  readonly delivery: Delivery;
  /** The longest time in which nothing moved. */
  readonly longestPauseMs: number;
  /** How far from where it stood, or was to go to, the pictures went on, seconds; behind it where positive. */
  readonly offSeconds: number;
}

/** Position of the page's film at a moment, seconds and milliseconds; null while there is none. */
export type Sample = readonly [atMs: number, position: number | null];

declare global {
  interface Window {
    samples: [number, number | null][];
  }
}

const warmSeconds = 3;
/** What is watched of it afterwards. */
const watchedSeconds = { "watches on": 25, seeks: 2 } as const;
const patienceMs = 60_000;
const sampleMs = 20;

/**
 * Plays a film in the server's own page for each viewer at the same time, and has the card die under them: what it encodes for pictures is
 * killed, and it begins nothing more. Throws where one does not go on within a minute.
 */
export async function watchDeath(scene: Scene): Promise<Seen[]> {
  const { browser, server, card, viewers, reaction, dies } = scene;
  const before = (await card.used()).length;
  await using pages = new AsyncDisposableStack();
  const watching = await Promise.all(
    viewers.map(async (viewer) => {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
      pages.defer(() => context.close());
      const page = await context.newPage();
      await page.addInitScript(([key, value]) => localStorage.setItem(key, value), [
        "viewra-delivery",
        viewer.delivery,
      ] as const);
      await page.goto(`${server.url}/#/watch/${scene.mediaFileId}`);
      await page.evaluate((everyMs) => {
        window.samples = [];
        setInterval(() => {
          const position = document.querySelector("video")?.currentTime ?? null;
          window.samples.push([performance.now(), position]);
        }, everyMs);
      }, sampleMs);
      await playsPast(page, warmSeconds);
      return { ...viewer, page };
    }),
  );
  if ((await card.used()).length === before)
    throw new Error("expected the card to encode the film");
  if (dies) {
    await card.become("dies=0");
    for (const { pid, words } of runsOf(server.pid)) {
      if (words.includes("libx264")) process.kill(pid, "SIGKILL");
    }
  }
  return await Promise.all(
    watching.map(async ({ page, delivery, seekTo }) => {
      const at = await page.evaluate(
        (to) => {
          const video = document.querySelector("video");
          const here = video?.currentTime ?? 0;
          if (to !== null && video) video.currentTime = to;
          window.samples = [[performance.now(), to ?? here]];
          return to ?? here;
        },
        reaction === "seeks" ? seekTo : null,
      );
      await playsPast(page, at + watchedSeconds[reaction]);
      const samples: readonly Sample[] = await page.evaluate(() => window.samples);
      return { delivery, ...pauseOf(samples) };
    }),
  );
}

/** Waits until the server's registry says that the card encodes. */
export async function awaitCard(url: string): Promise<void> {
  for (const deadline = performance.now() + patienceMs; performance.now() < deadline;) {
    const response = await fetch(`${url}/api/v1/plugins/ffmpeg_nvidia`);
    const { status } = v.parse(pluginSchema, await response.json());
    if (status === "used") return;
    await Bun.sleep(100);
  }
  throw new Error("expected the card to be used within a minute");
}

const pluginSchema = v.object({ status: v.string() });

async function playsPast(page: Page, seconds: number): Promise<void> {
  await page.waitForFunction(
    (past) => (document.querySelector("video")?.currentTime ?? 0) > past,
    seconds,
    { timeout: patienceMs, polling: sampleMs },
  );
}

/** A film that is loaded anew stands at 0 and jumps to where it is to go on: no film is shown that fast. */
const fastestSeconds = 1;

/** A pause lasts until a sample that is a little later in the film than the one before, which stands where it went on. */
export function pauseOf(samples: readonly Sample[]): Pick<Seen, "longestPauseMs" | "offSeconds"> {
  let [longestPauseMs, offSeconds] = [0, 0];
  let [stood] = samples;
  let before: number | null = null;
  for (const [atMs, position] of samples) {
    const moved = position === null || before === null ? 0 : position - before;
    if (stood !== undefined && before !== null && moved > 0 && moved < fastestSeconds) {
      const pauseMs = atMs - stood[0];
      if (pauseMs > longestPauseMs) {
        longestPauseMs = pauseMs;
        offSeconds = before - (stood[1] ?? before);
      }
      stood = [atMs, position];
    }
    before = position;
  }
  return { longestPauseMs, offSeconds };
}
