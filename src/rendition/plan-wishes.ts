import { isHdr } from "../media/color.ts";
import { toNumber } from "../media/rational.ts";
import { pictureCodecs } from "../media/picture-codecs.ts";
import type { PlanOptions } from "./build-plan.ts";
import type { EncodedVideo } from "./encode/encoded-rendition.ts";
import { usualPictures, type MadePictures } from "./encode/made-pictures.ts";
import { soundCodecs } from "./encode/sound-encoders.ts";
import type { Plan } from "./plan.ts";

/** What a content says of who plays it, and must be true of one that takes its place as well. */
export function wishesOf({
  renditions,
}: Pick<Plan, "renditions">): Pick<
  Partial<PlanOptions>,
  "burntTrack" | "soundCodecs" | "maxAudioChannels" | "nightMode" | "pictures"
> {
  const [burnt] = renditions.flatMap((each) =>
    each.kind === "video" && each.method === "encode" && each.burnt ? [each.burnt] : [],
  );
  const sounds = renditions.flatMap((each) => (each.kind === "audio" ? [each.recipe] : []));
  const played = soundCodecs.flatMap((codec) => {
    const own = sounds.filter((sound) => sound.codec === codec);
    const maxChannels = Math.max(...own.map(({ channels }) => channels));
    return own.length === 0 ? [] : [{ codec, maxChannels }];
  });
  const isNight = sounds.some((sound) => "dynamics" in sound && sound.dynamics === "night");
  const pictures = madePictures(renditions);
  return {
    ...(pictures.length > 0 && { pictures }),
    ...(isNight && { nightMode: true }),
    ...(burnt && { burntTrack: burnt.track }),
    ...(played.length > 0 && {
      soundCodecs: played,
      maxAudioChannels: Math.max(2, ...played.map(({ maxChannels }) => maxChannels)),
    }),
  };
}

/** What is encoded of its pictures, no larger than that is made there. */
function madePictures(renditions: Plan["renditions"]): MadePictures[] {
  const encoded = renditions.filter(
    (each): each is EncodedVideo => each.kind === "video" && each.method === "encode",
  );
  return pictureCodecs.flatMap((codec): readonly MadePictures[] => {
    const own = encoded.flatMap(({ recipe }) => (recipe.codec === codec ? [recipe] : []));
    const [first] = own;
    if (first === undefined) return [];
    if (codec === "h264") return usualPictures;
    const range = isHdr(first.color.transfer) ? "hdr" : "sdr";
    const most = Math.max(
      ...own.map(({ width, height, frameRate }) => width * height * toNumber(frameRate)),
    );
    return [
      {
        codec,
        range,
        ...{ maxHeight: null, maxLevel: null, maxBitrateBps: null },
        maxSamplesPerSecond: most,
      },
    ];
  });
}
