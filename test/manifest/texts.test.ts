import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { parse, setOptions, types } from "hls-parser";
import { stretchDash } from "../../src/manifest/stretch-dash.ts";
import { stretchHlsMaster } from "../../src/manifest/stretch-hls-master.ts";
import { stretchHlsMedia } from "../../src/manifest/stretch-hls-media.ts";
import { textPlaylist } from "../../src/manifest/text-playlist.ts";
import { rational } from "../../src/media/rational.ts";
import type { SubtitleTrack } from "../../src/media/source.ts";
import { textsIn } from "../../src/rendition/methods.ts";
import type { Plan } from "../../src/rendition/plan.ts";
import { planTexts } from "../../src/rendition/text/plan-text.ts";
import { filmPlan } from "../golden/film-plan.ts";
import { describedMaster, mediaFor, mpdFor, readMpd } from "./described.ts";
import { descendants, mpdFaults } from "./mpd-structure.ts";

setOptions({ strictMode: true });

const rate = rational(24000, 1001);
const film = filmPlan({ frameRate: rate, seconds: 50, segmentSeconds: 4 });

const tracks = fc
  .array(
    fc.record({
      codec: fc.constantFrom("subrip", "ass", "mov_text", "webvtt", "hdmv_pgs_subtitle", "xsub"),
      language: fc.constantFrom("de", "en", "pt-BR", "zh-Hans", "und"),
      title: fc.option(fc.oneof(fc.constantFrom("SDH", "Forced", 'a,b="c"'), fc.string())),
      isDefault: fc.boolean(),
      isForced: fc.boolean(),
      isForHearingImpaired: fc.boolean(),
      isCommentary: fc.boolean(),
    }),
    { maxLength: 12 },
  )
  .map((all) =>
    all.map((track, i): SubtitleTrack => ({
      ...track,
      index: i + 2,
      startTimeSeconds: 0,
      endTimeSeconds: 50,
    })),
  );

const withTexts = (all: readonly SubtitleTrack[]): Plan => ({
  ...film,
  renditions: [...film.renditions, ...planTexts({ subtitles: all, video: null })],
});

describe("whatever texts a film has", () => {
  test("DASH has a set of its own for each, with its file, language and roles", () => {
    fc.assert(
      fc.property(tracks, (all) => {
        const plan = withTexts(all);
        const root = readMpd(stretchDash(mpdFor(rate), plan));
        expect(mpdFaults(root)).toEqual([]);
        const sets = descendants(root, "AdaptationSet");
        const ids = sets.map(({ attributes }) => attributes["id"]);
        expect(new Set(ids).size).toBe(ids.length);
        const texts = sets.filter(({ attributes }) => attributes["contentType"] === "text");
        const expected = textsIn(plan.renditions, "dash");
        expect(texts.map((set) => descendants(set, "BaseURL")[0]?.children)).toEqual(
          expected.map(({ id }) => [`${id}/1.vtt`]),
        );
        for (const [i, set] of texts.entries()) {
          const own = expected[i];
          const roles = descendants(set, "Role").map(({ attributes }) => attributes["value"]);
          expect(set.attributes["lang"]).toBe(own?.language === "und" ? undefined : own?.language);
          expect(roles.includes("main")).toBe(own?.isDefault === true);
          expect(roles.includes("caption")).toBe(own?.role === "caption");
        }
      }),
    );
  });

  test("HLS lists each once, in a group that every variant has, as RFC 8216 and Apple have it", () => {
    fc.assert(
      fc.property(tracks, (all) => {
        const plan = withTexts(all);
        const text = stretchHlsMaster(describedMaster, plan);
        const playlist = parse(text);
        if (!(playlist instanceof types.MasterPlaylist)) throw new Error("expected a multivariant");
        const expected = textsIn(plan.renditions, "hls");
        for (const variant of playlist.variants) {
          const found = variant.subtitles;
          expect(found.map(({ uri }) => uri)).toEqual(expected.map(({ id }) => `${id}.m3u8`));
          // 4.3.4.1.1: names differ within a group, and one is the default at most.
          expect(new Set(found.map(({ name }) => name)).size).toBe(found.length);
          expect(found.filter(({ isDefault }) => isDefault).length).toBeLessThanOrEqual(1);
          for (const own of found) {
            // 4.3.4.1: what is shown by itself may be chosen by itself.
            if (own.isDefault || own.forced) expect(own.autoselect).toBe(true);
          }
          for (const language of new Set(found.map((own) => own.language))) {
            const plain = found.filter(
              (own) => own.language === language && own.autoselect && !own.isDefault && !own.forced,
            );
            expect(plain.length).toBeLessThanOrEqual(1);
          }
        }
        expect(text.match(/SUBTITLES="text"/g)?.length ?? 0).toBe(
          expected.length === 0 ? 0 : playlist.variants.length,
        );
      }),
    );
  });

  test("a text's playlist has the pictures' segments, and the same target duration", () => {
    const plan = withTexts([
      {
        ...{ index: 2, codec: "subrip", language: "de", title: null, isDefault: false },
        ...{ isForced: false, isForHearingImpaired: false, isCommentary: false },
        ...{ startTimeSeconds: 0, endTimeSeconds: 50 },
      },
    ]);
    const [text] = textsIn(plan.renditions, "hls");
    const [rung] = plan.renditions;
    if (text === undefined || rung === undefined) throw new Error("expected a text and a rung");
    const [own, pictures] = [
      parse(textPlaylist(plan, text)),
      parse(stretchHlsMedia(mediaFor(rung), plan, rung)),
    ];
    if (!(own instanceof types.MediaPlaylist) || !(pictures instanceof types.MediaPlaylist)) {
      throw new Error("expected media playlists");
    }
    expect(own.segments.map(({ duration }) => duration)).toEqual(
      pictures.segments.map(({ duration }) => duration),
    );
    expect(own.segments.map(({ uri }) => uri)).toEqual(
      own.segments.map((_, i) => `t1/${i + 1}.vtt`),
    );
    expect(own.targetDuration).toBe(pictures.targetDuration);
    expect(own.endlist).toBe(true);
    expect(own.playlistType).toBe("VOD");
  });
});
