/**
 * The public contract of plugins. A plugin imports this file and nothing else of ours; its default
 * export is a definition without side effects. Beside it lies `plugin.cue`, which says what it is, what it needs
 * and what may be configured; `plugins/README.md` tells how to write one.
 *
 *   configure    the administrator's values, checked, become a provider
 *   findDevices  it says which devices of the machine are its own; each is tried by encoding
 *   refusal      it says which pictures it does not write
 *   tune         it turns a target into a recipe's settings: they are part of the content hash
 *   onDevice     it says what FFmpeg is told to encode a recipe with a device
 *
 * All of them are pure: what a provider is to look at it is given, FFmpeg is started by who asks, and so there is
 * nothing to clean up.
 */
import * as v from "valibot";
import type { Quality } from "../media/quality.ts";
import type { PictureCodec } from "../media/picture-codecs.ts";
import type { DevicePath, DeviceWork } from "./device-path.ts";
import type { VideoRecipe, VideoTarget, VideoTuning } from "./video-recipe.ts";

export type { DeviceFilters, DevicePath, DeviceWork, FilmPictures } from "./device-path.ts";
export { decodingOf, isDeinterlaced, needsMemory, vaapiPath } from "./device-path.ts";
export type { PictureCodec, Quality, VideoRecipe, VideoTarget, VideoTuning };
export { formatRational } from "../media/rational.ts";
export { chromaticityUnits, luminanceUnits } from "../media/hdr-metadata.ts";
export { encodedFormat, reorderedPictures } from "./video-recipe.ts";

/**
 * An encoder provider, as it is configured: finds the devices that it encodes with, turns targets into recipes, and
 * recipes into FFmpeg's arguments.
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
  /** The same provider of another configuration. Throws where the values are not of its form; `{}` is the usual one. */
  configure(values: unknown): TranscodingProvider;
}

/** What follows from a provider's configuration, and what never does. */
export interface ProviderDefinition<Configuration extends v.GenericSchema> extends Pick<
  TranscodingProvider,
  "id" | "name" | "version" | "revision" | "encoders" | "refusal"
> {
  /**
   * The form of the configuration, a default for each of its values; `plugin.cue` says the same of its `config`, for
   * administrators and forms.
   */
  readonly configuration: Configuration;
  /**
   * What follows from it. A value that changes bytes belongs into what `tune` answers, where it becomes part of the
   * content hash, and nowhere else: `onDevice` reads it from the recipe. One that does not (which device, how many at
   * once) stays out of it.
   */
  configure(
    config: v.InferOutput<Configuration>,
  ): Pick<TranscodingProvider, "priority" | "tune" | "findDevices" | "onDevice">;
}

/** Something that encodes: the processor, or a graphics card. */
export interface Device {
  /** The provider's own, unique among its devices: a path, or a number. */
  readonly id: string;
  /** For people. */
  readonly name: string;
  /** How many encoders may be open on it at once; left out, as many as one likes. */
  readonly sessions?: number;
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

/** The provider of a definition, as nobody configured it. Throws where the defaults are not of the configuration's form. */
export function defineProvider<Configuration extends v.GenericSchema>(
  definition: ProviderDefinition<Configuration>,
): TranscodingProvider {
  const { id, name, version, revision, encoders, refusal } = definition;
  const configure = (values: unknown): TranscodingProvider => ({
    ...{ id, name, version, revision, encoders, refusal, configure },
    ...definition.configure(v.parse(definition.configuration, values)),
  });
  return configure({});
}

/** An object of these fields and no others, as CUE has it: an array is none. */
export function struct<const Fields extends v.ObjectEntries>(fields: Fields) {
  const isNoArray = v.check((value: unknown) => !Array.isArray(value), "expected no array");
  return v.pipe(v.unknown(), isNoArray, v.strictObject(fields));
}

/** A whole number with a default, as most settings are. */
export function setting(least: number, most: number, usual: number) {
  return v.optional(v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most)), usual);
}

/** One of a few words, of which one is the default. */
export function choice<const Word extends string>(words: readonly Word[], usual: NoInfer<Word>) {
  return v.optional(v.picklist(words), usual);
}

/** What every provider may be configured by: `priority`, higher is tried first. */
export const priority = (usual: number) => setting(0, 1000, usual);

/** How many encoders may be open on a device at once: a number, or null for as many as one likes. */
export const sessions = () =>
  v.optional(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000))), null);

/** A device by its path, or `auto` for all that there are. */
export const renderNode = () =>
  v.optional(v.pipe(v.string(), v.regex(/^(?:auto|\/dev\/dri\/renderD\d+)$/)), "auto");

/** The devices that an administrator chose, each with as many encoders as may be open on it. */
export function chosenDevices(
  { devices, missing }: DeviceSearch,
  isChosen: (device: Device) => boolean,
  chosen: string,
  sessions: number | null,
): DeviceSearch {
  const those = devices.filter(isChosen);
  if (devices.length > 0 && those.length === 0) {
    const names = devices.map(({ name }) => name).join("; ");
    return { devices: [], missing: `${chosen} is configured and is not there; there is ${names}` };
  }
  return {
    devices: sessions === null ? those : those.map((device) => ({ ...device, sessions })),
    missing,
  };
}
