import type { CopyObstacle } from "../demuxer.ts";
import { elements, uintOf, type Element } from "./ebml.ts";
import { ids } from "./element-ids.ts";

export interface ContentEncodings {
  readonly strippedHeader: Uint8Array;
  readonly obstacle: CopyObstacle | null;
}

const none = new Uint8Array(0);

/** How a track's frames are wrapped (RFC 9559, 5.1.4.1.31): only header stripping is undone here. */
export function readContentEncodings(bytes: Uint8Array, master: Element): ContentEncodings {
  const encodings = [...elements(bytes, master.bodyStart, master.end)].filter(
    ({ id }) => id === ids.contentEncoding,
  );
  const [encoding] = encodings;
  if (encoding === undefined) return { strippedHeader: none, obstacle: null };
  if (encodings.length > 1) return refused("compression", "The track is compressed twice");
  let [scope, type, algorithm, settings] = [1, 0, 0, none];
  for (const element of elements(bytes, encoding.bodyStart, encoding.end)) {
    if (element.id === ids.contentEncodingScope) scope = uintOf(bytes, element);
    if (element.id === ids.contentEncodingType) type = uintOf(bytes, element);
    if (element.id !== ids.contentCompression) continue;
    for (const inner of elements(bytes, element.bodyStart, element.end)) {
      if (inner.id === ids.contentCompAlgo) algorithm = uintOf(bytes, inner);
      if (inner.id === ids.contentCompSettings) settings = bytes.slice(inner.bodyStart, inner.end);
    }
  }
  if (type !== 0) return refused("encryption", "The track is encrypted");
  // 3: header stripping. Bit 1 of the scope: frames; the others concern the codec's configuration.
  if (algorithm !== 3) return refused("compression", "The track's frames are compressed");
  if ((scope & 2) !== 0) return refused("compression", "The codec's configuration is compressed");
  return { strippedHeader: (scope & 1) === 0 ? none : settings, obstacle: null };
}

function refused(code: CopyObstacle["code"], message: string): ContentEncodings {
  return { strippedHeader: none, obstacle: { code, message } };
}
