import { deliveryWishes, type DeliveryWish } from "../device/judge-tracks.ts";
import type { Reason } from "../device/reason.ts";
import type { Plan } from "../rendition/plan.ts";
import type { Decision } from "./delivery.ts";
import type { StartRequest } from "./start-request.ts";

/**
 * What is tried, in this order, for a player that cannot play what it was given: everything that asks less of it.
 * Nothing for one that wanted this way and no other, nor behind a content that is encoded throughout to what every
 * player plays (`isPlain`).
 */
export function laterDeliveries(
  { delivery = "auto" }: Pick<StartRequest, "delivery">,
  { kind, tracks }: Decision,
  isPlain: boolean,
): DeliveryWish[] {
  // What every player plays is encoded, too.
  if (delivery !== "auto") return delivery === "transcode" && !isPlain ? ["transcode"] : [];
  const isCopied = tracks.some(({ action }) => action === "copy");
  if (kind === "transcode") return isCopied || !isPlain ? ["transcode"] : [];
  return deliveryWishes.slice(deliveryWishes.indexOf(kind) + 1);
}

/** Why a title is delivered otherwise than at first. */
export function deliveryFailed({ kind }: Decision, said: string): Reason {
  const message = `The player could not go on with ${kind}${said === "" ? "" : `: ${said}`}`;
  return { code: "DELIVERY_FAILED", message };
}

/** Whether pictures are encoded in other codecs than the one that every player plays. */
export function hasSparingPictures({ renditions }: Pick<Plan, "renditions">): boolean {
  return renditions.some(
    (each) => each.kind === "video" && each.method === "encode" && each.recipe.codec !== "h264",
  );
}
