import canonicalize from "canonicalize";
import type { AudioRecipe, VideoRecipe } from "./recipe.ts";
import type { SourcePiece } from "./source-pieces.ts";
import { audioTimeline, videoTimeline, type Grid, type Timeline } from "./timeline.ts";

/** The canonical description of one piece of content. Pure data; its SHA-256 is the content hash. */
export interface Plan {
  readonly version: 1;
  readonly source: {
    /** What the film is, not where it lies. */
    readonly fingerprint: string;
    /** The source's clock at the content's zero, in microseconds. */
    readonly originMicroseconds: number;
    /** Of a file whose clock jumps, and the demuxer that reads them. */
    readonly joined?: { readonly container: string; readonly pieces: readonly SourcePiece[] };
  };
  readonly grid: Grid;
  /** What manifests and init segments are described from; a moment of nothing when left out. */
  readonly describedFrom?: "film" | undefined;
  readonly renditions: readonly Rendition[];
}

export type Rendition = VideoRendition | AudioRendition;

export interface VideoRendition {
  readonly kind: "video";
  /** Folder of its objects: `v720`. */
  readonly id: string;
  /** Stream index in the source. */
  readonly track: number;
  /** How long the last picture may stand at the end, where sound goes on without pictures. */
  readonly holdSeconds: number;
  readonly recipe: VideoRecipe;
}

export interface AudioRendition {
  readonly kind: "audio";
  /** Folder of its objects: `a1`, `a2` … */
  readonly id: string;
  readonly track: number;
  /** How long silence may stand at the end, where pictures go on without sound. */
  readonly holdSeconds: number;
  /**
   * The source's clock at one packet of the track, microseconds, where all of them are equally long and
   * so begin on one grid; null where they may not be.
   */
  readonly packetMicroseconds: number | null;
  readonly language: string;
  /** What a menu shows; unique within the plan. */
  readonly label: string;
  readonly isDefault: boolean;
  readonly role: "main" | "commentary" | "alternate";
  readonly recipe: AudioRecipe;
}

/** The plan as RFC 8785 canonical JSON: equal plans are equal strings. */
export function canonicalPlan(plan: Plan): string {
  const text = canonicalize(plan);
  if (text === undefined) throw new TypeError("expected a plan, got something JSON cannot hold");
  return text;
}

/** SHA-256 of a plan's canonical JSON: 64 lower-case hex digits. */
export async function contentHash(planJson: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(planJson));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A rendition's exact segment boundaries. */
export function renditionTimeline(plan: Plan, rendition: Rendition): Timeline {
  return rendition.kind === "video"
    ? videoTimeline(plan.grid)
    : audioTimeline(plan.grid, rendition.recipe);
}

export const manifestNames = { dash: "manifest.mpd", hls: "master.m3u8" } as const;
export type Container = keyof typeof manifestNames;

/** What an object's name says it is; undefined for a name no plan has. */
export type ObjectName =
  | { readonly kind: "dash-manifest" | "hls-multivariant" | "plan" }
  | { readonly kind: "hls-media"; readonly rendition: string }
  | { readonly kind: "init"; readonly rendition: string }
  | { readonly kind: "segment"; readonly rendition: string; readonly n: number };

export function parseObjectName(name: string): ObjectName | undefined {
  if (name === manifestNames.dash) return { kind: "dash-manifest" };
  if (name === manifestNames.hls) return { kind: "hls-multivariant" };
  if (name === "plan.json") return { kind: "plan" };
  const media = /^([av]\d{1,5})\.m3u8$/.exec(name);
  if (media?.[1]) return { kind: "hls-media", rendition: media[1] };
  const init = /^([av]\d{1,5})\/init\.mp4$/.exec(name);
  if (init?.[1]) return { kind: "init", rendition: init[1] };
  const segment = /^([av]\d{1,5})\/([1-9]\d{0,8})\.m4s$/.exec(name);
  if (segment?.[1] && segment[2]) {
    return { kind: "segment", rendition: segment[1], n: Number(segment[2]) };
  }
  return undefined;
}

export const initName = (rendition: string): string => `${rendition}/init.mp4`;
export const segmentName = (rendition: string, n: number): string => `${rendition}/${n}.m4s`;
export const mediaPlaylistName = (rendition: string): string => `${rendition}.m3u8`;
