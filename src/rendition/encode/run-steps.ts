import { boundarySeconds, boundaryTicks } from "../../media/boundaries.ts";
import type { DeviceEncoder, DevicePath } from "../../plugin/sdk.ts";
import type { EncodeRunRequest } from "./run-args.ts";

/**
 * A run as FFmpegs that follow each other. The first try of one is decoded by a device where there is one that does, every
 * further one by the processor. What can hold a film's last picture takes pictures in memory, so that of a run whose pictures
 * stay on the device the segments in which that may be needed are made by another FFmpeg.
 */
export function toRunSteps(
  request: EncodeRunRequest,
  encoder: Pick<DeviceEncoder, "path">,
): EncodeRunRequest[] {
  const { renditions, source, attempt, holdForEver, burnt, from, to } = request;
  const videos = renditions.filter((rendition) => rendition.kind === "video");
  const { pictures } = source;
  if (pictures === undefined || attempt > 0 || holdForEver) return [request];
  const work = { pictures, recipes: videos.map(({ recipe }) => recipe) };
  const path = (isInMemory: boolean): DevicePath | null =>
    encoder.path?.({ ...work, isInMemory }) ?? null;
  if ((burnt ?? null) !== null) return [{ ...request, path: path(true) }];
  const held = Math.max(0, ...videos.map(({ holdSeconds }) => holdSeconds));
  const last = lastBefore(request, held);
  const whole = path(false);
  if (whole === null || whole.filters === null || last >= to) return [{ ...request, path: whole }];
  const atEnd = { ...request, from: Math.max(from, last + 1), path: path(true) };
  return last < from ? [atEnd] : [{ ...request, to: last, path: whole }, atEnd];
}

/** The last segment that ends so long before the content's end, from 1; 0 where none does. */
function lastBefore({ frame: { boundaries } }: EncodeRunRequest, seconds: number): number {
  const end = (boundarySeconds(boundaries) - seconds) * boundaries.timescale;
  const after = boundaryTicks(boundaries).findIndex((ticks) => ticks > end);
  return after < 0 ? boundaryTicks(boundaries).length - 1 : Math.max(0, after - 1);
}
