import { u16At, u24At, u8At } from "./bytes-at.ts";
import type { VobsubColours } from "./vobsub-palette.ts";

/** Where a bitmap stands, and where the run lengths of its two fields begin in the unit. */
export interface VobsubArea {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What stands on the screen after a control sequence. */
export interface VobsubState {
  readonly isShown: boolean;
  readonly isForced: boolean;
  readonly colours: VobsubColours;
  readonly area: VobsubArea | null;
  /** Of the even rows and of the odd ones. */
  readonly fields: readonly [number, number] | null;
}

/** A state, and when it begins after the unit's packet. */
export interface VobsubStep {
  readonly delaySeconds: number;
  readonly state: VobsubState;
}

export const firstState: VobsubState = {
  isShown: false,
  isForced: false,
  colours: { numbers: [0, 0, 0, 0], opacities: [0, 0, 0, 0] },
  area: null,
  fields: null,
};

/** Units have two or three control sequences; fades some dozens. */
const mostSequences = 256;

/** Where a unit's control sequences begin: behind the run lengths. */
export const controlAt = (unit: Uint8Array): number => u16At(unit, 2);

/**
 * The control sequences of a sub-picture unit; `before`: colours hold until a unit says others. A unit that nothing
 * begins to show is shown at once, as FFmpeg shows it.
 */
export function readSteps(unit: Uint8Array, before: VobsubState): VobsubStep[] {
  const first = { ...firstState, colours: before.colours };
  const steps = stepsFrom(unit, first);
  const isStarted = steps.some(({ state }) => state.isShown);
  return isStarted ? steps : stepsFrom(unit, { ...first, isShown: true });
}

function stepsFrom(unit: Uint8Array, first: VobsubState): VobsubStep[] {
  const steps: VobsubStep[] = [];
  let state = first;
  let at = controlAt(unit);
  while (at > 0 && at + 4 < unit.length && steps.length < mostSequences) {
    state = afterCommands(unit, at + 4, state);
    // Dates are in 1024ths of the 90 kHz clock.
    steps.push({ delaySeconds: (u16At(unit, at) * 1024) / 90_000, state });
    const next = u16At(unit, at + 2);
    // The last one leads to itself.
    if (next <= at) break;
    at = next;
  }
  return steps;
}

function afterCommands(unit: Uint8Array, from: number, before: VobsubState): VobsubState {
  let state = before;
  for (let at = from; at < unit.length;) {
    const command = u8At(unit, at);
    const length = commandLength(unit, at);
    // 255 ends the sequence; of commands that nobody knows the length is not known either.
    if (length === null || at + length > unit.length) break;
    state = afterCommand(unit, at + 1, command, state);
    at += length;
  }
  return state;
}

function commandLength(unit: Uint8Array, at: number): number | null {
  const command = u8At(unit, at);
  if (command <= 2) return 1;
  if (command === 3 || command === 4) return 3;
  if (command === 5) return 7;
  if (command === 6) return 5;
  // Changes of colour within the picture say their length; they are passed over.
  return command === 7 ? 1 + Math.max(2, u16At(unit, at + 1)) : null;
}

function afterCommand(
  unit: Uint8Array,
  at: number,
  command: number,
  state: VobsubState,
): VobsubState {
  switch (command) {
    case 0:
      return { ...state, isShown: true, isForced: true };
    case 1:
      return { ...state, isShown: true };
    case 2:
      return { ...state, isShown: false };
    case 3:
      return { ...state, colours: { ...state.colours, numbers: fourOf(unit, at) } };
    case 4:
      return { ...state, colours: { ...state.colours, opacities: fourOf(unit, at) } };
    case 5:
      return { ...state, area: areaOf(unit, at) };
    case 6:
      return { ...state, fields: [u16At(unit, at), u16At(unit, at + 2)] };
    default:
      return state;
  }
}

/** Four numbers of four bits, that of the last colour first. */
const fourOf = (unit: Uint8Array, at: number): number[] => {
  const [high, low] = [u8At(unit, at), u8At(unit, at + 1)];
  return [low & 15, low >> 4, high & 15, high >> 4];
};

/** Two columns and two rows of 12 bits, all of them inside. */
function areaOf(unit: Uint8Array, at: number): VobsubArea {
  const [columns, rows] = [u24At(unit, at), u24At(unit, at + 3)];
  const [x, y] = [columns >> 12, rows >> 12];
  return { x, y, width: (columns & 0xfff) - x + 1, height: (rows & 0xfff) - y + 1 };
}
