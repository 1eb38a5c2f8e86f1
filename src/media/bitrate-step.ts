/** Renard's R10 series (ISO 3): ten steps a decade, each a quarter more than the one before. */
const steps = [1, 1.25, 1.6, 2, 2.5, 3.15, 4, 5, 6.3, 8] as const;

/**
 * The step at or below a bit rate, in bits per second. Wishes that hardly differ (players ask for what they
 * measured) share a step and so one plan and one encode, and whoever asks for everything gets few plans.
 */
export function bitrateStep(bitrateBps: number): number {
  let exponent = Math.floor(Math.log10(bitrateBps));
  // A logarithm of 1000 may come out as 2.9999999999999996.
  if (10 ** (exponent + 1) <= bitrateBps) exponent++;
  const at = steps.findLast((step) => Math.round(step * 10 ** exponent) <= bitrateBps) ?? 1;
  return Math.max(1, Math.round(at * 10 ** exponent));
}
