import type { PlanOptions } from "./build-plan.ts";
import { soundCodecs } from "./encode/sound-encoders.ts";
import type { Plan } from "./plan.ts";

/** What a content says of who plays it, and must be true of one that takes its place as well. */
export function wishesOf({
  renditions,
}: Pick<Plan, "renditions">): Pick<
  Partial<PlanOptions>,
  "burntTrack" | "soundCodecs" | "maxAudioChannels" | "nightMode"
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
  return {
    ...(isNight && { nightMode: true }),
    ...(burnt && { burntTrack: burnt.track }),
    ...(played.length > 0 && {
      soundCodecs: played,
      maxAudioChannels: Math.max(2, ...played.map(({ maxChannels }) => maxChannels)),
    }),
  };
}
