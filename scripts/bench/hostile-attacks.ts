import { renditionTimeline, type Plan } from "../../src/rendition/plan.ts";
import { segmentName } from "../../src/media/object-name.ts";
import { segmentCount } from "../../src/media/timeline.ts";

/** A request as it goes over the wire. */
export interface HostileRequest {
  readonly method: "GET" | "POST";
  /** Path of the server. */
  readonly path: string;
  /** JSON. */
  readonly body?: string;
}

/** What one hostile client does, as data. */
export interface Attack {
  readonly requests: readonly HostileRequest[];
  /** How many it has open at most, each on a connection of its own. */
  readonly atOnce: number;
  /** When it hangs up; null: it waits for the answer. */
  readonly dropAfterMs: number | null;
}

/** A content that segments are asked for of. */
export interface Target {
  readonly plan: Plan;
  /** Path, with a slash at the end. */
  readonly contentPath: string;
}

/** So many different segments waited for at the same time, spread over the whole content. Throws when it has fewer. */
export function manyWaits(target: Target, count: number): Attack {
  const names = spread(segmentNames(target.plan), count);
  return { requests: names.map((name) => get(target, name)), atOnce: count, dropAfterMs: null };
}

/** A viewer who cannot make up his mind: so many seeks, each given up at once. */
export function droppedSeeks(target: Target, count: number, dropAfterMs: number): Attack {
  const names = spread(segmentNames(target.plan, "video"), count);
  // Back and forth: no seek is served by the run of the one before.
  const half = Math.ceil(names.length / 2);
  const order = names
    .slice(0, half)
    .flatMap((name, i) => [name, ...names.slice(half + i, half + i + 1)]);
  return { requests: order.map((name) => get(target, name)), atOnce: 20, dropAfterMs };
}

/** Starts of one film that differ in what the device can take. */
export function differentWishes(mediaFileId: string, count: number): Attack {
  const requests = Array.from({ length: count }, (_, i): HostileRequest => {
    const max_bitrate = 300_000 + i * 37_123;
    const body = { media_file_id: mediaFileId, container: "dash", device_profile: { max_bitrate } };
    return { method: "POST", path: "/api/playback/start", body: JSON.stringify(body) };
  });
  return { requests, atOnce: count, dropAfterMs: null };
}

/** The first segments of every sound track, all at the same time. */
export function everySoundTrack(target: Target, segmentsOfEach: number): Attack {
  const tracks = target.plan.renditions.filter(({ kind }) => kind === "audio");
  const requests = tracks.flatMap(({ id }) =>
    Array.from({ length: segmentsOfEach }, (_, i) => get(target, segmentName(id, i + 1))),
  );
  return { requests, atOnce: requests.length, dropAfterMs: null };
}

function get({ contentPath }: Target, name: string): HostileRequest {
  return { method: "GET", path: contentPath + name };
}

function segmentNames(plan: Plan, kind?: "video"): string[] {
  return plan.renditions
    .filter((rendition) => kind === undefined || rendition.kind === kind)
    .flatMap((rendition) =>
      Array.from({ length: segmentCount(renditionTimeline(plan, rendition)) }, (_, i) =>
        segmentName(rendition.id, i + 1),
      ),
    );
}

function spread(names: readonly string[], count: number): string[] {
  if (names.length < count) throw new Error(`expected ${count} segments, got ${names.length}`);
  return Array.from(
    { length: count },
    (_, i) => names[Math.floor((i * names.length) / count)] ?? "",
  );
}
