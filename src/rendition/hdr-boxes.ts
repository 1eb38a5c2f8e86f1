import type { Chromaticity, HdrMetadata } from "../media/hdr-metadata.ts";
import { box, u16, u32 } from "../iso/write-box.ts";

/**
 * MasteringDisplayColourVolumeBox and ContentLightLevelBox of a visual sample entry (ISO/IEC 14496-12, 12.1.6 and
 * 12.1.7), fields as in HEVC's messages: green, blue, red, white, then the luminances from the most down.
 */
export function hdrBoxes(metadata: HdrMetadata | null): Map<string, Uint8Array> {
  const boxes = new Map<string, Uint8Array>();
  const { mastering = null, light = null } = metadata ?? {};
  if (mastering !== null) {
    const { green, blue, red, whitePoint, maxLuminance, minLuminance } = mastering;
    const points = [green, blue, red, whitePoint].flatMap(coordinates);
    boxes.set("mdcv", box("mdcv", points, u32(maxLuminance), u32(minLuminance)));
  }
  if (light !== null) boxes.set("clli", box("clli", u16(light.maxCll), u16(light.maxFall)));
  return boxes;
}

function coordinates({ x, y }: Chromaticity): number[] {
  return [...u16(x), ...u16(y)];
}
