import type { AudioRendition, VideoRendition } from "../rendition/methods.ts";
import type { Container } from "../media/object-name.ts";
import { streamFacts, type Plan } from "../rendition/plan.ts";
import { pictureRank } from "../rendition/picture-rank.ts";
import type { Delivered } from "./delivered.ts";

/** What a viewer is shown and hears first; nothing of a file, of which nothing is made. */
export interface FirstRenditions {
  readonly video: VideoRendition | undefined;
  readonly audio: AudioRendition | undefined;
}

/** `audioTrack`: stream index of the sound asked for; null for none in particular. */
export function firstRenditions(delivered: Delivered, audioTrack: number | null): FirstRenditions {
  if (delivered.kind === "file") return { video: undefined, audio: undefined };
  const { plan, container } = delivered;
  return { video: firstRung(plan, container), audio: firstAudio(plan, audioTrack) };
}

/** What dash.js 5 (`DEFAULT_VIDEO_BITRATE`) and Shaka Player 5 (`defaultBandwidthEstimate`) assume at first. */
const assumedBandwidthBps = 1_000_000;

/**
 * The rung a player asks for first, before it has measured anything; undefined without pictures. hls.js
 * (`testBandwidth`, on by default) loads a segment of the lowest. dash.js and Shaka Player take the best
 * that fits 1 Mbit/s. Of several ladders it is the preferred one's. A wrong guess costs little: the segment that is
 * waited for goes first.
 */
export function firstRung(plan: Plan, container: Container): VideoRendition | undefined {
  const all = plan.renditions.filter((rendition) => rendition.kind === "video");
  const most = Math.max(...all.map((rung) => pictureRank(rung, all)));
  const rungs = all
    .filter((rung) => pictureRank(rung, all) === most)
    .toSorted((a, b) => bitrateOf(a) - bitrateOf(b));
  if (container === "hls") return rungs[0];
  return rungs.findLast((rung) => bitrateOf(rung) <= assumedBandwidthBps) ?? rungs[0];
}

const bitrateOf = (rung: VideoRendition): number => streamFacts(rung).bitrateBps;

/** The rung that a player's report names, by id or by lines (`v720`, `v720-hevc`, `720p`, `720`); undefined for none. */
export function watchedRung(plan: Plan, quality: string | null): VideoRendition | undefined {
  const lines = Number(/^v?(\d{2,5})p?$/.exec(quality ?? "")?.[1]);
  return plan.renditions
    .filter((rendition) => rendition.kind === "video")
    .find(
      (rung) =>
        rung.id === quality || rung.id === `v${lines}` || streamFacts(rung).height === lines,
    );
}

/** The audio rendition a viewer hears first: the track asked for, else the default; undefined without sound. */
export function firstAudio(plan: Plan, track: number | null): AudioRendition | undefined {
  const audio = plan.renditions.filter((rendition) => rendition.kind === "audio");
  const asked = track === null ? undefined : audio.find((rendition) => rendition.track === track);
  return asked ?? audio.find((rendition) => rendition.isDefault) ?? audio[0];
}
