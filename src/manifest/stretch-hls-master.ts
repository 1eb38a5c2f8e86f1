import { ViewraError } from "../errors/viewra-error.ts";
import { mediaPlaylistName } from "../media/object-name.ts";
import {
  storyboardsIn,
  textsIn,
  type AudioRendition,
  type Rendition,
} from "../rendition/methods.ts";
import type { TextRendition } from "../rendition/text/text-rendition.ts";
import { streamFacts, type Plan } from "../rendition/plan.ts";
import { variantBitrateBps } from "./announced-bitrate.ts";
import { inUsualForm, videoRangeOf, withCodecNames } from "./codec-names.ts";
import { tilesStreamLine } from "./tiles-playlist.ts";
import {
  hlsQuoted,
  parseHlsAttributes,
  printHlsTag,
  type HlsAttributes,
} from "./hls-attributes.ts";

const mediaTag = "#EXT-X-MEDIA";
const variantTag = "#EXT-X-STREAM-INF";

/**
 * Shaka's multivariant playlist of synthetic renditions with the plan's bit rates, labels, default audio
 * and order: Shaka lists streams in the order in which its threads met them. Codecs, sizes, groups,
 * languages are Shaka's; its version comment is dropped, so that the same plan gives the same bytes.
 * PACKAGE_FAILED when it does not hold the plan's renditions.
 */
export function stretchHlsMaster(text: string, plan: Plan): string {
  const { head, media, variants } = readMaster(withCodecNames(text));
  const audio = plan.renditions.filter((rendition) => rendition.kind === "audio");
  const pictures = plan.renditions.filter((rendition) => rendition.kind === "video");
  // Without pictures the variants are the audio tracks, and a player would take them for qualities of
  // one: the default track stands for all, the others are alternatives of its group.
  const playable = pictures.length > 0 ? pictures : audio.filter(({ isDefault }) => isDefault);
  const listed = audio.toSorted((a, b) => Number(b.isDefault) - Number(a.isDefault));
  const texts = textsIn(plan.renditions, "hls");
  const textLines = texts.map((text) => printHlsTag(mediaTag, textAttributes(text, texts)));
  const mediaLines = listed.map((rendition) =>
    printHlsTag(mediaTag, mediaAttributes(found(media, rendition), rendition, listed)),
  );
  const variantLines = playable.flatMap((rendition) => [
    printHlsTag(variantTag, variantAttributes(found(variants, rendition), rendition, plan, texts)),
    mediaPlaylistName(rendition.id),
  ]);
  const imageLines = storyboardsIn(plan.renditions).map(tilesStreamLine);
  const blocks = [head, mediaLines, textLines, variantLines, imageLines].filter(
    (lines) => lines.length > 0,
  );
  return `${blocks.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

interface Master {
  readonly head: readonly string[];
  /** By the URI of their media playlist. */
  readonly media: ReadonlyMap<string, HlsAttributes>;
  readonly variants: ReadonlyMap<string, HlsAttributes>;
}

function readMaster(text: string): Master {
  const head: string[] = [];
  const media = new Map<string, HlsAttributes>();
  const variants = new Map<string, HlsAttributes>();
  let variant: HlsAttributes | undefined;
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith(`${mediaTag}:`)) {
      const attributes = parseHlsAttributes(line);
      media.set((attributes.get("URI") ?? "").slice(1, -1), attributes);
    } else if (line.startsWith(`${variantTag}:`)) {
      variant = parseHlsAttributes(line);
    } else if (variant !== undefined && line !== "" && !line.startsWith("#")) {
      variants.set(line, variant);
      variant = undefined;
    } else if (line.startsWith("#EXT")) {
      head.push(line);
    }
  }
  return { head, media, variants };
}

function found(entries: ReadonlyMap<string, HlsAttributes>, { id }: Rendition): HlsAttributes {
  const entry = entries.get(mediaPlaylistName(id));
  if (entry !== undefined) return entry;
  throw new ViewraError("PACKAGE_FAILED", `Shaka's HLS playlist lacks ${id}`);
}

function mediaAttributes(
  described: HlsAttributes,
  rendition: AudioRendition,
  listed: readonly AudioRendition[],
): HlsAttributes {
  const attributes = new Map<string, string>();
  for (const [name, value] of described) {
    if (name === "DEFAULT" || name === "AUTOSELECT") continue;
    if (name === "NAME") attributes.set(name, hlsQuoted(rendition.label));
    else if (name !== "LANGUAGE") attributes.set(name, value);
    else attributes.set(name, inUsualForm(value, hlsQuoted(rendition.language)));
    if (name !== "NAME") continue;
    attributes.set("DEFAULT", rendition.isDefault ? "YES" : "NO");
    if (isAutoselected(rendition, listed)) attributes.set("AUTOSELECT", "YES");
  }
  if (rendition.role === "description") attributes.set("CHARACTERISTICS", descriptionTrait);
  return attributes;
}

/** So that players find it for those who need it, and take it for nobody else (Apple 2.14, RFC 8216 4.3.4.1). */
const descriptionTrait = hlsQuoted("public.accessibility.describes-video");

/** The group that every variant's subtitles are of. */
const textGroup = "text";
/** Of captions, so that people who need them find them (HLS Authoring Specification, 4.7). */
const captionTraits =
  "public.accessibility.transcribes-spoken-dialog,public.accessibility.describes-music-and-sound";

/** RFC 8216, 4.3.4.1. A player may choose the default, the forced ones, and of every language the first. */
function textAttributes(text: TextRendition, texts: readonly TextRendition[]): HlsAttributes {
  const { id, label, language, isDefault, isForced, role } = text;
  const first = texts.find((other) => other.language === language && isPlainText(other));
  const attributes = new Map([
    ["TYPE", "SUBTITLES"],
    ["URI", hlsQuoted(mediaPlaylistName(id))],
    ["GROUP-ID", hlsQuoted(textGroup)],
  ]);
  if (language !== "und") attributes.set("LANGUAGE", hlsQuoted(language));
  attributes.set("NAME", hlsQuoted(label)).set("DEFAULT", isDefault ? "YES" : "NO");
  attributes.set("AUTOSELECT", isDefault || isForced || text === first ? "YES" : "NO");
  attributes.set("FORCED", isForced ? "YES" : "NO");
  if (role === "caption") attributes.set("CHARACTERISTICS", hlsQuoted(captionTraits));
  return attributes;
}

const isPlainText = ({ isForced, role }: TextRendition): boolean =>
  !isForced && role !== "commentary";

/**
 * A player may choose the default, and of every language the first that is no commentary, and for who does not see
 * the first description: those differ in their traits.
 */
function isAutoselected(rendition: AudioRendition, listed: readonly AudioRendition[]): boolean {
  const isDescription = rendition.role === "description";
  const candidates = listed.filter(
    ({ language, role, isDefault }) =>
      language === rendition.language &&
      (role === "description") === isDescription &&
      (isDefault || role !== "commentary"),
  );
  return candidates[0] === rendition;
}

function variantAttributes(
  described: HlsAttributes,
  rendition: Rendition,
  plan: Plan,
  texts: readonly TextRendition[],
): HlsAttributes {
  const ceiling = String(variantBitrateBps(plan, rendition));
  const attributes = new Map(described).set("BANDWIDTH", ceiling);
  // Of copied packets Shaka saw a few, on a clock that may round.
  const { framesPerSecond } = streamFacts(rendition);
  if (framesPerSecond !== null) attributes.set("FRAME-RATE", framesPerSecond.toFixed(3));
  // Shaka says nothing of pictures of which it does not know it, and players guess.
  if (rendition.kind === "video" && !attributes.has("VIDEO-RANGE")) {
    attributes.set("VIDEO-RANGE", videoRangeOf(described.get("CODECS") ?? ""));
  }
  // The only average that is sure not to be passed, as nothing of the film is encoded yet.
  attributes.set("AVERAGE-BANDWIDTH", ceiling);
  return texts.length === 0 ? attributes : attributes.set("SUBTITLES", hlsQuoted(textGroup));
}
