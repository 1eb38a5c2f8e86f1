import {
  decisionOf,
  judgeTracks,
  type DeliveryWish,
  type TrackVerdict,
  type Verdict,
} from "../device/judge-tracks.ts";
import type { Device } from "../device/device.ts";
import type { SubtitleWish } from "../device/judge-subtitle.ts";
import type { Reason } from "../device/reason.ts";
import { ViewraError } from "../errors/viewra-error.ts";
import type { Source } from "../media/source.ts";
import type { Rendition } from "../rendition/methods.ts";
import type { Plan } from "../rendition/plan.ts";
import type { DeliveryPlan, TrackWishes } from "../rendition/plan-delivery.ts";

export const decisionKinds = ["direct_play", "remux", "transcode"] as const;
export type DecisionKind = (typeof decisionKinds)[number];

/** What becomes of a track. */
export interface DeliveredTrack extends TrackVerdict {
  /** Ids of what is made of it, the best last. */
  readonly renditions: readonly string[];
}

/** How a title reaches a device. */
export interface Decision {
  readonly kind: DecisionKind;
  /** Why not with less work; empty where there is none. */
  readonly reasons: readonly Reason[];
  /** In the file's order. */
  readonly tracks: readonly DeliveredTrack[];
}

export interface DeliveryRequest {
  readonly audioIndex: number | null;
  readonly maxHeight: number | null;
  readonly delivery: DeliveryWish;
  readonly subtitle: SubtitleWish | null;
  readonly nightMode: boolean;
}

/**
 * What a device is given of a title. `obstacles`: why it is not given the file, though it could play it.
 * DELIVERY_IMPOSSIBLE, with the reasons, where what was wished for cannot be.
 */
export function judgeDelivery(
  source: Source,
  device: Device,
  request: DeliveryRequest,
  obstacles: readonly Reason[],
): Verdict {
  const verdict = judgeTracks(source, device, request);
  if (verdict.delivery === "impossible") throw impossible(request.delivery, verdict.reasons);
  if (verdict.delivery === "content" || obstacles.length === 0) return verdict;
  if (request.delivery === "direct_play") throw impossible(request.delivery, obstacles);
  const remux = judgeTracks(source, device, { ...request, delivery: "remux" });
  if (remux.delivery === "content") return { ...remux, reasons: obstacles };
  const rest = judgeTracks(source, device, { ...request, delivery: "transcode" });
  return { ...rest, reasons: [...obstacles, ...remux.reasons] };
}

/** DELIVERY_IMPOSSIBLE where packets were wanted as they are, and something has to be encoded. */
export function requireWished(wish: DeliveryWish, { kind, reasons }: Decision): void {
  if (wish !== "remux" || kind === "remux") return;
  throw impossible(
    wish,
    reasons.filter(({ code }) => code === "COPY_IMPOSSIBLE"),
  );
}

function impossible(wish: DeliveryWish, reasons: readonly Reason[]): ViewraError {
  const why = reasons.map(({ message }) => message).join("; ");
  return new ViewraError("DELIVERY_IMPOSSIBLE", `${wish} is not possible: ${why}`, {
    details: { reasons },
  });
}

export function wishesOf({ tracks }: Verdict): TrackWishes {
  return new Map(
    tracks.flatMap(({ index, action }) =>
      action === "drop" || action === "burn" ? [] : [[index, action] as const],
    ),
  );
}

/** Index of the subtitles that become part of the pictures. */
export function burntTrackOf({ tracks }: Verdict): number | undefined {
  return tracks.find(({ action }) => action === "burn")?.index;
}

/** The decision to give a file as it is. */
export function decisionOfFile({ tracks, reasons }: Verdict): Decision {
  const none: readonly string[] = [];
  return {
    kind: "direct_play",
    reasons,
    tracks: tracks.map((track) => ({ ...track, renditions: none })),
  };
}

/** A verdict as it was carried out: what could not be copied exactly is encoded, and says why. */
export function decisionFrom(
  verdict: Verdict,
  { plan, refused, rungsLeftOut }: DeliveryPlan,
): Decision {
  const tracks = verdict.tracks.map((track): DeliveredTrack => {
    const ids = madeOf(plan, track).map(({ id }) => id);
    const message = refused.get(track.index);
    if (message === undefined) return { ...track, renditions: ids };
    const reasons: Reason[] = [{ code: "COPY_IMPOSSIBLE", message }];
    return { ...track, action: "encode", renditions: ids, reasons };
  });
  const alone: Reason[] =
    rungsLeftOut === null ? [] : [{ code: "RUNGS_LEFT_OUT", message: rungsLeftOut }];
  const found = tracks.flatMap(({ reasons }) =>
    reasons.filter(({ code }) => code === "COPY_IMPOSSIBLE"),
  );
  return {
    kind: decisionOf({ ...verdict, tracks }) ?? "transcode",
    reasons: [...verdict.reasons, ...found, ...alone],
    tracks,
  };
}

/** A decision once another content took the place of its own: of what is copied there no more it says why. */
export function decisionInStead(
  { kind, reasons, tracks }: Decision,
  plan: Plan,
  why: string,
): Decision {
  const reason: Reason = { code: "COPY_IMPOSSIBLE", message: why };
  const changed = tracks.map((track): DeliveredTrack => {
    const made = madeOf(plan, track);
    const isCopied = track.action !== "copy" || made.some(({ method }) => method === "copy");
    const ids = made.map(({ id }) => id);
    if (isCopied) return { ...track, renditions: ids };
    return { ...track, action: "encode", renditions: ids, reasons: [...track.reasons, reason] };
  });
  const isSame = changed.every(({ action }, i) => action === tracks[i]?.action);
  if (isSame) return { kind, reasons, tracks: changed };
  return { kind: "transcode", reasons: [...reasons, reason], tracks: changed };
}

/** What plays a track of the source, or has it in its pictures. A storyboard is of its pictures, and plays none. */
function madeOf(
  { renditions }: Pick<Plan, "renditions">,
  { index, action }: TrackVerdict,
): Rendition[] {
  return renditions.filter((each) =>
    action === "burn"
      ? each.method === "encode" && each.kind === "video" && each.burnt?.track === index
      : each.track === index && each.kind !== "image",
  );
}
