/**
 * Filters that hold peaks below a limit, a part of full scale, looking 5 ms ahead. FFmpeg's limiter (5.1) compares a peak
 * with those before it by its first two channels alone: where those are silent and another is loud, it divides by nothing
 * and turns all channels to full scale for a few samples. Of more than two channels each is therefore limited by itself.
 */
export function peakLimiter(limit: number, layout: string, eachOf: number | null): string {
  const limiter = `alimiter=limit=${limit}:level=disabled:latency=1`;
  if (eachOf === null) return limiter;
  const numbers = Array.from({ length: eachOf }, (_, i) => i);
  const [apart, held] = [numbers.map((i) => `[p${i}]`), numbers.map((i) => `[h${i}]`)];
  return [
    `channelsplit=channel_layout=${layout}${apart.join("")}`,
    ...numbers.map((i) => `${apart[i]}${limiter}${held[i]}`),
    `${held.join("")}join=inputs=${eachOf}:channel_layout=${layout}`,
  ].join(";");
}
