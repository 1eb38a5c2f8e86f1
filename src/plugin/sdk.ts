/**
 * The public contract of plugins. A plugin imports this file and nothing else of ours; its default
 * export is a definition without side effects.
 */
import type { Quality } from "../media/quality.ts";
import type { PictureCodec } from "../media/picture-codecs.ts";
import type { DevicePath, DeviceWork } from "./device-path.ts";
import type { VideoRecipe, VideoTarget, VideoTuning } from "./video-recipe.ts";

export type { DeviceFilters, DevicePath, DeviceWork, FilmPictures } from "./device-path.ts";
export { decodingOf, isDeinterlaced, needsMemory } from "./device-path.ts";
export type { PictureCodec, Quality, VideoRecipe, VideoTarget, VideoTuning };
export { formatRational } from "../media/rational.ts";
export { chromaticityUnits, luminanceUnits } from "../media/hdr-metadata.ts";
export { encodedFormat, reorderedPictures } from "./video-recipe.ts";

/**
 * An encoder provider: finds the devices that it encodes with, turns targets into recipes, and recipes into FFmpeg's
 * arguments. All pure: what it is to look at it is given, and FFmpeg is started by who asks.
 */
export interface TranscodingProvider {
  /** `ffmpeg_software`; letters, digits and underscores. */
  readonly id: string;
  readonly name: string;
  readonly version: string;
  /**
   * Raised when the same recipe would give other bytes than before, and only then: it is part of the
   * content hash. What is stored of an earlier one is served, and no more is made of it.
   */
  readonly revision: number;
  /** Higher is tried first. */
  readonly priority: number;
  /** The FFmpeg encoder that it writes each codec of pictures with, as in a recipe's `encoder`; one without is not made. */
  readonly encoders: Readonly<Partial<Record<PictureCodec, string>>>;
  /** Why it does not encode a target of a codec that it writes, as a sentence; null where it does. */
  refusal(target: VideoTarget): string | null;
  /** How this provider reaches a target. Part of the content hash: same input, same answer, for ever, on any device. */
  tune(target: VideoTarget, quality: Quality): VideoTuning;
  /** Which devices of a machine it may encode with, the preferred first. Whether one does is tried by encoding. */
  findDevices(machine: Machine): DeviceSearch;
  /**
   * What FFmpeg is told to encode with a device. No recipe knows of it: another device, the same content. `filters`: those
   * that FFmpeg has, by name.
   */
  onDevice(device: Device, filters?: ReadonlySet<string>): DeviceEncoder;
}

/** Something that encodes: the processor, or a graphics card. */
export interface Device {
  /** The provider's own, unique among its devices: a path, or a number. */
  readonly id: string;
  /** For people. */
  readonly name: string;
}

/** What was found for a provider, or what is missing and what to do about it, as sentences. */
export interface DeviceSearch {
  readonly devices: readonly Device[];
  readonly missing: string | null;
}

/** What a provider finds among the files of its devices, and what it says where it may open none of them, or there are none. */
export function searchDevices<File extends { readonly path: string; readonly isOpen: boolean }>(
  files: readonly File[],
  devicesOf: (file: File) => readonly Device[],
  say: { readonly none: string; readonly shut: string },
): DeviceSearch {
  const devices = files.filter(({ isOpen }) => isOpen).flatMap(devicesOf);
  const [first] = files;
  if (devices.length > 0) return { devices, missing: null };
  if (first === undefined) return { devices, missing: say.none };
  return { devices, missing: `${first.path} may not be opened by this user: ${say.shut}` };
}

/** How a user gets to open a render node. */
export const renderGroup =
  "add the user to the group render (usermod -aG render USER), or give a container that group (--group-add)";

/** A graphics card's file that programs draw and encode with (Linux, DRM). */
export interface RenderNode {
  /** `/dev/dri/renderD128`. */
  readonly path: string;
  /** PCI's number of who made it, `0x8086`; null where it is on no PCI bus. */
  readonly vendor: string | null;
  /** The kernel's driver, `i915`, `amdgpu`; null where nothing says. */
  readonly driver: string | null;
  /** This process may open it. */
  readonly isOpen: boolean;
}

/** An NVIDIA card's file. */
export interface NvidiaCard {
  /** `/dev/nvidia0`. */
  readonly path: string;
  /** CUDA's number of it, where CUDA_VISIBLE_DEVICES hides none. */
  readonly index: number;
  readonly isOpen: boolean;
}

/** What providers look at to find their devices. */
export interface Machine {
  /** FFmpeg's encoders by name: those that it was built with. */
  readonly encoders: ReadonlySet<string>;
  /** And its filters. */
  readonly filters: ReadonlySet<string>;
  readonly renderNodes: readonly RenderNode[];
  readonly nvidiaCards: readonly NvidiaCard[];
}

/** FFmpeg's arguments for one device. */
export interface DeviceEncoder {
  /** Options before any input (device set-up); usually none. */
  readonly globalArgs: readonly string[];
  /** Options of one video output, from `-c:v` on: encoder, rate control, GOP, profile, level. */
  videoArgs(recipe: VideoRecipe): string[];
  /** Filters appended after scaling (upload to a device); usually none. */
  outputFilters(recipe: VideoRecipe): string[];
  /**
   * How it decodes a run's pictures, and what of the filters' work it does; null, or left out, where that is the processor's.
   * Asked of what it was proven to decode. What it gives are the pictures that the processor would.
   */
  readonly path?: (work: DeviceWork) => DevicePath | null;
  /** What its encoders are told by the environment. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Identity; gives a plugin's definition its type. */
export function defineProvider(provider: TranscodingProvider): TranscodingProvider {
  return provider;
}
