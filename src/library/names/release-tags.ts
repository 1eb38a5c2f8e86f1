/**
 * Words that releases put after a title. `quality` and `sure` are never words of a title; `weak` ones are where they
 * stand beside a sure one, after a year, or in brackets.
 */
type Tag = "quality" | "sure" | "weak";

const quality =
  /^(?:\d{3,4}[pi](?:\d\d)?|[48]k|uhd|blu-?ray(?:-?rip)?|bd(?:-?rip|-?remux|mv|25|50)|br-?rip|web-?dl(?:-?rip)?|web-?rip|web-?hd|u?hdtv(?:-?rip)?|hdtvrip|pdtv|dsr(?:ip)?|sdtv|tv-?rip|sat-?rip|dvb-?rip|dvd(?:-?rip|-?scr|[59]|-r)|hd-?rip|hd-?dvd(?:rip)?|hd-?cam|cam-?rip|telesync|telecine|hd-?ts|hd-?tc|vhs-?rip|remux|vod-?rip|ppv-?rip|hdr10(?:\+|plus)?|dovi)$/i;
const weakQuality =
  /^(?:bd|bluray|web|dvd|cam|vhs|ts|tc|scr|r5|hdr|dv|hlg|sdr|3d|sbs|h-?sbs|hou|h-?ou|2k|hd|fhd|sd|half-(?:sbs|ou)|ld|laserdisc)$/i;
const sure =
  /^(?:[hx]-?26[456]|hevc|avc|xvid|divx\d?|av1|vp9|mpeg-?[24]|vc-?1|(?:8|10|12)-?bits?|hi10p?|hi444p+|aac(?:[257]\.[01]|\d)?|e?-?ac-?3|dts(?:-?(?:hd|x|es|ma))*(?:[257]\.[01])?|dd[p+]?(?:[257]\.[01])?|ddpa?(?:[257]\.[01])?|true-?hd(?:[257]\.[01])?|flac(?:[257]\.[01])?|opus[257]\.[01]|[257]\.[01](?:ch)?|\d{3,4}x\d{3,4}|dual-audio|multi-?subs?|ma\.?[57]\.1)$/i;
const weak =
  /^(?:proper|repack\d?|rerip|real|internal|int|limited|readnfo|(?:nfo|dir|sample)fix|subbed|dubbed|dub|subs?|hc|hardsubs?|softsubs?|multi\d?|dual|dl|ml|complete|retail|festival|extended|unrated|stv|ws|fs|oar|nf|netflix|amzn|amazon|dsnp|hmax|max|hulu|atvp|pcok|pmtp|stan|itunes|cr|crav|bbc|ip|atmos|opus|mp[23]|audio|hq|lq|hdlight|mhd|ma|uncensored|english|german|deutsch|french|truefrench|vff|vfq|vfi|vf2?|vof?|vost(?:fr|a)?|subfrench|italian|ita|eng?|spanish|castellano|español|espanol|esp|spa|latino|lat|ger|deu|fre|fra|jpn|jap|japanese|korean|kor|russian|rus|hindi|tamil|telugu|polish|pol|pldub|lektor|dubbing|napisy|nordic|swesub|swedish|norwegian|danish|finnish|dutch|nlsubs?|portuguese|por|pt-?br|dublado|legendado|turkish|tur|chinese|chs|cht|cantonese|mandarin|hun|hungarian|cze|czech|nfo|batch|end|uncut|xxx|v[2-4]|fansub|raw|remastered|theatrical|10bits?|60fps|50fps|\d{2}fps|lossless|jpbd|iso|gb|big5|简体|繁體|繁体|简繁|双语|字幕|国语|中字)$/i;

const around = /^[\s.[({<-]+|[\s\])}>,;]+$/g;

/** What a word of a name is, as a release's tag; null for any other word. `x264-GROUP` counts as its first part. */
function tagOf(word: string): { readonly tag: Tag; readonly word: string } | null {
  const bare = word.replaceAll(around, "");
  for (let end = bare.length; end > 0; end = bare.lastIndexOf("-", end - 1)) {
    const part = bare.slice(0, end);
    if (quality.test(part)) return { tag: "quality", word: part };
    if (sure.test(part)) return { tag: "sure", word: part };
    if (weakQuality.test(part) || weak.test(part)) return { tag: "weak", word: part };
  }
  return null;
}

export interface Split {
  /** The words before the tags. */
  readonly words: string;
  readonly tags: readonly string[];
}

/**
 * Parts words from the tags that follow them. `atLeast`: so many words stay, whatever they are. Tags that are none for
 * sure are so beside a sure one, and with `shouts` at the end where they are in capitals (`GERMAN`).
 */
export function splitTags(text: string, atLeast: 0 | 1, shouts = true): Split {
  const words = text.split(" ").filter((word) => word !== "");
  const kinds = words.map((word) => tagOf(word)?.tag ?? null);
  let cut = kinds.findIndex((kind, i) => i >= atLeast && (kind === "quality" || kind === "sure"));
  if (cut === -1) {
    cut = words.length;
    const least = shouts ? atLeast : cut;
    while (cut > least && isShout(words[cut - 1] ?? "")) cut--;
  } else {
    while (cut > atLeast && kinds[cut - 1] === "weak") cut--;
  }
  return { words: words.slice(0, cut).join(" "), tags: words.slice(cut) };
}

/** What is said of a version in people's own words, without the codecs; null where tags say it. */
export function labelOf(text: string): string | null {
  if (text.trim() === "" || (areTags(text) && versionOf(text.split(" ")) !== null)) return null;
  const words = text.split(" ").filter((word) => tagOf(word)?.tag !== "sure");
  return words.join(" ");
}

/** Whether words are tags, all of them. */
export function areTags(text: string): boolean {
  const words = text.split(" ").filter((word) => word !== "");
  return words.length > 0 && words.every((word) => tagOf(word) !== null);
}

/** Of tags, those that tell one version of a film from another, as written: `1080p BluRay`. null for none. */
export function versionOf(tags: readonly string[]): string | null {
  const found = tags.flatMap((word) => {
    const tag = tagOf(word);
    if (tag === null) return [];
    return tag.tag === "quality" || weakQuality.test(tag.word) ? [tag.word] : [];
  });
  return found.length === 0 ? null : [...new Set(found)].join(" ");
}

/** A tag in capitals that is not sure; `3D` and its like end titles as well. */
function isShout(word: string): boolean {
  const tag = tagOf(word);
  if (tag === null || weakQuality.test(tag.word)) return false;
  return /\p{Lu}/u.test(word) && word === word.toUpperCase();
}
