import type { BenchContext, Benchmark } from "./benchmark.ts";
import { leastStallShare, simulate, slotsNeeded, type Crowd } from "./crowd/crowd.ts";
import type { CrowdFigures } from "./crowd/crowd-figures.ts";
import type { Figure } from "./figure.ts";
import { drawLinePlot } from "./line-plot.ts";
import { median, quantile } from "./statistics.ts";

const viewers = 1000;
const films = 300;
const needed = slotsNeeded(viewers);

export const crowdSimulation: Benchmark = {
  name: "crowd-simulation",
  title: "A thousand viewers, simulated",
  about:
    "The scheduler and the decisions about runs as they are in the server, over simulated time, encoders and players; nothing " +
    `is measured, and the same seed gives the same figures on any machine. ${viewers} viewers watch for eight minutes, in segments of ` +
    "4 s, fetched ahead up to 30 s; each seeks every five minutes and leaves after twenty, on average, and is followed by another. A slot makes " +
    "480p at 40 × real time (two of five viewers), 720p at 24 × (two of five) and 1080p at 12 × (one of five); an encoder that " +
    `is begun takes 0.4 s first. *Own films*: each viewer another film, which needs ${needed.toFixed(1)} slots if no encoder is ever begun ` +
    `twice. *Popular films*: ${films}, chosen by Zipf's law, from the beginning. No player changes its rung. *Stall share*: of the time in ` +
    "which viewers want to see pictures, that in which none move, starts and seeks among it; beside it what it would be if slots " +
    "were all that is lacking. *Idle*: of the time of all slots, that in which one was free while somebody waited.",
  rounds: { full: 1, quick: 1 },
  measure,
};

const slotCounts = [16, 24, 32, 40, 48, 56, 64];
const told = [16, 32, 48, 64];
const kinds = [
  { name: "own films", films: null },
  { name: "popular films", films },
] as const;
type Kind = (typeof kinds)[number];

const crowdOf = (slots: number, { films }: Kind, seed: number): Crowd => ({
  ...{ viewers, slots, films, seed, scrubbers: 0, greedy: { clients: 0, waits: 40 } },
  ...{ warmUpSeconds: 120, seconds: 480 },
});

async function measure({ rounds, say, draw }: BenchContext): Promise<Figure[]> {
  const figures: Figure[] = [];
  const lines: { name: string; points: [number, number][] }[] = [];
  const played = async (crowd: Crowd): Promise<CrowdFigures> => {
    const began = performance.now();
    const seen = await simulate(crowd);
    const seconds = ((performance.now() - began) / 1000).toFixed(0);
    say(`${crowd.slots} slots: ${percent(seen.stallShare)} stalled (simulated in ${seconds} s)`);
    return seen;
  };
  for (const kind of kinds) {
    const points: [number, number][] = [];
    for (const slots of slotCounts) {
      const seen: CrowdFigures[] = [];
      for (let seed = 1; seed <= rounds; seed++)
        seen.push(await played(crowdOf(slots, kind, seed)));
      points.push([slots, median(seen.map(({ stallShare }) => stallShare))]);
      if (told.includes(slots))
        figures.push(...figuresOf(`${slots} slots, ${kind.name}`, slots, seen));
    }
    lines.push({ name: kind.name, points });
  }
  await draw("crowd-simulation.svg", plot(lines));
  figures.push(...(await besideOthers(rounds, played)));
  return figures;
}

function figuresOf(what: string, slots: number, seen: readonly CrowdFigures[]): Figure[] {
  const waits = (part: number): string =>
    `${median(seen.map((each) => quantile(each.waits, part))).toFixed(1)} s`;
  return [
    {
      what: `stall share, ${what}`,
      unit: "%",
      values: seen.map(({ stallShare }) => stallShare * 100),
      ours: `waits ${waits(0.5)}, 99th ${waits(0.99)}`,
      bare: percent(leastStallShare(viewers, slots)),
    },
    {
      what: `idle, ${what}`,
      unit: "%",
      values: seen.map(({ idleShare }) => idleShare * 100),
      target: { atMost: 5 },
      ours: `${median(seen.map(({ begun, made }) => begun / made)).toFixed(2)} encoders a segment`,
    },
  ];
}

/** What is left to viewers beside clients who want more than their share. */
async function besideOthers(
  rounds: number,
  played: (crowd: Crowd) => Promise<CrowdFigures>,
): Promise<Figure[]> {
  const slots = 48;
  const disturbed = [
    ["20 greedy clients, 40 waits each", { greedy: { clients: 20, waits: 40 } }],
    ["20 clients that seek five times a second", { scrubbers: 20 }],
  ] as const;
  const figures: Figure[] = [];
  for (const [what, change] of disturbed) {
    const ratios: number[] = [];
    const greedy: number[] = [];
    for (let seed = 1; seed <= rounds; seed++) {
      const calm = crowdOf(slots, kinds[0], seed);
      const alone = await played(calm);
      const beside = await played({ ...calm, ...change });
      // Of what they see, as stalls may be next to none.
      ratios.push((1 - alone.stallShare) / (1 - beside.stallShare));
      greedy.push(beside.greedyShare);
    }
    figures.push({
      what: `pictures seen alone ÷ beside ${what}, ${slots} slots, own films`,
      unit: "×",
      values: ratios,
      target: { atMost: 1.1 },
      ours: `they get ${percent(median(greedy))} of all segments`,
    });
  }
  return figures;
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

function plot(lines: readonly { name: string; points: readonly [number, number][] }[]): string {
  const ideal = slotCounts
    .concat(needed)
    .toSorted((a, b) => a - b)
    .map((slots) => [slots, leastStallShare(viewers, slots)] as const);
  return drawLinePlot({
    title: `${viewers} viewers: share of the time in which no picture moves`,
    x: { label: "encodes that may go on at once (slots)", from: 16, ticks: slotCounts },
    y: { label: "stall share", ticks: [0, 0.2, 0.4, 0.6, 0.8, 1], text: (y) => `${y * 100} %` },
    lines: [
      ...lines,
      { name: "own films, if only slots were lacking", points: ideal, isDashed: true },
    ],
  });
}
