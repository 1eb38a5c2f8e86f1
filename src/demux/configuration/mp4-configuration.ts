import type { CodecConfiguration, DemuxedTrack } from "../demuxer.ts";
import { ac3SpecificBox, eac3SpecificBox } from "./dolby-boxes.ts";
import { vp9ConfigurationBox } from "./vp9-box.ts";
import { flacSpecificBox, opusSpecificBox } from "./xiph-boxes.ts";

/**
 * The configuration of a track as MP4 has it (`form` names the box, `esds` as in CodecConfiguration): its own where it
 * comes from MP4, else made of Matroska's and of the first packet. null where it cannot be: the track cannot be
 * copied. MP3 needs none, and is given as an `esds` without bytes.
 */
export function mp4Configuration(
  track: Pick<DemuxedTrack, "codec" | "configuration" | "colour">,
  firstPacket: Uint8Array,
  framesPerSecond: number,
): CodecConfiguration | null {
  const { codec, configuration } = track;
  const own = configuration?.form;
  const made = (form: string, bytes: Uint8Array | null | undefined): CodecConfiguration | null => {
    if (own === form) return configuration;
    return bytes === null || bytes === undefined ? null : { form, bytes };
  };
  switch (codec) {
    case "ac3":
      return made("dac3", ac3SpecificBox(firstPacket));
    case "eac3":
      return made("dec3", eac3SpecificBox(firstPacket));
    case "opus":
      return made("dOps", configuration && opusSpecificBox(configuration.bytes));
    case "flac":
      return made("dfLa", configuration && flacSpecificBox(configuration.bytes));
    case "vp9":
      return made("vpcC", vp9ConfigurationBox(firstPacket, framesPerSecond, track.colour));
    case "mp3":
    case "mp2":
      return { form: "esds", bytes: new Uint8Array(0) };
    case null:
    default:
      return configuration;
  }
}
