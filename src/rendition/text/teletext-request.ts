import type { StreamPart } from "../../media/source.ts";
import { filmTextRequest, type FilmTextRequest, type TextRequest } from "./extract-text.ts";

/** A page of teletext, as FFmpeg's decoder writes it: with places, each page until the next one or until it is erased. */
export function teletextRequest(
  film: FilmTextRequest,
  { stream, service }: Pick<StreamPart, "stream" | "service">,
): TextRequest {
  const request = filmTextRequest({ ...film, tracks: [stream], subRipTracks: [] });
  const decoding = ["-fix_sub_duration", "-txt_format", "ass", "-txt_page", service];
  return {
    ...request,
    name: `${request.name}.${service}`,
    inputArgs: [...decoding, ...request.inputArgs],
  };
}
