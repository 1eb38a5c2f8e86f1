import { join } from "node:path";
import { chromium, type Browser } from "playwright-core";
import type { BenchContext, Benchmark } from "../benchmark.ts";
import type { Figure } from "../figure.ts";
import { films, type Film } from "../films.ts";
import { createPlayer, idOf, type Player } from "../player.ts";
import { median } from "../statistics.ts";
import { dataFolder, startViewra, type ViewraServer } from "../viewra-server.ts";
import type { FirstPicture, PlayerName } from "./page.ts";

export const firstPicture: Benchmark = {
  name: "first-picture",
  title: "First picture in a browser",
  about:
    "From the click (POST /api/playback/start) to the first picture on the screen (requestVideoFrameCallback) in " +
    "Chromium, in players without a setting: a content with the short beginning of SEGMENT_BEGINNING ÷ one with " +
    "segments of 4 seconds from the first on. *Cold*: nothing of the title is stored, only its recipes were described before. " +
    "*Known*: its first segments are stored. *Ladder*: all rungs, of which the player takes one; else the source's size alone. " +
    "*Ten seconds*: from the first picture of a cold title until ten seconds of it were seen, less those ten seconds.",
  rounds: { full: 3, quick: 1 },
  measure,
};

/** What a server is told of a content's first segments. */
const grids = { short: {}, usual: { SEGMENT_BEGINNING: "none" } } as const;
type Grid = keyof typeof grids;
const playerNames: readonly PlayerName[] = ["dash.js", "hls.js", "shaka-player"];
const gridNames: readonly Grid[] = ["short", "usual"];

interface Side {
  readonly server: ViewraServer;
  readonly player: Player;
  readonly ids: ReadonlyMap<string, string>;
}

interface Case {
  readonly label: string;
  readonly film: Film;
  readonly name: PlayerName;
  readonly wishes: object;
  /** Milliseconds: by round. */
  readonly cold: Record<Grid, number[]>;
  readonly known: Record<Grid, number[]>;
  readonly stalled: Record<Grid, number[]>;
  readonly heights: Set<number>;
}

const watchedSeconds = 10;

const titles = [
  ["720p", films.hd10, { enable_abr: false }],
  ["1080p", films.fhd10, { enable_abr: false }],
  ["720p ladder", films.hd10, {}],
  ["1080p ladder", films.fhd10, {}],
] as const;

async function measure(context: BenchContext): Promise<Figure[]> {
  const { viewra, filmsDir, workDir, rounds, say } = context;
  await using stack = new AsyncDisposableStack();
  const start = async (grid: Grid): Promise<Side> => {
    const env = { ...grids[grid], TRANSCODE_FILL: "none" };
    const dataDir = dataFolder(workDir, `first-picture-${grid}`);
    const server = stack.use(await startViewra({ viewra, dataDir, library: filmsDir, env }));
    const player = createPlayer(server.url);
    const ids = await player.awaitFilms(Object.values(films).map(({ fileName }) => fileName));
    return { server, player, ids };
  };
  const sides: Record<Grid, Side> = { short: await start("short"), usual: await start("usual") };
  const script = await bundlePage();
  const browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required"],
  });
  stack.defer(() => browser.close());
  const cases: Case[] = titles.flatMap(([title, film, wishes]) =>
    playerNames.map((name) => ({
      ...{ label: `${name}, ${title}`, film, name, wishes, heights: new Set<number>() },
      cold: { short: [], usual: [] },
      known: { short: [], usual: [] },
      stalled: { short: [], usual: [] },
    })),
  );
  // The first round describes the recipes and brings films, players and browser into memory.
  for (let round = 0; round <= rounds; round++) {
    for (const each of cases) {
      for (const grid of gridNames)
        await watch(browser, script, sides[grid], each, grid, round > 0);
      if (round > 0) say(`${each.label}: cold ${last(each.cold)}, known ${last(each.known)} ms`);
    }
  }
  return cases.flatMap(figuresOf);
}

/** Cold, then once more with what that left, then forgotten. */
async function watch(
  browser: Browser,
  script: string,
  { server, player, ids }: Side,
  { film, name, wishes, cold, known, stalled, heights }: Case,
  grid: Grid,
  isCounted: boolean,
): Promise<void> {
  const body = { ...wishes, media_file_id: idOf(ids, film.fileName), delivery: "transcode" };
  let seen: FirstPicture | undefined;
  for (const times of [cold, known]) {
    // A page of its own has a cache of its own: the second look would else be instant.
    const page = await browser.newPage({ bypassCSP: true });
    await page.goto(`${server.url}/robots.txt`);
    await page.addScriptTag({ content: script });
    const isWatched = isCounted && times === cold && "enable_abr" in wishes;
    seen = await page.evaluate(([who, what, seconds]) => window.firstPicture(who, what, seconds), [
      name,
      body,
      isWatched ? watchedSeconds : 0,
    ] as const);
    await page.close();
    await player.stop(seen.sessionId);
    await player.settled();
    heights.add(seen.height);
    if (isCounted) times[grid].push(seen.milliseconds);
    if (isWatched) stalled[grid].push(seen.stalledMilliseconds);
  }
  if (seen !== undefined) await player.forget(seen.contentHash);
}

function figuresOf({ label, cold, known, stalled, heights }: Case): Figure[] {
  const shown = [...heights].toSorted((a, b) => a - b).join(" and ");
  const line = (what: string, times: Record<Grid, number[]>): Figure => ({
    what: `${what}, ${label} (shows ${shown} lines)`,
    unit: "×",
    values: times.short.map((milliseconds, i) => milliseconds / (times.usual[i] ?? Number.NaN)),
    ...(what === "cold" ? { target: { atMost: 0.5 } } : {}),
    ours: `${median(times.short).toFixed(0)} ms`,
    bare: `${median(times.usual).toFixed(0)} ms`,
  });
  const figures = [line("cold", cold), line("known", known)];
  return stalled.short.length === 0 ? figures : [...figures, line("ten seconds", stalled)];
}

const last = (times: Record<Grid, number[]>): string =>
  gridNames.map((grid) => times[grid].at(-1)?.toFixed(0)).join(" ÷ ");

async function bundlePage(): Promise<string> {
  const entry = join(import.meta.dir, "page.ts");
  const built = await Bun.build({ entrypoints: [entry], target: "browser", format: "iife" });
  const [script] = built.outputs;
  if (!script) throw new Error("expected one script for the page, got none");
  return script.text();
}
