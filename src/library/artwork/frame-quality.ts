/** What was measured of a picture out of a film, of 8 bits. */
export interface FrameMeasure {
  /** Mean of its luma. */
  readonly mean: number;
  /** Between the darkest tenth and the brightest. */
  readonly contrast: number;
  /** Mean width of its edges, pixels; null where it has none. */
  readonly blur: number | null;
}

/** Filters that measure a picture and print it to standard output. */
export const measureFilters = "signalstats,blurdetect,metadata=print:file=-";

/** Reads what `measureFilters` print of the first picture; null where they printed nothing. */
export function readMeasure(printed: string): FrameMeasure | null {
  const value = (name: string): number =>
    Number(new RegExp(String.raw`^lavfi\.${name}=(-?[\d.]+)$`, "m").exec(printed)?.[1] ?? NaN);
  const [mean, low, high] = ["YAVG", "YLOW", "YHIGH"].map((name) => value(`signalstats.${name}`));
  if (mean === undefined || low === undefined || high === undefined || Number.isNaN(mean)) {
    return null;
  }
  const blur = value("blur");
  return { mean, contrast: high - low, blur: Number.isNaN(blur) ? null : blur };
}

const leastContrast = 50;
const darkest = 30;
const brightest = 225;
/** A sharp picture has 5 to 8; out of focus, or between two in a fade, 13 and more. */
const mostBlur = 10;

/** Whether a picture shows something: neither black nor white nor flat nor blurred. */
export function isGoodFrame({ mean, contrast, blur }: FrameMeasure): boolean {
  const isLit = mean >= darkest && mean <= brightest;
  return isLit && contrast >= leastContrast && blur !== null && blur <= mostBlur;
}

/** The more, the better: for films of which no picture is good. */
export function frameScore({ mean, contrast, blur }: FrameMeasure): number {
  const light = Math.min(mean, 255 - mean) / 128;
  return contrast / 128 + light - (blur === null ? 1 : blur / 20);
}
