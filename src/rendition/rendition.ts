import type * as v from "valibot";
import type { Container } from "../media/object-name.ts";
import type { Boundaries } from "../media/boundaries.ts";
import type { SourcePiece } from "../media/source-pieces.ts";
import type { Timeline } from "../media/timeline.ts";
import type { ActiveRun, FinishedFile, LocateSource, SegmentRun } from "./segment-run.ts";

/** Which film a plan is of, and where its clock begins. */
export interface PlanSource {
  /** What the film is, not where it lies. */
  readonly fingerprint: string;
  /** The source's clock at the content's zero, in microseconds. */
  readonly originMicroseconds: number;
  /** Of a file whose clock jumps, and the demuxer that reads them. */
  readonly joined?: { readonly container: string; readonly pieces: readonly SourcePiece[] };
}

/** What a plan says of all its renditions together. */
export interface PlanFrame {
  readonly source: PlanSource;
  readonly boundaries: Boundaries;
  /** What manifests and init segments are described from; a moment of nothing when left out. */
  readonly describedFrom?: "film" | undefined;
}

interface AnyTrack {
  /** Folder of its objects: `v720`, `a1`. */
  readonly id: string;
  /** How it is made: the name of a folder beside this file. */
  readonly method: string;
  /** Stream index in the source. */
  readonly track: number;
}

/** What every method's pictures have. */
export interface VideoTrackRendition extends AnyTrack {
  readonly kind: "video";
}

/** What a sound is for, as DASH calls it. `description`: what is to be seen is spoken, for those who do not see. */
export const soundRoles = ["main", "commentary", "description", "alternate"] as const;
export type SoundRole = (typeof soundRoles)[number];

/** What every method's sound has. */
export interface AudioTrackRendition extends AnyTrack {
  readonly kind: "audio";
  readonly language: string;
  /** What a menu shows; unique within the plan. */
  readonly label: string;
  readonly isDefault: boolean;
  readonly role: SoundRole;
}

/** What every method's subtitles have. */
export interface TextTrackRendition extends AnyTrack {
  readonly kind: "text";
  readonly language: string;
  /** What a menu shows; unique within the plan's texts. */
  readonly label: string;
  readonly isDefault: boolean;
  /** Shown to all who hear the film's own language: of what is spoken in another one, and of signs. */
  readonly isForced: boolean;
  /** `caption`: for those who do not hear, with sounds and speakers told. */
  readonly role: "subtitle" | "caption" | "commentary";
  /** The manifest that lists it: HLS takes text in segments, DASH as one file. */
  readonly manifest: Container;
}

/** What every method's still pictures have. */
export interface ImageTrackRendition extends AnyTrack {
  readonly kind: "image";
}

/** A rendition as all but its own method see it. */
export type AnyRendition =
  VideoTrackRendition | AudioTrackRendition | TextTrackRendition | ImageTrackRendition;

/** What most pictures and sounds take of the capacity that encoding is counted in. */
export const usualWeights = { video: 1, audio: 1 / 8 } as const;

/** What manifests, menus and pages tell of a rendition; null for what does not apply to its kind. */
export interface StreamFacts {
  /** FFmpeg's name. */
  readonly codec: string;
  /** Ceiling of its bit rate: what manifests announce. */
  readonly bitrateBps: number;
  readonly width: number | null;
  readonly height: number | null;
  readonly framesPerSecond: number | null;
  readonly channels: number | null;
}

/** A segment with the header it was written with; null where that is the described one by its making, or there is none. */
export interface PackagedSegment {
  readonly init: Uint8Array | null;
  readonly segment: Uint8Array;
}

/**
 * How renditions of one kind are made: all that is particular to them, as pure functions. Each lives in a
 * folder of its own beside this file, and stands in the list of methods.ts. Those that do something are its
 * `RenditionMaker`.
 */
export interface RenditionMethod<R extends AnyRendition = AnyRendition> {
  /** Its renditions as this version writes them into plans, and no others. */
  readonly schema: v.GenericSchema<unknown, R>;
  /**
   * By how much the revision of a rendition in somebody's plan is ahead of what this version makes: below 0
   * for an earlier one. null for what is none of its renditions at all.
   */
  revisionLead(rendition: unknown): number | null;
  /** Whether a rendition that somebody wrote can be cut at a plan's boundaries at all. */
  fits(frame: PlanFrame, rendition: R): boolean;
  /**
   * A rendition's exact segment boundaries, reckoned once: those of a long film are thousands, and every
   * segment is held against them.
   */
  timeline(frame: PlanFrame, rendition: R): Timeline;
  facts(rendition: R): StreamFacts;
  /** What its run takes of the capacity, see `usualWeights`. */
  weight(rendition: R): number;
  /** How many segments one run of it makes at most; `longestRun` where nothing is said. */
  runLimit?(rendition: R): number;
  /** How many of its files, finished and not kept yet, hold its run; a few where nothing is said. */
  readonly mostUncommitted?: number;
  /** Whether it is made when nobody waits, to have it stored: not what costs nothing to make again. */
  readonly isWorthFilling: boolean;
  /** Whether viewers go through it from one segment to the next: what follows is then made ahead of them. */
  readonly isFollowed: boolean;
  /** Those of a plan that one run can make together, when all of them are wanted. */
  together(renditions: readonly R[]): R[][];
  /**
   * Why bytes are not segment n, as sentences; none when they are. Safe on any bytes. `described`: the
   * described init segment; what follows from it is not checked without.
   */
  verify(
    bytes: Uint8Array,
    expected: {
      readonly frame: PlanFrame;
      readonly rendition: R;
      readonly n: number;
      readonly described?: Uint8Array;
    },
  ): string[];
}

/** What Shaka Packager's description of pictures and sound follows from. */
export interface DescribedMethod<R extends AnyRendition = AnyRendition> {
  /** All of it, as plain data: neither tracks nor lengths nor labels. */
  shape(frame: PlanFrame, rendition: R): unknown;
}

export interface SampleRequest<R extends AnyRendition = AnyRendition> {
  readonly frame: PlanFrame;
  readonly rendition: R;
  /** Existing folder for the sample. */
  readonly folder: string;
  readonly locate: LocateSource;
}

/** What a method of pictures and sound does so that Shaka Packager can describe them. */
export interface SampleMaker<R extends AnyRendition = AnyRendition> {
  /**
   * Makes a short MP4 of which Shaka Packager reads what to write into manifest and init segment, and
   * answers with its path. TRANSCODING_UNAVAILABLE where this cannot be made here.
   */
  sample(request: SampleRequest<R>): Promise<string>;
}

/** What a method does, with programs and files. */
export interface RenditionMaker<R extends AnyRendition = AnyRendition> {
  /** Starts making segments into a folder; `onFile` is told of each file when it is whole, in order. */
  start(run: SegmentRun<R>, outDir: string, onFile: (file: FinishedFile) => void): ActiveRun;
  /** Makes finished files segments; results in the order of the files. PACKAGE_FAILED, STORAGE_FULL. */
  package(
    files: readonly (FinishedFile & { readonly kind: R["kind"] })[],
  ): Promise<readonly PackagedSegment[]>;
}
