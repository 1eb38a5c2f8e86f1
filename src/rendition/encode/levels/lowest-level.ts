/** What a level allows, or a stream asks for; pictures in the units that the codec's tables have them in. */
export interface LevelBounds {
  readonly pictureSize: number;
  readonly sizePerSecond: number;
  readonly bitrateBps: number;
  readonly width: number;
  readonly height: number;
}

export interface Level extends LevelBounds {
  /** `<major>.<minor>`. */
  readonly name: string;
}

/** Of all codecs the highest that is defined: what passes it is told so all the same. */
const highest = "6.2";

/** The first level, of such as rise, that allows all that is asked for. */
export function lowestLevel(levels: readonly Level[], asked: LevelBounds): string {
  const fits = levels.find(
    (level) =>
      asked.pictureSize <= level.pictureSize &&
      asked.sizePerSecond <= level.sizePerSecond &&
      asked.bitrateBps <= level.bitrateBps &&
      asked.width <= level.width &&
      asked.height <= level.height,
  );
  return fits?.name ?? highest;
}

/** No side may be longer than the square root of eight pictures' size: a rule that H.264 and HEVC share. */
export function withLongestSide({ pictureSize, ...level }: Omit<Level, "width" | "height">): Level {
  const longest = Math.sqrt(pictureSize * 8);
  return { ...level, pictureSize, width: longest, height: longest };
}
