import type { VideoTrack } from "../../media/source.ts";
import { luminanceUnits } from "../../media/hdr-metadata.ts";

/**
 * The light of SDR's white on the scale of HDR pictures, candela per square metre: what BT.2408 has white paper and
 * titles at. All that is not brighter than about half of it comes out as a display of SDR would show it.
 */
export const sdrWhiteNits = 203;
/** What PQ's curve ends at (SMPTE ST 2084). */
const brightestNits = 10_000;
/** The display that HLG's curve is shown on (BT.2100, note 5e), and that most films in PQ are graded on. */
const usualPeakNits = 1000;

/**
 * The light of the brightest sample that pictures of HDR are taken to have: what they say themselves, the lesser of
 * content and display where they say both. Never below SDR's white: what is darker needs no curve.
 */
export function peakNits({
  color,
  hdrMetadata,
}: Pick<VideoTrack, "color" | "hdrMetadata">): number {
  if (color?.transfer === "arib-std-b67") return usualPeakNits;
  const { mastering = null, light = null } = hdrMetadata ?? {};
  const told = [light?.maxCll ?? 0, (mastering?.maxLuminance ?? 0) / luminanceUnits];
  const known = told.filter((nits) => nits > 0);
  const peak = known.length === 0 ? usualPeakNits : Math.min(...known);
  return Math.min(Math.max(Math.round(peak), sdrWhiteNits), brightestNits);
}

/**
 * The electrical-electrical transfer function of BT.2390, 5.4.1, from black and a peak to black and SDR's white, as an
 * expression of FFmpeg's `lutrgb` over a PQ signal of 16 bits: straight up to the knee, then a spline that ends level.
 */
export function toneCurve(sourcePeakNits: number): string {
  const peak = pqSignal(sourcePeakNits);
  const most = pqSignal(sdrWhiteNits) / peak;
  const knee = Math.max(0, 1.5 * most - 0.5);
  const scale = exact(peak * 0xffff);
  const signal = `st(0,clip(val/${scale},0,1))`;
  if (knee >= 1) return `${signal};${scale}*ld(0)`;
  const along = `st(1,(ld(0)-${exact(knee)})/${exact(1 - knee)})`;
  const spline = [
    `(2*ld(1)^3-3*ld(1)^2+1)*${exact(knee)}`,
    `(ld(1)^3-2*ld(1)^2+ld(1))*${exact(1 - knee)}`,
    `(3*ld(1)^2-2*ld(1)^3)*${exact(most)}`,
  ].join("+");
  return `${signal};${along};${scale}*if(lt(ld(0),${exact(knee)}),ld(0),${spline})`;
}

/** Light to PQ's signal, 0 to 1 (SMPTE ST 2084, 5). */
function pqSignal(nits: number): number {
  const power = (nits / brightestNits) ** (2610 / 16_384);
  return (
    ((3424 / 4096 + (2413 / 128) * power) / (1 + (2392 / 128) * power)) ** ((2523 / 4096) * 128)
  );
}

/** Digits enough for 16 bits, and no exponent. */
function exact(value: number): string {
  return value.toFixed(9);
}
