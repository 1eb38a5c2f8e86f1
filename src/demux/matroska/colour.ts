import type { ContainerColour } from "../demuxer.ts";
import { elements, uintOf, type Element } from "./ebml.ts";
import { ids } from "./element-ids.ts";

const unspecified = 2;
/** Range: 1 as in broadcasting, 2 the whole; 0 says nothing, 3 is what matrix and transfer make of it. */
const ranges: Readonly<Record<number, boolean>> = { 1: false, 2: true };

/** Colour of a Matroska track (RFC 9559, 5.1.4.1.28.16 ff.); null where it says nothing. */
export function readColour(bytes: Uint8Array, colour: Element): ContainerColour | null {
  const found = { primaries: unspecified, transfer: unspecified, matrix: unspecified };
  let isFullRange: boolean | null = null;
  for (const element of elements(bytes, colour.bodyStart, colour.end)) {
    if (element.id === ids.primaries) found.primaries = uintOf(bytes, element);
    else if (element.id === ids.transferCharacteristics) found.transfer = uintOf(bytes, element);
    else if (element.id === ids.matrixCoefficients) found.matrix = uintOf(bytes, element);
    else if (element.id === ids.colourRange) isFullRange = ranges[uintOf(bytes, element)] ?? null;
  }
  const numbers = Object.values(found);
  // Numbers of a byte: a file that says others says nothing.
  if (numbers.some((number) => number > 0xff)) return null;
  const saysNothing = isFullRange === null && numbers.every((number) => number === unspecified);
  return saysNothing ? null : { ...found, isFullRange };
}
