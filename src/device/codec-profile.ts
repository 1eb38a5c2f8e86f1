import type { ChromaFormat } from "../media/pixel-format.ts";

/** What a decoder of one profile decodes. */
interface ProfileScope {
  /** Itself and the profiles within it, as ffprobe names them. */
  readonly profiles: ReadonlySet<string>;
  readonly maxBitDepth: number;
  readonly chroma: ReadonlySet<ChromaFormat>;
}

type Step = readonly [
  name: string,
  bitDepth: number,
  chroma: readonly ChromaFormat[],
  also?: readonly string[],
];

/**
 * Each line decodes what stands above it: ISO/IEC 14496-10, A.2; ISO/IEC 23008-2, A.3; AV1 specification, A.2; and
 * VP9's profiles by what every player of the higher ones does. Baseline counts as within Main: what only Baseline has
 * (slice groups, arbitrary slice order) is found in no film.
 */
const chains: ReadonlyMap<string, readonly (readonly Step[])[]> = new Map([
  [
    "h264",
    [
      [
        ["Constrained Baseline", 8, ["4:2:0"]],
        ["Baseline", 8, ["4:2:0"]],
        ["Main", 8, ["4:2:0"]],
        ["High", 8, ["4:0:0", "4:2:0"]],
        ["High 10", 10, ["4:0:0", "4:2:0"], ["High 10 Intra"]],
        ["High 4:2:2", 10, ["4:0:0", "4:2:0", "4:2:2"], ["High 4:2:2 Intra"]],
        [
          ...(["High 4:4:4 Predictive", 14, ["4:0:0", "4:2:0", "4:2:2", "4:4:4", "rgb"]] as const),
          ["High 4:4:4 Intra", "CAVLC 4:4:4"],
        ],
      ],
    ],
  ],
  [
    "hevc",
    [
      [
        ["Main Still Picture", 8, ["4:2:0"]],
        ["Main", 8, ["4:2:0"]],
        ["Main 10", 10, ["4:2:0"]],
        ["Rext", 16, ["4:0:0", "4:2:0", "4:2:2", "4:4:4", "rgb"]],
      ],
    ],
  ],
  [
    "av1",
    [
      [
        ["Main", 10, ["4:0:0", "4:2:0"]],
        ["High", 10, ["4:0:0", "4:2:0", "4:4:4", "rgb"]],
        ["Professional", 12, ["4:0:0", "4:2:0", "4:2:2", "4:4:4", "rgb"]],
      ],
    ],
  ],
  [
    "vp9",
    [
      [
        ["Profile 0", 8, ["4:2:0"]],
        ["Profile 2", 12, ["4:2:0"]],
      ],
      [
        ["Profile 0", 8, ["4:2:0"]],
        ["Profile 1", 8, ["4:2:0", "4:2:2", "4:4:0", "4:4:4", "rgb"]],
        ["Profile 3", 12, ["4:2:0", "4:2:2", "4:4:0", "4:4:4", "rgb"], ["Profile 2"]],
      ],
    ],
  ],
]);

const scopes: ReadonlyMap<string, ReadonlyMap<string, ProfileScope>> = new Map(
  // Of two lines with one profile the first tells of it.
  [...chains].map(([codec, lines]) => [codec, new Map(lines.flatMap(scopesOf).toReversed())]),
);

function scopesOf(line: readonly Step[]): [string, ProfileScope][] {
  return line.flatMap(([name, maxBitDepth, chroma, beside = []], at) => {
    const within = line.slice(0, at + 1).flatMap(([below, , , also = []]) => [below, ...also]);
    const scope = { profiles: new Set(within), maxBitDepth, chroma: new Set(chroma) };
    return [name, ...beside].map((own): [string, ProfileScope] => [own, scope]);
  });
}

/** What a decoder of that profile decodes; null for a profile or codec not known here. */
export function profileScope(codec: string, profile: string): ProfileScope | null {
  return scopes.get(codec)?.get(profile) ?? null;
}

/** HE-AAC's decoder decodes AAC-LC, that of version 2 both: ISO/IEC 14496-3, 1.5.2. */
const aacProfiles: ReadonlyMap<string, readonly string[]> = new Map([
  ["LC", ["LC"]],
  ["HE-AAC", ["LC", "HE-AAC"]],
  ["HE-AACv2", ["LC", "HE-AAC", "HE-AACv2"]],
]);

/** The AAC profiles, as ffprobe names them, that a decoder of that one decodes. */
export function aacScope(profile: string): ReadonlySet<string> {
  return new Set(aacProfiles.get(profile) ?? [profile]);
}

/** Whether pictures or sound of `profile` ask for a decoder of `other` at least. */
export function profileIncludes(codec: string, profile: string, other: string): boolean {
  if (profile === other) return true;
  return codec === "aac"
    ? aacScope(profile).has(other)
    : (profileScope(codec, profile)?.profiles.has(other) ?? false);
}
