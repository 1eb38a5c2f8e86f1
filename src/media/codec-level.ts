/**
 * Levels of video codecs, as ffprobe numbers them. H.264: ten times the level, 9 for level 1b (ISO/IEC 14496-10,
 * A.3); HEVC: thirty times (ISO/IEC 23008-2, A.4); AV1: `seq_level_idx`, four to each whole level from 2.0 on
 * (AV1 specification, A.3); VP9: ten times (VP codec ISO media file format binding).
 */
const scales: ReadonlyMap<string, LevelScale> = new Map([
  ["h264", { number: tenTimes, name: (level) => (level === 9 ? "1b" : tenth(level)) }],
  [
    "hevc",
    { number: (major, minor) => 3 * tenTimes(major, minor), name: (level) => tenth(level / 3) },
  ],
  [
    "av1",
    {
      number: (major, minor) => (major - 2) * 4 + minor,
      name: (level) => `${2 + (level >> 2)}.${level & 3}`,
    },
  ],
  ["vp9", { number: tenTimes, name: tenth }],
]);

interface LevelScale {
  readonly number: (major: number, minor: number) => number;
  readonly name: (level: number) => string;
}

function tenTimes(major: number, minor: number): number {
  return major * 10 + minor;
}

function tenth(level: number): string {
  return (level / 10).toFixed(1);
}

/** ffprobe's number of a level such as `4.1`; null for a codec whose levels are not compared here. */
export function levelNumber(codec: string, name: string): number | null {
  if (codec === "h264" && name === "1b") return 9;
  const [major = 0, minor = 0] = name.split(".").map(Number);
  return scales.get(codec)?.number(major, minor) ?? null;
}

/** A level as people write it, `4.1`; the number itself for other codecs. */
export function levelName(codec: string, level: number): string {
  return scales.get(codec)?.name(level) ?? String(level);
}
