import { notDelivered } from "../device/judge-tracks.ts";
import { leftOutReason } from "../device/left-out.ts";
import type { Reason } from "../device/reason.ts";
import { isBurnable } from "../media/decoded-codecs.ts";
import type { Source, SubtitleTrack } from "../media/source.ts";

/** What a viewer should know about the source before it plays; `subtitle`: the one that is asked for. */
export function sourceWarnings(source: Source, subtitle: SubtitleTrack | null): Reason[] {
  const warnings: Reason[] = [];
  if (source.truncated !== null) {
    const ends = clockTime(source.durationSeconds);
    const declared = clockTime(source.truncated.declaredDurationSeconds);
    const message = `Ends at ${ends} because the file is truncated; it was meant to last ${declared}`;
    warnings.push({ code: "SOURCE_TRUNCATED", message });
  }
  for (const track of source.leftOut) {
    warnings.push(leftOutReason(track));
  }
  if (subtitle !== null && !isBurnable(subtitle)) warnings.push(notDelivered(subtitle));
  return warnings;
}

/** Seconds as people read them: `1:02:03`, `2:03`. */
function clockTime(seconds: number): string {
  const whole = Math.floor(seconds);
  const parts = [Math.floor(whole / 60) % 60, whole % 60];
  const hours = Math.floor(whole / 3600);
  const [minutes, rest] = parts.map((part) => String(part).padStart(2, "0"));
  return hours > 0 ? `${hours}:${minutes}:${rest}` : `${Number(minutes)}:${rest}`;
}
