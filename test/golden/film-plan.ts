import { planColor, untagged } from "../../src/media/color.ts";
import type { EncodedAudio, EncodedVideo } from "../../src/rendition/encode/encoded-rendition.ts";
import type { EncodedPlan } from "../../src/rendition/build-plan.ts";
import { frameTicks, frameTimescale, type Rational } from "../../src/media/rational.ts";
import { frameBoundaries } from "../../src/media/frame-boundaries.ts";

export interface FilmShape {
  readonly frameRate: Rational;
  readonly seconds: number;
  readonly segmentSeconds: number;
  readonly beginningSeconds?: readonly number[];
  readonly pictures?: boolean;
  readonly sound?: boolean;
}

/** A plan of two rungs and two audio tracks, of which the second is the default. */
export function filmPlan(shape: FilmShape): EncodedPlan {
  const { frameRate } = shape;
  const { seconds, segmentSeconds, beginningSeconds } = shape;
  const boundaries = frameBoundaries(seconds, frameRate, segmentSeconds, beginningSeconds);
  const longest = Math.max(...boundaries.steps.map(({ durationTicks }) => durationTicks));
  const color = planColor(untagged, "yuv420p", { width: 320, height: 180 });
  const rung = (id: string, width: number, height: number, kbps: number): EncodedVideo => ({
    kind: "video",
    method: "encode",
    id,
    track: 0,
    holdSeconds: 0,
    recipe: {
      kind: "video",
      revision: 2,
      codec: "h264",
      width,
      height,
      frameRate,
      gopFrames: longest / frameTicks(frameRate),
      maxBitrateBps: kbps * 1000,
      color: color.output,
      treatment: {
        deinterlace: null,
        orientation: { rotationDegrees: 0, isMirrored: false },
        sourceColor: color.source,
        conversion: color.conversion,
      },
      timescale: frameTimescale(frameRate),
      provider: { id: "ffmpeg_software", revision: 1 },
      encoder: "libx264",
      profile: "high",
      level: "2.1",
      settings: {},
    },
  });
  const track = (id: string, language: string, label: string): EncodedAudio => ({
    kind: "audio",
    method: "encode",
    id,
    track: 1,
    holdSeconds: 0,
    packetMicroseconds: null,
    language,
    label,
    isDefault: language === "fra",
    role: language === "fra" ? "main" : "alternate",
    recipe: {
      kind: "audio",
      revision: 2,
      codec: "aac",
      encoder: "aac",
      sampleRateHz: 48_000,
      channels: 2,
      mix: "layout",
      bitrateBps: 128_000,
      frameSamples: 1024,
      prerollFrames: 8,
    },
  });
  return {
    version: 2,
    source: { fingerprint: "sha256-sampled:0:00", originMicroseconds: 0 },
    boundaries,
    renditions: [
      ...(shape.pictures === false ? [] : [rung("v90", 160, 90, 150), rung("v180", 320, 180, 400)]),
      ...(shape.sound === false
        ? []
        : [track("a1", "eng", "English"), track("a2", "fra", "French")]),
    ],
  };
}
