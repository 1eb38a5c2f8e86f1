export interface PicturePacket {
  readonly timeSeconds: number;
  readonly durationSeconds: number | null;
  readonly data: Uint8Array;
}
export interface PictureCanvas {
  readonly width: number;
  readonly height: number;
}
export interface PictureEvent {
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly canvas: PictureCanvas;
  readonly isForced: boolean;
  draw(): Uint8Array;
}
export type PictureCodec = "hdmv_pgs_subtitle" | "dvd_subtitle" | "dvb_subtitle" | "xsub";
export function readPictureEvents(
  _c: PictureCodec,
  _p: readonly PicturePacket[],
  _d: Uint8Array | null,
  _f: PictureCanvas,
): PictureEvent[] {
  return [];
}
