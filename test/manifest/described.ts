import { join } from "node:path";
import { frameTimescale, type Rational } from "../../src/media/rational.ts";
import { parseXml, type XmlElement } from "../../src/media/xml-element.ts";
import type { Rendition } from "../../src/rendition/methods.ts";

const text = (name: string): Promise<string> => Bun.file(join(import.meta.dir, name)).text();

/** What Shaka Packager 3.4.2 printed of 12 synthetic frames of two rungs and two audio tracks. */
export const describedMpd = await text("described.mpd");
export const describedMaster = await text("described-master.m3u8");
const describedMedia = await text("described-v90.m3u8");

/** The MPD as it is for the plan's frame rate: the recorded one is of 25 frames a second. */
export function mpdFor({ num, den }: Rational): string {
  const timescale = frameTimescale({ num, den });
  return describedMpd
    .replaceAll('timescale="25000"', `timescale="${timescale}"`)
    .replaceAll('"25000/1000"', `"${num}/${den}"`);
}

export function mediaFor({ id }: Pick<Rendition, "id">): string {
  return describedMedia.replaceAll("v90", id);
}

/** An MPD as elements. */
export function readMpd(mpd: string): XmlElement {
  const root = parseXml(mpd);
  if (root === null) throw new Error("expected XML");
  return root;
}
