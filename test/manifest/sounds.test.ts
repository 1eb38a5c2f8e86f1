import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { parseHlsAttributes } from "../../src/manifest/hls-attributes.ts";
import { stretchHlsMaster } from "../../src/manifest/stretch-hls-master.ts";
import { rational } from "../../src/media/rational.ts";
import type { AudioTrack } from "../../src/media/source.ts";
import type { Plan } from "../../src/rendition/plan.ts";
import type { EncodedAudio } from "../../src/rendition/encode/encoded-rendition.ts";
import { shownAudio, type ShownAudio } from "../../src/rendition/track-label.ts";
import { filmPlan } from "../golden/film-plan.ts";
import { exampleSource } from "../media/example-source.ts";
import { describedMaster } from "./described.ts";

const film = filmPlan({ frameRate: rational(25), seconds: 50, segmentSeconds: 4 });
const [example] = exampleSource().audio;
const encoded = film.renditions.find((rendition) => rendition.kind === "audio");
if (example === undefined || encoded === undefined) throw new Error("expected sound");
const withSaid = (said: ShownAudio): EncodedAudio => ({ ...encoded, ...said });

/** Sounds as films have them: with any flags, most of them flagged as the default. */
const sounds = fc
  .array(
    fc.record({
      language: fc.constantFrom("de", "en", "und"),
      title: fc.option(fc.constantFrom("Stereo", "English", "Audio Description")),
      isDefault: fc.boolean(),
      isCommentary: fc.boolean(),
      isDescription: fc.boolean(),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((all) => all.map((sound, i): AudioTrack => ({ ...example, ...sound, index: i + 1 })));

/** What HLS says of each, in the film's order. */
function listed(tracks: readonly AudioTrack[]) {
  const shown = shownAudio(tracks).map(({ shown: said }) => withSaid(said));
  const plan: Plan = {
    ...film,
    renditions: [...film.renditions.filter(({ kind }) => kind === "video"), ...shown],
  };
  const line = (id: string): string =>
    `#EXT-X-MEDIA:TYPE=AUDIO,URI="${id}.m3u8",GROUP-ID="audio",NAME="${id}",DEFAULT=NO,CHANNELS="2"`;
  const [firstLine, ...others] = describedMaster
    .split("\n")
    .filter((text) => text.startsWith("#EXT-X-MEDIA"));
  const described = others
    .reduce((text, other) => text.replace(`${other}\n`, ""), describedMaster)
    .replace(firstLine ?? "", shown.map(({ id }) => line(id)).join("\n"));
  const media = stretchHlsMaster(described, plan)
    .split("\n")
    .filter((text) => text.startsWith("#EXT-X-MEDIA:"))
    .map(parseHlsAttributes);
  return shown.map(({ id, role, isDefault, label }) => {
    const attributes = media.find((one) => one.get("URI") === `"${id}.m3u8"`);
    if (attributes === undefined) throw new Error(`${id} is not listed`);
    return { role, isDefault, label, attributes };
  });
}

describe("whatever sounds a film has", () => {
  test("its own is the default before what was spoken over it, unless that alone is flagged", () => {
    fc.assert(
      fc.property(sounds, (tracks) => {
        const chosen = shownAudio(tracks).filter(({ shown }) => shown.isDefault);
        expect(chosen).toHaveLength(1);
        const isOwn = (track: AudioTrack) => !track.isCommentary && !track.isDescription;
        const flagged = tracks.filter(({ isDefault }) => isDefault);
        const candidates = flagged.length > 0 ? flagged : tracks;
        const [track] = chosen.map(({ track: one }) => one);
        if (track === undefined) throw new Error("expected one");
        expect(candidates).toContain(track);
        expect(isOwn(track)).toBe(candidates.some(isOwn));
      }),
    );
  });

  test("players that choose by language take a description for who does not see alone", () => {
    fc.assert(
      fc.property(sounds, (tracks) => {
        const all = listed(tracks);
        for (const [i, { role, isDefault, attributes }] of all.entries()) {
          const isDescription = tracks[i]?.isDescription === true;
          expect(role === "description").toBe(isDescription);
          expect(attributes.get("CHARACTERISTICS")).toBe(
            isDescription ? '"public.accessibility.describes-video"' : undefined,
          );
          if (isDefault) expect(attributes.get("AUTOSELECT")).toBe("YES");
        }
        // RFC 8216, 4.3.4.1.1: those that may be chosen differ in language or traits.
        const kindOf = (i: number): string => `${tracks[i]?.language} ${tracks[i]?.isDescription}`;
        for (const kind of new Set(tracks.map((_, i) => kindOf(i)))) {
          const own = all.filter((_, i) => kindOf(i) === kind);
          const chosen = own.filter(({ attributes }) => attributes.get("AUTOSELECT") === "YES");
          const isOffered = own.some(({ isDefault, role }) => isDefault || role !== "commentary");
          expect(chosen).toHaveLength(isOffered ? 1 : 0);
        }
      }),
    );
  });
});
