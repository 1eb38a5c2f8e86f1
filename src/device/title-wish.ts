import type { Container } from "../media/object-name.ts";
import type { DeviceRequest } from "./device-request.ts";
import type { DeliveryWish } from "./judge-tracks.ts";

/**
 * What a client says of how a title is to be played, beside where from: it decides which content the title comes to. Track
 * indices are the source's stream indices.
 */
export interface TitleWish {
  readonly container?: Container | undefined;
  readonly deviceProfile?: DeviceRequest | undefined;
  readonly audioTrack?: number | undefined;
  readonly subtitleTrack?: number | undefined;
  /** Whether those subtitles become part of the pictures; by what the device shows when left out. */
  readonly burnSubtitles?: boolean | undefined;
  /** Whether quiet sound becomes louder, and loud sound quieter. */
  readonly nightMode?: boolean | undefined;
  readonly enableAbr?: boolean | undefined;
  readonly quality?: string | undefined;
  readonly delivery?: DeliveryWish | undefined;
}
