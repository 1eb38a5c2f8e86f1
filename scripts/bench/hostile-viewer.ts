import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BenchContext, Benchmark } from "./benchmark.ts";
import type { Figure } from "./figure.ts";
import {
  differentWishes,
  droppedSeeks,
  everySoundTrack,
  manyWaits,
  type Attack,
  type Target,
} from "./hostile-attacks.ts";
import { hostileFilms, makeHostileFilms } from "./hostile-films.ts";
import { watchHonestly } from "./honest-viewer.ts";
import { createPlayer, idOf, type Player } from "./player.ts";
import { watchServer, type Seen } from "./server-watch.ts";
import { median } from "./statistics.ts";
import { dataFolder, startViewra, type ViewraServer } from "./viewra-server.ts";

export const hostileViewer: Benchmark = {
  name: "hostile-viewer",
  title: "Hostile viewer",
  about:
    "One honest viewer loads the first 16 segments of 1 s, picture and sound, of a 720p film nobody has watched, " +
    "beside one hostile client of another address: 10,000 different segments waited for at the same time; 1,000 seeks, 20 at a " +
    "time, each dropped after 0.2 s; 100 starts that differ in `max_bitrate`; the first 3 segments of each of 200 " +
    "sound tracks. His time ÷ the same alone. _Longest block_: of a health check every 10 ms over one connection. " +
    "_Children_: the most programs the server had at once. _Memory_: of the server and its children, the most in the " +
    "second half of the attack ÷ the most in the first. What took longer than a minute was cut off there.",
  rounds: { full: 1, quick: 1 },
  measure,
};

const segments = 16;
const honestWishes = { container: "dash", enable_abr: false };
const limitMs = 60_000;
const stopLimitMs = 20_000;
/** Encodes at once, those that are held beside them, and what describes and packages meanwhile. */
const childrenBound = 32;
const blockBoundMs = 50;

interface Scenario {
  readonly name: string;
  readonly attack: (player: Player, ids: ReadonlyMap<string, string>) => Promise<Attack>;
}

const scenarios: readonly Scenario[] = [
  {
    name: "10,000 waits",
    attack: async (player, ids) =>
      manyWaits(await targetOf(player, ids, hostileFilms.long), 10_000),
  },
  {
    name: "1,000 dropped seeks",
    attack: async (player, ids) =>
      droppedSeeks(await targetOf(player, ids, hostileFilms.long), 1000, 200),
  },
  {
    name: "100 wishes",
    attack: async (_player, ids) => differentWishes(idOf(ids, hostileFilms.long), 100),
  },
  {
    name: "200 sound tracks",
    attack: async (player, ids) =>
      everySoundTrack(await targetOf(player, ids, hostileFilms.manyTracks), 3),
  },
];

async function targetOf(
  player: Player,
  ids: ReadonlyMap<string, string>,
  fileName: string,
): Promise<Target> {
  const id = idOf(ids, fileName);
  const { contentUrl } = await player.start(id, { container: "dash" });
  const { plan } = await player.decide(id, { container: "dash" });
  return { plan, contentPath: new URL(contentUrl).pathname };
}

async function measure(context: BenchContext): Promise<Figure[]> {
  const library = await makeHostileFilms(context.filmsDir, context.workDir);
  const figures: Figure[] = [];
  for (const [i, scenario] of scenarios.entries()) {
    const rounds: Outcome[] = [];
    for (let round = 0; round < context.rounds; round++) {
      rounds.push(await endure(scenario, library, `${i}-${round}`, context));
    }
    figures.push(...figuresOf(scenario, rounds));
  }
  return figures;
}

interface Outcome {
  readonly aloneMs: number;
  readonly besideMs: number;
  readonly finished: boolean;
  readonly seen: Seen;
  readonly calm: Seen;
}

async function endure(
  { name, attack }: Scenario,
  library: string,
  label: string,
  { viewra, workDir, say }: BenchContext,
): Promise<Outcome> {
  const dataDir = dataFolder(workDir, `hostile-${label}`);
  const env = { TRANSCODE_FILL: "none", SEGMENT_DURATION: "1" };
  const server = await startViewra({ viewra, dataDir, library, env });
  try {
    const player = createPlayer(server.url);
    const ids = await player.awaitFilms(Object.values(hostileFilms));
    const honest = await honestViewer(player, idOf(ids, hostileFilms.honest));
    // Once for nothing: describes the recipes and brings the film into memory.
    await honest.playAlone();
    const calmly = watchServer(server.url, server.pid);
    const aloneMs = await honest.playAlone();
    const calm = await calmly.stop();
    const attackPath = join(workDir, `attack-${label}.json`);
    await writeFile(attackPath, JSON.stringify(await attack(player, ids)));
    const began = performance.now();
    const watching = watchServer(server.url, server.pid);
    await using hostile = startHostile(server.url, attackPath);
    await Promise.race([hostile.underWay, Bun.sleep(limitMs)]);
    const beside = await honest.play();
    await Promise.race([
      hostile.done,
      Bun.sleep(Math.max(0, limitMs - (performance.now() - began))),
    ]);
    const seen = await watching.stop();
    say(`${name}: ${hostile.said()}; ${text(beside.milliseconds)}, alone ${text(aloneMs)}`);
    return {
      ...{ aloneMs, besideMs: beside.milliseconds, finished: beside.finished },
      ...{ seen, calm },
    };
  } finally {
    await stopAtLast(server);
  }
}

/** A viewer whose content is made anew each time. */
async function honestViewer(player: Player, id: string) {
  const { plan } = await player.decide(id, honestWishes);
  const begin = async () => {
    const playback = await player.start(id, honestWishes);
    return { playback, ...(await watchHonestly(playback, plan, segments, limitMs)) };
  };
  return {
    /** Plays, and is cut off after the limit, also where not even the start is answered. */
    play: async (): Promise<{ readonly milliseconds: number; readonly finished: boolean }> => {
      const began = performance.now();
      const cutOff = { finished: false };
      const played = begin().catch(() => cutOff);
      const { finished } = await Promise.race([played, Bun.sleep(limitMs).then(() => cutOff)]);
      return { milliseconds: performance.now() - began, finished };
    },
    /** Plays and leaves nothing behind. */
    playAlone: async (): Promise<number> => {
      const began = performance.now();
      const { playback, finished } = await begin();
      const milliseconds = performance.now() - began;
      if (!finished) throw new Error("the honest viewer could not play although he was alone");
      await player.stop(playback.sessionId);
      await player.settled();
      await player.forget(playback.contentHash);
      return milliseconds;
    },
  };
}

interface HostileClient extends AsyncDisposable {
  readonly underWay: Promise<void>;
  readonly done: Promise<unknown>;
  /** What it said last: how many requests were answered with which status. */
  said(): string;
}

function startHostile(url: string, attackPath: string): HostileClient {
  const script = join(import.meta.dir, "hostile-client.ts");
  const child = Bun.spawn([process.execPath, script, url, attackPath], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "inherit",
  });
  const underWay = Promise.withResolvers<void>();
  let last = "under way to the end";
  const read = async (): Promise<void> => {
    const decoder = new TextDecoder();
    for await (const bytes of child.stdout) {
      const lines = decoder.decode(bytes, { stream: true });
      if (lines.includes("under way")) underWay.resolve();
      last = /\{.*\}/.exec(lines)?.[0] ?? last;
    }
    underWay.resolve();
  };
  void read();
  return {
    underWay: underWay.promise,
    done: child.exited,
    said: () => last,
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}

/** A server that is frozen does not hear that it should stop. */
async function stopAtLast(server: ViewraServer): Promise<void> {
  const timer = setTimeout(() => process.kill(server.pid, "SIGKILL"), stopLimitMs);
  await server[Symbol.asyncDispose]();
  clearTimeout(timer);
}

function figuresOf({ name }: Scenario, rounds: readonly Outcome[]): Figure[] {
  const each = (value: (outcome: Outcome) => number): number[] => rounds.map(value);
  const cut = rounds.every(({ finished }) => finished) ? "" : " (cut off)";
  const growth = ({ memoryMiB }: Seen): number => {
    const half = Math.ceil(memoryMiB.length / 2);
    return Math.max(...memoryMiB.slice(half - 1)) / Math.max(...memoryMiB.slice(0, half));
  };
  return [
    {
      what: `${name}: honest viewer ÷ alone${cut}`,
      unit: "×",
      values: each(({ besideMs, aloneMs }) => besideMs / aloneMs),
      target: { atMost: 2 },
      ours: text(median(each(({ besideMs }) => besideMs))),
      bare: text(median(each(({ aloneMs }) => aloneMs))),
    },
    {
      what: `${name}: longest block`,
      unit: "ms",
      values: each(({ seen }) => seen.longestPingMs),
      target: { atMost: blockBoundMs },
      bare: `${median(each(({ calm }) => calm.longestPingMs)).toFixed(0)} ms`,
    },
    {
      what: `${name}: children at once`,
      unit: "programs",
      values: each(({ seen }) => seen.mostChildren),
      target: { atMost: childrenBound },
      bare: median(each(({ calm }) => calm.mostChildren)).toFixed(0),
    },
    {
      what: `${name}: memory, second half ÷ first`,
      unit: "×",
      values: each(({ seen }) => growth(seen)),
      target: { atMost: 1.25 },
      ours: `${median(each(({ seen }) => Math.max(...seen.memoryMiB))).toFixed(0)} MiB at most`,
      bare: `${median(each(({ calm }) => Math.max(...calm.memoryMiB))).toFixed(0)} MiB at most`,
    },
  ];
}

const text = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(2)} s`;
