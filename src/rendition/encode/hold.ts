/** What a track may lack at its end, to a tenth of a second, with half a second for rounded headers. */
export function holdSeconds(endSeconds: number, contentEnd: number): number {
  return Math.ceil(Math.max(0, contentEnd - endSeconds) * 10 + 5) / 10;
}
