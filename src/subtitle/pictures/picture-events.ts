import { readDvb } from "./dvb.ts";
import { readPgs } from "./pgs.ts";
import { chainShowings, type Showing } from "./showing.ts";
import { readVobsub } from "./vobsub.ts";
import { readXsub } from "./xsub.ts";

/** A packet of the track as the container has it. */
export interface PicturePacket {
  readonly timeSeconds: number;
  readonly durationSeconds: number | null;
  readonly data: Uint8Array;
}

export interface PictureCanvas {
  readonly width: number;
  readonly height: number;
}

/** What stands on the screen from one moment to another. */
export interface PictureEvent {
  readonly startSeconds: number;
  /** Infinity where nothing takes it away. */
  readonly endSeconds: number;
  /** The size that places are meant in. */
  readonly canvas: PictureCanvas;
  readonly isForced: boolean;
  /**
   * Draws it: RGBA with straight alpha, canvas.width × canvas.height × 4 bytes. Decoded only when called; damaged
   * parts are left out.
   */
  draw(): Uint8Array;
}

export type PictureCodec = "hdmv_pgs_subtitle" | "dvd_subtitle" | "dvb_subtitle" | "xsub";

/**
 * The events of a track in order, none overlapping another (a later one ends the earlier). `privateData`: the
 * container's codec private/extradata (VobSub: the text of the .idx header with size: and palette:; DVB: page ids),
 * null where there is none. `film`: the size of the film's pictures, for codecs that do not say their canvas. Never
 * throws: what cannot be drawn is left out.
 */
export function readPictureEvents(
  codec: PictureCodec,
  packets: readonly PicturePacket[],
  privateData: Uint8Array | null,
  film: PictureCanvas,
): PictureEvent[] {
  return chainShowings(decoders[codec](packets, privateData, film));
}

type Decoder = (
  packets: readonly PicturePacket[],
  privateData: Uint8Array | null,
  film: PictureCanvas,
) => Showing[];

const decoders: Readonly<Record<PictureCodec, Decoder>> = {
  hdmv_pgs_subtitle: (packets, _privateData, film) => readPgs(packets, film),
  dvd_subtitle: readVobsub,
  dvb_subtitle: readDvb,
  xsub: (packets, _privateData, film) => readXsub(packets, film),
};
