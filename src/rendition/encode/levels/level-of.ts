import type { PictureCodec } from "../../../media/picture-codecs.ts";
import type { VideoTarget } from "../../../plugin/video-recipe.ts";
import { av1Level } from "./av1.ts";
import { h264Level } from "./h264.ts";
import { hevcLevel } from "./hevc.ts";
import { vp9Level } from "./vp9.ts";

const byCodec: Readonly<Record<PictureCodec, (target: VideoTarget) => string>> = {
  ...{ h264: h264Level, hevc: hevcLevel, av1: av1Level, vp9: vp9Level },
};

/** The lowest level of its codec that holds the target, `<major>.<minor>`. */
export function levelOf(target: VideoTarget): string {
  return byCodec[target.codec](target);
}
