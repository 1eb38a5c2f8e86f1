import type { HlsMediaPlaylist, HlsPresentation, HlsTag } from "./hls-presentation.ts";

/**
 * What can be checked of HLS from its text. `number`: `Apple` with the section of Apple's "HLS authoring specification
 * for Apple devices" (of the rule, where it has been read there; else of its chapter), `RFC` with the section of
 * draft-pantos-hls-rfc8216bis, which it stands on.
 */
export interface AuthoringRule {
  readonly number: string;
  readonly says: string;
  /** What is against the rule, as sentences. */
  readonly faults: (presentation: HlsPresentation) => readonly string[];
}

/** A rule that is not followed, on purpose. */
export interface Deviation {
  readonly number: string;
  readonly says: string;
  readonly because: string;
}

export const deviations: readonly Deviation[] = [
  {
    number: "Apple 6.1",
    says: "I-frame playlists are provided for scrubbing",
    because:
      "they name bytes within segments, which nobody knows before these are made; storyboards do what they are for",
  },
  {
    number: "Apple 7.5, 7.6",
    says: "target and segments last six seconds",
    because: "four, and less at the beginning, start sooner on a server that makes them when asked",
  },
  {
    number: "Apple 2.19",
    says: "loudness is told",
    because: "it is not known before the film is decoded; mixing down keeps the source's",
  },
  {
    number: "Apple 9",
    says: "AVERAGE-BANDWIDTH is within a tenth of what is measured",
    because: "the ceiling is the only average that is sure before the film is encoded",
  },
  {
    number: "Apple 1.1, 1.3, 1.6",
    says: "all pictures are H.264, HEVC or AV1, of levels that Apple's devices decode",
    because: "others are given to devices alone that say that they play them",
  },
];

const of = (tag: HlsTag, name: string): string => tag.attributes.get(name) ?? "";
const type = ({ media }: HlsPresentation, wanted: string): HlsTag[] =>
  media.filter((tag) => of(tag, "TYPE") === wanted);
const named = (tag: HlsTag): string => of(tag, "NAME") || tag.uri;
const codecsOf = (tag: HlsTag): string[] => of(tag, "CODECS").split(",");
const pictureCodec = /^(?:avc[13]|hvc1|hev1|dvh[1e]|dva[v1]|av01|dav1|vp0?9|vp09)\b/;
const hasPictures = (variant: HlsTag): boolean =>
  codecsOf(variant).some((codec) => pictureCodec.test(codec));
const seconds = ({ segments }: HlsMediaPlaylist): number =>
  segments.reduce((sum, segment) => sum + segment.seconds, 0);

/** The playlists of pictures and sound. */
function played({ variants, media, playlists }: HlsPresentation): HlsMediaPlaylist[] {
  const sounds = media.filter((tag) => of(tag, "TYPE") === "AUDIO");
  const uris = [...variants.map(({ uri }) => uri), ...sounds.map((tag) => of(tag, "URI"))];
  return [...new Set(uris)].flatMap((uri) => playlists.get(uri) ?? []);
}

/** A fault for each tag that does not hold. */
const unless =
  (tags: (presentation: HlsPresentation) => readonly HlsTag[], holds: (tag: HlsTag) => boolean) =>
  (presentation: HlsPresentation): string[] =>
    tags(presentation).flatMap((tag) => (holds(tag) ? [] : [named(tag)]));
const variants = (presentation: HlsPresentation): readonly HlsTag[] => presentation.variants;
const pictures = (presentation: HlsPresentation): readonly HlsTag[] =>
  presentation.variants.filter(hasPictures);
const media = (presentation: HlsPresentation): readonly HlsTag[] => presentation.media;
const subtitles = (presentation: HlsPresentation): readonly HlsTag[] =>
  type(presentation, "SUBTITLES");
const unlessPlaylist =
  (holds: (playlist: HlsMediaPlaylist) => boolean) =>
  ({ playlists }: HlsPresentation): string[] =>
    [...playlists].flatMap(([uri, playlist]) => (holds(playlist) ? [] : [uri]));

const languageTag = /^[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|\d{3}))?$/;
const dolby = /^dv(?:h1|av|a1)\.\d\d\.\d\d\/db[124][a-z]$/;

export const authoringRules: readonly AuthoringRule[] = [
  {
    number: "Apple 1.10",
    says: "parameter sets stand in sample descriptions: avc1, hvc1, dvh1",
    faults: unless(variants, (tag) => !/\b(?:avc3|hev1|dvhe|dav1e)\b/.test(of(tag, "CODECS"))),
  },
  {
    number: "Apple 1.3",
    says: "H.264 is of Baseline, Main or High Profile",
    faults: unless(variants, (tag) => !/\bavc1\.(?!42|4d|64)/i.test(of(tag, "CODECS"))),
  },
  {
    number: "Apple 1.6, 1.7",
    says: "what is HDR is no H.264, and HEVC of it is Main 10",
    faults: unless(
      pictures,
      (tag) =>
        of(tag, "VIDEO-RANGE") === "SDR" ||
        codecsOf(tag).every((codec) => !/^avc1|^hvc1\.(?!2\.)/.test(codec)),
    ),
  },
  {
    number: "Apple 1",
    says: "no more than 60 pictures a second",
    faults: unless(pictures, (tag) => Number(of(tag, "FRAME-RATE")) <= 60),
  },
  {
    number: "Apple 4",
    says: "subtitles are WebVTT in segments, without a header",
    faults: (presentation) =>
      subtitles(presentation).flatMap((tag) => {
        const playlist = presentation.playlists.get(of(tag, "URI"));
        const isText = playlist?.segments.every(({ uri }) => uri.endsWith(".vtt"));
        return isText === true && playlist?.map === null ? [] : [named(tag)];
      }),
  },
  {
    number: "Apple 4, RFC 4.4.6.1",
    says: "forced subtitles are chosen by themselves, say their language, and are no default",
    faults: unless(
      subtitles,
      (tag) =>
        of(tag, "FORCED") !== "YES" ||
        (of(tag, "AUTOSELECT") === "YES" && of(tag, "DEFAULT") !== "YES"),
    ),
  },
  {
    number: "Apple 4.7",
    says: "subtitles for who does not hear say both traits",
    faults: unless(subtitles, (tag) => {
      const traits = of(tag, "CHARACTERISTICS").split(",");
      const wanted = ["transcribes-spoken-dialog", "describes-music-and-sound"];
      const has = wanted.filter((one) => traits.includes(`public.accessibility.${one}`)).length;
      return has === (/\b(?:SDH|CC)\b/.test(of(tag, "NAME")) ? 2 : has === 1 ? 2 : has);
    }),
  },
  {
    number: "Apple 2.1",
    says: "where there is sound and it is coded anew, a variant has it as AAC or says what it has",
    faults: unless(
      (presentation) => (type(presentation, "AUDIO").length > 0 ? presentation.variants : []),
      (tag) => codecsOf(tag).some((codec) => /^(?:mp4a\.40|ac-3|ec-3|opus|fLaC)/i.test(codec)),
    ),
  },
  {
    number: "Apple 7",
    says: "no segment is longer than its target by half a second or more",
    faults: unlessPlaylist(({ segments, targetSeconds }) =>
      segments.every((segment) => segment.seconds < targetSeconds + 0.5),
    ),
  },
  {
    number: "Apple 8",
    says: "a film's playlists are VOD, ended, and of segments that last",
    faults: unlessPlaylist(
      ({ lines, segments }) =>
        lines.includes("#EXT-X-PLAYLIST-TYPE:VOD") &&
        lines.at(-1) === "#EXT-X-ENDLIST" &&
        segments.length > 0 &&
        segments.every((segment) => segment.seconds > 0),
    ),
  },
  {
    number: "Apple 9",
    says: "every variant says its codecs, and the most and the average of its bits",
    faults: unless(variants, (tag) => {
      const [most, average] = [of(tag, "BANDWIDTH"), of(tag, "AVERAGE-BANDWIDTH")].map(Number);
      return of(tag, "CODECS") !== "" && (average ?? 0) > 0 && (most ?? 0) >= (average ?? 0);
    }),
  },
  {
    number: "Apple 9, RFC 4.4.6.2",
    says: "every variant with pictures says their size, rate and range",
    faults: unless(
      pictures,
      (tag) =>
        /^[1-9]\d*x[1-9]\d*$/.test(of(tag, "RESOLUTION")) &&
        /^[1-9]\d*\.\d{3}$/.test(of(tag, "FRAME-RATE")) &&
        ["SDR", "HLG", "PQ"].includes(of(tag, "VIDEO-RANGE")),
    ),
  },
  {
    number: "Apple 9, RFC 4.4.6.2",
    says: "every variant with pictures says that there are no closed captions, or which, and all the same",
    faults: (presentation) => {
      const said = new Set(pictures(presentation).map((tag) => of(tag, "CLOSED-CAPTIONS")));
      return said.size > 1 || said.has("") ? [[...said].join(" and ")] : [];
    },
  },
  {
    number: "Apple 9",
    says: "segments are independent, and it is said",
    faults: ({ lines }) =>
      lines.includes("#EXT-X-INDEPENDENT-SEGMENTS") ? [] : ["it is not said"],
  },
  {
    number: "Apple 9",
    says: "no two variants are the same",
    faults: (presentation) => {
      const said = presentation.variants.map((tag) =>
        ["CODECS", "RESOLUTION", "VIDEO-RANGE", "AUDIO", "BANDWIDTH"]
          .map((name) => of(tag, name))
          .join(),
      );
      return said.filter((one, i) => said.indexOf(one) !== i);
    },
  },
  {
    number: "Apple 9, RFC 4.4.6.2",
    says: "the range is what the codec's name says",
    faults: unless(pictures, (tag) => {
      const told = /\b(?:vp09|av01)\S*?\.\d\d\.(16|18)\.\d\d/.exec(of(tag, "CODECS"))?.[1];
      return told === undefined || (told === "16" ? "PQ" : "HLG") === of(tag, "VIDEO-RANGE");
    }),
  },
  {
    number: "RFC 4.4.6.2",
    says: "Dolby Vision beside its base layer is a supplement with its brand, HDR10's or HLG's as the range says",
    faults: unless(variants, (tag) => {
      const supplement = of(tag, "SUPPLEMENTAL-CODECS");
      if (supplement === "") return !codecsOf(tag).some((codec) => codec.startsWith("dvh1.08"));
      const brand = supplement.split("/")[1] ?? "";
      const ranges: Readonly<Record<string, string>> = { db1p: "PQ", db4h: "HLG", db2g: "SDR" };
      return dolby.test(supplement) && ranges[brand] === of(tag, "VIDEO-RANGE");
    }),
  },
  {
    number: "RFC 4.4.6.2",
    says: "every group that a variant names is there, and every group is named by one",
    faults: (presentation) => {
      const names = ["AUDIO", "SUBTITLES"] as const;
      return names.flatMap((name) => {
        const groups = new Set(type(presentation, name).map((tag) => of(tag, "GROUP-ID")));
        const used = new Set(presentation.variants.map((tag) => of(tag, name)).filter(Boolean));
        return [...groups.symmetricDifference(used)];
      });
    },
  },
  {
    number: "RFC 4.4.6.1",
    says: "a rendition has a type, a group, a name, and a playlist",
    faults: unless(media, (tag) =>
      ["TYPE", "GROUP-ID", "NAME", "URI"].every((name) => of(tag, name) !== ""),
    ),
  },
  {
    number: "RFC 4.4.6.1",
    says: "languages are tags of BCP 47, the shortest",
    faults: unless(media, (tag) => {
      const language = tag.attributes.get("LANGUAGE");
      return language === undefined || (languageTag.test(language) && language !== "und");
    }),
  },
  {
    number: "RFC 4.4.6.1",
    says: "a default is chosen by itself; FORCED is of subtitles alone; sounds say their channels",
    faults: unless(
      media,
      (tag) =>
        (of(tag, "DEFAULT") !== "YES" || of(tag, "AUTOSELECT") !== "NO") &&
        (of(tag, "TYPE") === "SUBTITLES" || !tag.attributes.has("FORCED")) &&
        (of(tag, "TYPE") !== "AUDIO" || /^[1-9]\d*(?:\/[\w,-]*)*$/.test(of(tag, "CHANNELS"))),
    ),
  },
  {
    number: "RFC 4.4.6.1.1",
    says: "names differ within a group, one is the default at most, and of sounds one is",
    faults: ({ media: tags }) =>
      [...Map.groupBy(tags, (tag) => `${of(tag, "TYPE")} ${of(tag, "GROUP-ID")}`)].flatMap(
        ([group, members]) => {
          const names = new Set(members.map(named));
          const defaults = members.filter((tag) => of(tag, "DEFAULT") === "YES").length;
          const isFine = group.startsWith("AUDIO") ? defaults === 1 : defaults <= 1;
          return names.size === members.length && isFine ? [] : [group];
        },
      ),
  },
  {
    number: "RFC 4.4.6.1.1",
    says: "groups of one type hold the same renditions, whose names, languages and flags agree",
    faults: (presentation) => {
      const groups = Map.groupBy(type(presentation, "AUDIO"), (tag) => of(tag, "GROUP-ID"));
      const said = [...groups.values()].map((members) =>
        members
          .map((tag) => ["NAME", "LANGUAGE", "DEFAULT"].map((name) => of(tag, name)).join())
          .toSorted()
          .join("|"),
      );
      return said.filter((one) => one !== said[0]);
    },
  },
  {
    number: "RFC 4.4.3.1",
    says: "no segment, rounded, is longer than the target",
    faults: unlessPlaylist(({ segments, targetSeconds }) =>
      segments.every((segment) => Math.round(segment.seconds) <= targetSeconds),
    ),
  },
  {
    number: "RFC 8, 4.4.4.5",
    says: "playlists with a header are of version 6 and more; all are of 3, as their lengths are no whole numbers",
    faults: unlessPlaylist(({ version, map }) => version >= (map === null ? 3 : 6)),
  },
  {
    number: "RFC 6.2.4",
    says: "pictures and sound have one target, and end together within it",
    faults: (presentation) => {
      const all = played(presentation);
      const targets = new Set(all.map(({ targetSeconds }) => targetSeconds));
      const lengths = all.map(seconds);
      const apart = Math.max(...lengths) - Math.min(...lengths);
      return targets.size === 1 && apart <= (all[0]?.targetSeconds ?? 0)
        ? []
        : [`${[...targets].join()}: ${apart} s`];
    },
  },
  {
    number: "RFC 6.2.4",
    says: "variants are cut at the same moments",
    faults: (presentation) => {
      const [first, ...others] = pictures(presentation).map(({ uri }) => ends(presentation, uri));
      return others.flatMap((other, i) =>
        other.length === first?.length &&
        other.every((end, k) => Math.abs(end - (first[k] ?? 0)) < 0.001)
          ? []
          : [pictures(presentation)[i + 1]?.uri ?? ""],
      );
    },
  },
  {
    number: "RFC 4.1",
    says: "every URI is relative, so that a copy of the folder plays",
    faults: ({ playlists, variants: tags, media: all }) =>
      [
        ...[...playlists.values()].flatMap(({ segments, map }) => [
          ...segments.map(({ uri }) => uri),
          map ?? "x",
        ]),
        ...tags.map(({ uri }) => uri),
        ...all.map((tag) => of(tag, "URI")),
      ].filter((uri) => !/^[\w./-]+$/.test(uri) || uri.startsWith("/")),
  },
];

function ends({ playlists }: HlsPresentation, uri: string): number[] {
  let end = 0;
  return (playlists.get(uri)?.segments ?? []).map((segment) => (end += segment.seconds));
}

/** Everything in a presentation that is against a rule. */
export function authoringFaults(presentation: HlsPresentation): string[] {
  return authoringRules.flatMap(({ number, says, faults }) =>
    faults(presentation).map((fault) => `${number} (${says}): ${fault}`),
  );
}
