import { CrowdMeasure, type CrowdFigures } from "./crowd-figures.ts";
import { createOrigin, type SimulatedOrigin, type Title } from "./origin.ts";
import { createPopularity, createRandom, drawn, type Random } from "./random.ts";
import { liveOut, Viewer, type Habits } from "./viewer.ts";
import { createVirtualClock, type VirtualClock } from "./virtual-clock.ts";

/** Who watches what at an origin. The same crowd gives the same figures on any machine. */
export interface Crowd {
  /** Each from an address of their own; who leaves is followed by another. */
  readonly viewers: number;
  /** Encodes that may go on at once. */
  readonly slots: number;
  /** Films that viewers choose from, each by its popularity; null: each viewer has another one. */
  readonly films: number | null;
  /** Clients that wait for so many segments of one film at once, always. */
  readonly greedy: { readonly clients: number; readonly waits: number };
  /** Clients that seek five times a second, for ever. */
  readonly scrubbers: number;
  readonly seed: number;
  /** What is measured begins after so much, and lasts so long, seconds. */
  readonly warmUpSeconds: number;
  readonly seconds: number;
}

/** What a crowd watches: film seconds that one slot makes of it a second. */
const rungs = [
  { lines: 480, share: 0.4, speed: 40 },
  { lines: 720, share: 0.4, speed: 24 },
  { lines: 1080, share: 0.2, speed: 12 },
] as const;
const startMs = 400;
const habits: Habits = { seekEveryMs: 300_000, staysMs: 1_200_000 };
/** The first viewers do not come all in one moment; who disturbs them comes when they are there. */
const comingMs = 60_000;
const scrubEveryMs = 200;

/** Slots that a crowd needs where nobody shares a film, no encoder is begun twice and no slot stands still. */
export const slotsNeeded = (viewers: number): number =>
  viewers * rungs.reduce((sum, { share, speed }) => sum + share / speed, 0);

/** The share of the time in which nothing moves where such slots are all that is lacking. */
export const leastStallShare = (viewers: number, slots: number): number =>
  Math.max(0, 1 - slots / slotsNeeded(viewers));

export async function simulate(crowd: Crowd): Promise<CrowdFigures> {
  const { slots, warmUpSeconds, seconds, greedy } = crowd;
  const clock = createVirtualClock();
  const origin = createOrigin({ slots, startMs, clock });
  const fromMs = warmUpSeconds * 1000;
  const time = { slots, fromMs, toMs: fromMs + seconds * 1000 };
  const measure = new CrowdMeasure(time, clock, origin);
  const random = createRandom(crowd.seed);
  const choose = chooser(crowd, origin, random);
  const viewers = new Set<Viewer>();
  let named = 0;
  const come = (): void => {
    const { title, from, close } = choose();
    const viewer = new Viewer(title, `viewer ${named++}`, from, clock, measure.viewer());
    viewers.add(viewer);
    liveOut(viewer, habits, title.segments, random, clock, () => {
      viewers.delete(viewer);
      close();
      come();
    });
  };
  for (let i = 0; i < crowd.viewers; i++) clock.after(random() * comingMs, come);
  const openOther = (name: string): Title => origin.open(name, drawn(random, rungs).speed, false);
  for (let i = 0; i < greedy.clients; i++) {
    const title = openOther(`grabbed ${i}`);
    clock.after(comingMs, () => grab(title, greedy.waits, `greedy ${i}`, () => measure.greedy()));
  }
  for (let i = 0; i < crowd.scrubbers; i++) {
    const title = openOther(`scrubbed ${i}`);
    clock.after(comingMs, () => scrub(title, `scrubber ${i}`, random, clock));
  }
  await clock.runUntil(time.toMs, () => measure.look());
  for (const viewer of viewers) viewer.report();
  return measure.figures();
}

interface Choice {
  readonly title: Title;
  /** The segment to begin with. */
  readonly from: number;
  /** To be called when the viewer has left. */
  readonly close: () => void;
}

/** What the next viewer watches: any place of a film of their own, or a popular one from its beginning. */
function chooser({ films }: Crowd, origin: SimulatedOrigin, random: Random): () => Choice {
  let opened = 0;
  const open = (): Title => origin.open(`film ${opened++}`, drawn(random, rungs).speed, true);
  if (films === null) {
    return () => {
      const title = open();
      const from = 1 + Math.floor(random() * title.segments);
      return { title, from, close: () => title.close() };
    };
  }
  const popular = createPopularity(films);
  const known = new Map<number, Title>();
  return () => {
    const film = popular(random);
    const title = known.get(film) ?? open();
    known.set(film, title);
    return { title, from: 1, close: () => {} };
  };
}

/** Waits for so many segments at once, and for the next as soon as one is there. */
function grab(title: Title, waits: number, client: string, onSegment: () => void): void {
  const forever = new AbortController().signal;
  let next = 1;
  const lane = async (): Promise<void> => {
    while (next <= title.segments) {
      await title.load(next++, client, forever).then(onSegment, () => {});
    }
  };
  for (let i = 0; i < waits; i++) void lane();
}

function scrub(title: Title, client: string, random: Random, clock: VirtualClock): void {
  const viewer = new Viewer(title, client, 1, clock, () => {});
  const again = (): void => {
    viewer.seek(1 + Math.floor(random() * title.segments));
    clock.after(scrubEveryMs, again);
  };
  again();
}
