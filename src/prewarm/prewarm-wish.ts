import * as v from "valibot";
import { deliveryWishes } from "../device/judge-tracks.ts";
import type { TitleWish } from "../device/title-wish.ts";
import { ViewraError } from "../errors/viewra-error.ts";

/** A part of a title, `[from, to)` in seconds of the film, as one device plays it. */
export interface PrewarmWish {
  readonly mediaFileId: string;
  readonly device: TitleWish;
  readonly fromSeconds: number;
  /** null for the end. */
  readonly toSeconds: number | null;
}

const text = v.optional(v.string());
const number = v.optional(v.number());
const flag = v.optional(v.boolean());
const texts = v.optional(v.array(v.string()));

const deviceProfileSchema = v.object({
  ...{ userAgent: text, supportedContainers: texts, supportedCodecs: texts, maxResolution: text },
  ...{ maxBitrate: number, supportsHdr: flag, maxAudioChannels: number, supportedSubtitles: texts },
  mediaCapabilities: v.optional(
    v.array(
      v.object({
        ...{ contentType: v.string(), width: number, height: number, framerate: number },
        ...{
          bitrate: number,
          channels: number,
          hdr: v.optional(v.picklist(["hdr10", "hdr10+", "hlg"])),
        },
        ...{ supported: v.boolean(), smooth: flag, powerEfficient: flag },
      }),
    ),
  ),
});

const deviceSchema = v.object({
  container: v.optional(v.picklist(["dash", "hls"])),
  deviceProfile: v.optional(deviceProfileSchema),
  ...{ audioTrack: number, subtitleTrack: number, burnSubtitles: flag, nightMode: flag },
  ...{ enableAbr: flag, quality: text, delivery: v.optional(v.picklist(deliveryWishes)) },
});

const wishSchema = v.object({
  ...{ mediaFileId: v.string(), device: deviceSchema },
  ...{ fromSeconds: v.number(), toSeconds: v.nullable(v.number()) },
});

const storedWish = v.pipe(v.string(), v.parseJson(), wishSchema);
const storedDevice = v.pipe(v.string(), v.parseJson(), deviceSchema);

/** A wish as it was written with JSON.stringify; null for what is none. */
export function parseWish(json: string): PrewarmWish | null {
  const parsed = v.safeParse(storedWish, json);
  return parsed.success ? parsed.output : null;
}

/** What a start request on record says of its device; null for what cannot be read. */
export function parseDevice(json: string): TitleWish | null {
  const parsed = v.safeParse(storedDevice, json);
  return parsed.success ? parsed.output : null;
}

/** Without what is said of one file's tracks. */
export function forAnyTitle(device: TitleWish): TitleWish {
  const { audioTrack: _, subtitleTrack: __, burnSubtitles: ___, ...rest } = device;
  return rest;
}

/** Equal for devices that say the same of themselves. */
export function deviceKey(device: TitleWish): string {
  return JSON.stringify(device, (_, value: unknown) => sorted(value));
}

/** Equal for wishes for one title and device, whichever part of it. */
export function subjectOf({ mediaFileId, device }: PrewarmWish): string {
  return new Bun.CryptoHasher("sha256")
    .update(`${mediaFileId} ${deviceKey(device)}`)
    .digest("base64url");
}

function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)),
  );
}

/** The wish within a film that lasts so long. INVALID_REQUEST where nothing of it is. */
export function withinFilm(wish: PrewarmWish, durationSeconds: number): PrewarmWish {
  const { fromSeconds, toSeconds } = wish;
  if (fromSeconds >= durationSeconds) {
    const message = `Expected from to be before the film's end at ${durationSeconds} seconds; got ${fromSeconds}`;
    throw new ViewraError("INVALID_REQUEST", message, {
      details: { field: "from", duration: durationSeconds, got: fromSeconds },
    });
  }
  const isToEnd = toSeconds === null || toSeconds >= durationSeconds;
  return isToEnd ? { ...wish, toSeconds: null } : wish;
}

/** Whether who makes one part makes the other, too. */
export function covers(
  part: Pick<PrewarmWish, "fromSeconds" | "toSeconds">,
  other: Pick<PrewarmWish, "fromSeconds" | "toSeconds">,
): boolean {
  return (
    part.fromSeconds <= other.fromSeconds &&
    (part.toSeconds ?? Infinity) >= (other.toSeconds ?? Infinity)
  );
}
