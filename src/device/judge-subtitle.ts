import { isBurnable, isText } from "../media/decoded-codecs.ts";
import type { Source, SubtitleTrack } from "../media/source.ts";
import type { Device } from "./device.ts";
import type { Reason } from "./reason.ts";

/** The subtitles that a viewer asks for. */
export interface SubtitleWish {
  /** As in the source's list. */
  readonly index: number;
  /** Whether they are to become part of the pictures; null leaves it to what the device can show. */
  readonly burn: boolean | null;
}

/** Names that clients have for codecs of subtitles, as FFmpeg names those. */
const names: Readonly<Record<string, readonly string[]>> = {
  hdmv_pgs_subtitle: ["pgs", "pgssub", "sup"],
  dvd_subtitle: ["vobsub", "dvdsub", "idx"],
  dvb_subtitle: ["dvbsub"],
  ass: ["ssa"],
  subrip: ["srt"],
};

/**
 * Why the subtitles that are asked for must become part of the pictures; null where they need not, or cannot.
 * `of`: of a stream, text is all that a player is given beside the pictures.
 */
export function burnReason(
  { video, subtitles }: Pick<Source, "video" | "subtitles">,
  device: Pick<Device, "subtitles">,
  wish: SubtitleWish | null,
  of: "file" | "stream",
): Reason | null {
  const track = subtitles.find(({ index }) => index === wish?.index);
  if (track === undefined || wish === null || wish.burn === false || video === null) return null;
  if (!isBurnable(track)) return null;
  const named = `Subtitles of the codec ${track.codec}`;
  if (wish.burn === true) return burnt(`${named} were asked for as part of the pictures`);
  if (isShown(track, device, of)) return null;
  return isText(track)
    ? burnt(`${named} become part of the pictures: the device shows no WebVTT`)
    : burnt(`${named} are pictures, which become part of the film's`);
}

const burnt = (message: string): Reason => ({ code: "SUBTITLES_BURNT_IN", message });

function isShown(
  track: SubtitleTrack,
  { subtitles }: Pick<Device, "subtitles">,
  of: "file" | "stream",
): boolean {
  const known = isText(track) ? ["vtt", "webvtt"] : [];
  const own = of === "file" ? [track.codec, ...(names[track.codec] ?? [])] : [];
  return [...known, ...own].some((name) => subtitles.has(name));
}
