import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { XMLValidator } from "fast-xml-parser";
import { parse, setOptions, types } from "hls-parser";
import { ViewraError } from "../../src/errors/viewra-error.ts";
import { stretchDash } from "../../src/manifest/stretch-dash.ts";
import { stretchHlsMaster } from "../../src/manifest/stretch-hls-master.ts";
import { stretchHlsMedia } from "../../src/manifest/stretch-hls-media.ts";
import { printXml, type XmlElement } from "../../src/media/xml-element.ts";
import { initName, segmentName } from "../../src/media/object-name.ts";
import { renditionTimeline } from "../../src/rendition/plan.ts";
import type { EncodedPlan } from "../../src/rendition/build-plan.ts";
import { rational, type Rational } from "../../src/media/rational.ts";
import { durationSeconds, segmentCount, totalTicks } from "../../src/media/timeline.ts";
import { filmPlan } from "../golden/film-plan.ts";
import { copiedSound } from "../rendition/copied-sound.ts";
import { describedMaster, describedMpd, mediaFor, mpdFor, readMpd } from "./described.ts";
import { descendants, mpdFaults } from "./mpd-structure.ts";

setOptions({ strictMode: true });

const rates = [
  ...[rational(24000, 1001), rational(24), rational(25), rational(30000, 1001), rational(30)],
  ...[rational(50), rational(60000, 1001), rational(60), rational(15), rational(2997, 125)],
];
const plans = fc
  .record({
    frameRate: fc.constantFrom(...rates),
    seconds: fc.double({ min: 0.02, max: 4000, noNaN: true }),
    segmentSeconds: fc.double({ min: 0.5, max: 12, noNaN: true }),
    beginningSeconds: fc.constantFrom([], [0.5, 0.5, 1, 1, 1, 2, 2], [3, 0.7]),
  })
  .map(filmPlan);

const film = filmPlan({ frameRate: rational(25), seconds: 9, segmentSeconds: 4 });
const dash = (plan: EncodedPlan): string => stretchDash(mpdFor(rateOf(plan)), plan);

function rateOf({ renditions }: EncodedPlan): Rational {
  const rung = renditions.find(({ kind }) => kind === "video");
  return rung?.kind === "video" ? rung.recipe.frameRate : rational(25);
}

function relabelled(plan: EncodedPlan, label: string): EncodedPlan {
  return {
    ...plan,
    renditions: plan.renditions.map((rendition) =>
      rendition.kind === "audio" && rendition.isDefault ? { ...rendition, label } : rendition,
    ),
  };
}

function mediaPlaylist(text: string): types.MediaPlaylist {
  const playlist = parse(text);
  if (playlist instanceof types.MediaPlaylist) return playlist;
  throw new Error("expected a media playlist");
}

function multivariant(text: string): types.MasterPlaylist {
  const playlist = parse(text);
  if (playlist instanceof types.MasterPlaylist) return playlist;
  throw new Error("expected a multivariant playlist");
}

/** Boundaries that a SegmentTimeline spells out. */
function spelledOut(representation: XmlElement): number[] {
  const boundaries = [0];
  for (const { attributes } of descendants(representation, "S")) {
    expect(Number(attributes["t"])).toBe(boundaries.at(-1) ?? -1);
    for (let i = 0; i <= Number(attributes["r"] ?? 0); i++) {
      boundaries.push((boundaries.at(-1) ?? 0) + Number(attributes["d"]));
    }
  }
  return boundaries;
}

describe("the MPD of any plan", () => {
  test("is well-formed, has the standard's structure and spells out every timeline", () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const text = dash(plan);
        expect(XMLValidator.validate(text)).toBe(true);
        const root = readMpd(text);
        expect(mpdFaults(root)).toEqual([]);
        const representations = descendants(root, "Representation");
        expect(representations).toHaveLength(plan.renditions.length);
        for (const rendition of plan.renditions) {
          const found = representations.find((element) =>
            descendants(element, "SegmentTemplate").some(
              ({ attributes }) => attributes["initialization"] === initName(rendition.id),
            ),
          );
          const timeline = renditionTimeline(plan, rendition);
          expect(found && spelledOut(found)).toEqual([...timeline.boundaries]);
        }
      }),
      { numRuns: 20 },
    );
  });

  test("lasts until the last of its tracks ends", () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const duration = readMpd(dash(plan)).attributes["mediaPresentationDuration"] ?? "";
        const ends = plan.renditions.map((each) => durationSeconds(renditionTimeline(plan, each)));
        const seconds = Math.max(0, ...ends);
        expect(Math.abs(Number(duration.slice(2, -1)) - seconds)).toBeLessThan(1e-6);
      }),
      { numRuns: 20 },
    );
  });

  test("is the same bytes each time, and says nothing of who wrote it or when", () => {
    expect(dash(film)).toBe(dash(film));
    expect(dash(film)).not.toContain("Generated");
  });

  test("announces each recipe's ceiling and one adaptation set for all rungs", () => {
    const root = readMpd(dash(film));
    const rates = descendants(root, "Representation").map(
      ({ attributes }) => attributes["bandwidth"],
    );
    expect(rates).toEqual(["150000", "400000", "128000", "128000"]);
    const [pictures] = descendants(root, "AdaptationSet");
    expect(pictures && descendants(pictures, "Representation")).toHaveLength(2);
  });

  test("numbers the layout of its channels as the standard does, and not how many they are", () => {
    // ISO/IEC 23091-3: what players know of each number.
    const channelsOf: Readonly<Record<string, number>> = { 11: 7, 12: 8 };
    for (const channels of [1, 2, 6, 7, 8]) {
      const described = mpdFor(rateOf(film)).replaceAll(
        /(audio_channel_configuration:2011" value=)"2"/g,
        `$1"${channels}"`,
      );
      const told = descendants(readMpd(stretchDash(described, film)), "AudioChannelConfiguration");
      expect(told).toHaveLength(2);
      for (const { attributes } of told) {
        const { schemeIdUri, value = "" } = attributes;
        expect(channelsOf[value] ?? Number(value)).toBe(channels);
        const isNumbered = schemeIdUri === "urn:mpeg:mpegB:cicp:ChannelConfiguration";
        expect(isNumbered).toBe(channels > 6);
      }
    }
  });

  test("carries any label that XML can hold", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: "binary" }), (text) => {
        const label = `x${text}x`;
        const root = readMpd(dash(relabelled(film, label)));
        const children = descendants(root, "Label")[0]?.children ?? [];
        const read = children.filter((child) => typeof child === "string").join("");
        // oxlint-disable-next-line no-control-regex -- what XML 1.0 cannot hold is dropped
        const kept = label.replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "");
        expect(read.replaceAll(/\r\n?/g, "\n")).toBe(kept.replaceAll(/\r\n?/g, "\n"));
        expect(mpdFaults(root)).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  test("of 2000 segments costs little", () => {
    const long = filmPlan({ frameRate: rational(24000, 1001), seconds: 8008, segmentSeconds: 4 });
    dash(long);
    const before = process.cpuUsage();
    dash(long);
    for (const rendition of long.renditions) stretchHlsMedia(mediaFor(rendition), long, rendition);
    const { user, system } = process.cpuUsage(before);
    // 40 ms on an idle core; processor time, so that a busy machine does not fail it.
    expect((user + system) / 1e6).toBeLessThan(1);
  });

  test("is refused when Shaka described other renditions or another time scale", () => {
    const half = { ...film, renditions: film.renditions.slice(1) };
    const more = { ...film, renditions: film.renditions.map((r) => ({ ...r, id: `${r.id}0` })) };
    for (const plan of [half, more])
      expect(() => stretchDash(describedMpd, plan)).toThrow(ViewraError);
    const other = filmPlan({ frameRate: rational(24), seconds: 9, segmentSeconds: 4 });
    expect(() => stretchDash(describedMpd, other)).toThrow("timescale of 24000, got 25000");
    expect(() => stretchDash("", film)).toThrow();
  });
});

test.each([
  ["av01.0.00M.08.0.110.06.06.06.128", "av01.0.00M.08.0.110.06.06.06.1"],
  ["av01.0.00M.08.0.110.06.06.06.0", "av01.0.00M.08.0.110.06.06.06.0"],
  ["av01.0.00M.08", "av01.0.00M.08"],
])("of AV1 that Shaka calls %s both manifests say %s", (printed, expected) => {
  const asAv1 = (text: string): string => text.replaceAll("avc1.640015", printed);
  const [element] = descendants(readMpd(stretchDash(asAv1(describedMpd), film)), "Representation");
  expect(element?.attributes["codecs"]).toBe(expected);
  const [variant] = multivariant(stretchHlsMaster(asAv1(describedMaster), film)).variants;
  expect(variant?.codecs?.split(",")).toContain(expected);
});

describe("the media playlists of any plan", () => {
  test("name every segment once and add up to the whole", () => {
    fc.assert(
      fc.property(plans, (plan) => {
        for (const rendition of plan.renditions) {
          const timeline = renditionTimeline(plan, rendition);
          const playlist = mediaPlaylist(stretchHlsMedia(mediaFor(rendition), plan, rendition));
          expect(playlist.playlistType).toBe("VOD");
          expect(playlist.endlist).toBe(true);
          expect(playlist.segments.map(({ uri }) => uri)).toEqual(
            Array.from({ length: segmentCount(timeline) }, (_, i) =>
              segmentName(rendition.id, i + 1),
            ),
          );
          expect(playlist.segments.every(({ map }) => map?.uri === initName(rendition.id))).toBe(
            true,
          );
          const sum = playlist.segments.reduce((seconds, { duration }) => seconds + duration, 0);
          const seconds = totalTicks(timeline) / timeline.timescale;
          expect(Math.abs(sum - seconds)).toBeLessThan(1e-6 * (playlist.segments.length + 1));
          const longest = Math.max(...playlist.segments.map(({ duration }) => duration));
          expect(playlist.targetDuration).toBeGreaterThanOrEqual(Math.round(longest));
        }
      }),
      { numRuns: 20 },
    );
  });

  test("say where segments stand also of a track that begins late", () => {
    const timescale = 1000;
    const arbitraryLate = fc.record({
      startTicks: fc.nat(20_000),
      steps: fc.array(fc.integer({ min: 1, max: 9000 }), { minLength: 1, maxLength: 50 }),
    });
    fc.assert(
      fc.property(arbitraryLate, ({ startTicks, steps }) => {
        const late = copiedSound({
          ...{ timescale, startTicks },
          steps: steps.map((durationTicks) => ({ durationTicks, count: 1 })),
        });
        const plan = { ...film, renditions: [late] };
        const { segments } = mediaPlaylist(stretchHlsMedia(mediaFor(late), plan, late));
        let end = 0;
        const ends = segments.map(({ duration }) => (end += duration));
        const { boundaries } = renditionTimeline(plan, late);
        expect(ends).toHaveLength(boundaries.length - 1);
        for (const [i, each] of ends.entries())
          expect(each).toBeCloseTo((boundaries[i + 1] ?? 0) / timescale, 5);
      }),
    );
  });

  test("share one target duration", () => {
    const targets = film.renditions.map(
      (rendition) =>
        mediaPlaylist(stretchHlsMedia(mediaFor(rendition), film, rendition)).targetDuration,
    );
    expect(targets).toEqual([5, 5, 5, 5]);
  });

  test("are refused when they are another rendition's", () => {
    const [first, second] = film.renditions;
    if (first === undefined || second === undefined) throw new Error("the plan has two rungs");
    expect(() => stretchHlsMedia(mediaFor(second), film, first)).toThrow("not of v90");
  });
});

describe("the multivariant playlist", () => {
  test("lists the rungs in the plan's order at their peak with sound", () => {
    const { variants, independentSegments } = multivariant(stretchHlsMaster(describedMaster, film));
    expect(independentSegments).toBe(true);
    expect(variants.map(({ uri }) => uri)).toEqual(["v90.m3u8", "v180.m3u8"]);
    expect(variants.map(({ bandwidth }) => bandwidth)).toEqual([278_000, 528_000]);
    expect(variants.map(({ resolution }) => resolution?.height)).toEqual([90, 180]);
    expect(variants.map(({ codecs }) => codecs)).toEqual(Array(2).fill("avc1.640015,mp4a.40.2"));
  });

  test("has one default audio, first in its group, and lets a player choose one a language", () => {
    const audio = multivariant(stretchHlsMaster(describedMaster, film)).variants[0]?.audio ?? [];
    expect(
      audio.map(({ name, isDefault, autoselect }) => ({ name, isDefault, autoselect })),
    ).toEqual([
      { name: "French", isDefault: true, autoselect: true },
      { name: "English", isDefault: false, autoselect: true },
    ]);
  });

  test("does not let a player choose a commentary or a second track of a language by itself", () => {
    const plan: EncodedPlan = {
      ...film,
      renditions: film.renditions.map((rendition) =>
        rendition.kind === "audio" && !rendition.isDefault
          ? { ...rendition, role: "commentary" }
          : rendition,
      ),
    };
    const commented =
      multivariant(stretchHlsMaster(describedMaster, plan)).variants[0]?.audio ?? [];
    const chosen = commented.filter(({ autoselect }) => autoselect);
    expect(chosen.map(({ name }) => name)).toEqual(["French"]);
  });

  test("is the same whatever order Shaka's threads wrote it in", () => {
    const lines = describedMaster.split("\n");
    const media = lines.filter((line) => line.startsWith("#EXT-X-MEDIA"));
    const others = lines.filter((line) => !media.includes(line));
    const turned = [...others.slice(0, 5), ...media.toReversed(), ...others.slice(5)].join("\n");
    expect(stretchHlsMaster(turned, film)).toBe(stretchHlsMaster(describedMaster, film));
  });

  test("keeps labels with commas, equals signs and brackets, and loses quotes", () => {
    const plan = relabelled(film, 'Director, and "cast"=[1]');
    const audio = multivariant(stretchHlsMaster(describedMaster, plan)).variants[0]?.audio ?? [];
    expect(audio[0]?.name).toBe("Director, and  cast =[1]");
  });

  test("is refused when it lacks a rendition", () => {
    const without = describedMaster.replace("v180.m3u8", "v360.m3u8");
    expect(() => stretchHlsMaster(without, film)).toThrow("lacks v180");
  });
});

test("XML that Shaka printed is printed back the same, but for its comment", () => {
  const withoutComment = describedMpd.replace(/<!--.*-->\n/, "");
  expect(printXml(readMpd(describedMpd))).toBe(withoutComment);
});
