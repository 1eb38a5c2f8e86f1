import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import * as fc from "fast-check";
import { createProber } from "../../../src/probe/prober.ts";
import { createProcessRunner } from "../../../src/process/process-runner.ts";
import { planSource } from "../../../src/rendition/build-plan.ts";
import { sourceTraits } from "../../../src/rendition/located-source.ts";
import { createTextTracks, type TextTrack } from "../../../src/rendition/text/text-tracks.ts";
import type { Cue } from "../../../src/subtitle/cue.ts";
import { silentLog } from "../../store/silent-log.ts";
import {
  anyProgramme,
  programmePairs,
  type CaptionShape,
} from "../../support/captions/caption-programme.ts";
import { makeCaptionedFilm, type PictureCaptions } from "../../support/captions/captioned-film.ts";
import { makeCaptionedHevc } from "../../support/captions/captioned-hevc.ts";
import { dtvcc, dtvccTriplets } from "../../support/captions/dtvcc-encoder.ts";
import {
  command,
  letters,
  padding,
  preamble,
  type Service,
} from "../../support/captions/line21-encoder.ts";
import { runTool } from "../../support/run-tool.ts";
import { createTempFolder, type TempFolder } from "../../support/temp-folder.ts";
import { captionsByFfmpeg, seenRows, type ShownRows } from "./caption-reference.ts";

setDefaultTimeout(120_000);

const runner = createProcessRunner({ log: silentLog, setprivPath: null });
const prober = createProber({ runner, ffprobePath: "ffprobe", timeoutMs: 60_000 });
let folder: TempFolder;
beforeAll(async () => {
  folder = await createTempFolder("captions");
});
afterAll(async () => {
  await runner.close();
  await folder[Symbol.asyncDispose]();
});

let films = 0;
const freshName = (extension: string): string => folder.file(`${films++}.${extension}`);

/** All captions of a film as the product finds and reads them, from the film's first picture on. */
async function captionsOf(path: string): Promise<Map<string, readonly Cue[]>> {
  const source = await prober.probe(path);
  const texts = createTextTracks({ runner, ffmpegPath: "ffmpeg", folder: freshName("kept") });
  const zeroMs = 1000 * (source.video?.startTimeSeconds ?? 0);
  const found = new Map<string, readonly Cue[]>();
  for (const { part } of source.subtitles) {
    if (part === undefined) continue;
    const read: TextTrack = await texts.readPart({ path }, planSource(source, 0), part);
    const onZero = read.cues.map((cue) => ({
      ...cue,
      startMs: Math.round(cue.startMs - zeroMs),
      endMs: Math.round(cue.endMs - zeroMs),
    }));
    found.set(part.service, onZero);
  }
  return found;
}

/** Cues of one time as one screen; rows apart from each other are cues of their own. */
function screensOf(cues: readonly Cue[]): ShownRows[] {
  const times = new Map<string, Cue[]>();
  for (const cue of cues) {
    const key = `${cue.startMs} ${cue.endMs}`;
    times.set(key, [...(times.get(key) ?? []), cue]);
  }
  return [...times.values()].map((all) => ({
    startMs: all[0]?.startMs ?? 0,
    endMs: all[0]?.endMs ?? 0,
    rows: all.flatMap(({ markup }) =>
      seenRows(unescaped(markup).replaceAll("‘", "'").replaceAll("—", "-")),
    ),
  }));
}

const unescaped = (markup: string): string =>
  markup.replaceAll("&lt;", "\u{2039}").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

/** FFmpeg takes a code that comes four times, for a letter of its own twice in turn, for one. */
const onceInTurn = (shown: ShownRows): ShownRows => ({
  ...shown,
  rows: shown.rows.map((row) => row.replaceAll(/([®°½¿™¢£♪àèâêîôû][iu]* )\1+/gu, "$1")),
});

/**
 * What FFmpeg's decoder shows, in our letters. Where a row is written anew it leaves there what stood on it behind what
 * is written: that, and only if it was seen before, is taken off.
 */
function withoutTraces(
  theirs: readonly ShownRows[],
  ours: readonly ShownRows[],
): (readonly string[])[] {
  const before: string[] = [];
  return theirs.map(({ rows: shown }, i) => {
    const rows = shown.map((row) =>
      // Of all letters FFmpeg has these four otherwise: a bullet, a dash, an opening and a plain quotation mark.
      row.replaceAll("·", "•").replaceAll(/[‘´]/g, "'").replaceAll("<", "\u{2039}"),
    );
    const kept = rows.map((row, k) => {
      const own = ours[i]?.rows[k] ?? row;
      const isTrace = (rest: string): boolean => before.some((one) => one.endsWith(rest));
      return row.startsWith(own) && isTrace(row.slice(own.length)) ? own : row;
    });
    before.push(...rows);
    return kept;
  });
}

const withoutMistakes = (programme: readonly CaptionShape[]): CaptionShape[] =>
  programme.map((shape) => ({
    ...shape,
    rows: shape.rows.map((row) => ({
      ...row,
      pieces: row.pieces.filter((piece) => piece.do !== "mistake"),
    })),
  }));

const mpeg2 = ["-c:v", "mpeg2video", "-bf", "2"];
const h264 = ["-c:v", "libx264", "-preset", "ultrafast", "-bf", "3"];
const inFirstField = (pairs: ReturnType<typeof programmePairs>): PictureCaptions[] =>
  pairs.map((first) => ({ first }));

describe("captions inside pictures", () => {
  test("say what FFmpeg's own decoder reads, at the same times", async () => {
    await fc.assert(
      fc.asyncProperty(anyProgramme, async (shapes) => {
        // FFmpeg passes over backspaces.
        const programme = withoutMistakes(shapes);
        const path = freshName("mkv");
        await makeCaptionedFilm(path, inFirstField(programmePairs("CC1", programme)), mpeg2);
        const ours = screensOf((await captionsOf(path)).get("CC1") ?? []).map(onceInTurn);
        const theirs = (await captionsByFfmpeg(path)).map(onceInTurn);
        expect(withoutTraces(theirs, ours)).toEqual(ours.map(({ rows }) => rows));
        for (const [i, { startMs, endMs }] of theirs.entries()) {
          // FFmpeg's filter counts from the first picture, on a clock of its own.
          expect(Math.abs((ours[i]?.endMs ?? 0) - endMs)).toBeLessThanOrEqual(35);
          // What comes letter by letter is seen from its first letter on here, there from its line's beginning.
          expect(ours[i]?.startMs).toBeGreaterThanOrEqual(startMs - 35);
        }
      }),
      { numRuns: 4, endOnFailure: true },
    );
  });

  test("are found by service, whichever way film and packets hold them", async () => {
    const said: Record<string, string> = { CC1: "In English", CC2: "Easy", CC3: "En español" };
    const pairs = (service: Service): ReturnType<typeof programmePairs> => [
      ...[
        command(service, "popOn"),
        command(service, "popOn"),
        preamble(service, 15, { indent: 8 }),
      ],
      ...[...letters(service, said[service] ?? ""), command(service, "flip")],
    ];
    const first = [
      ...pairs("CC1"),
      ...Array.from({ length: 12 }, () => undefined),
      ...pairs("CC2"),
    ];
    const second = pairs("CC3");
    const pictures = Array.from({ length: 60 }, (_, i) => ({ first: first[i], second: second[i] }));
    const ways: readonly (readonly [string, readonly string[] | "hevc"])[] = [
      ["mkv", mpeg2],
      ["mpg", mpeg2],
      ["ts", mpeg2],
      ["mp4", h264],
      ["ts", [...h264, "-muxdelay", "0.2", "-output_ts_offset", "1000"]],
      ["mkv", "hevc"],
    ];
    const seen = new Map<string, Map<string, readonly (readonly [number, string])[]>>();
    for (const [extension, args] of ways) {
      const path = freshName(extension);
      if (args === "hevc") await makeCaptionedHevc(path, pictures);
      else await makeCaptionedFilm(path, pictures, args);
      const found = await captionsOf(path);
      const told = Array.from(found, ([service, cues]) => {
        const starts = cues.map(
          ({ startMs, markup }) => [Math.round(startMs / 33.37), markup] as const,
        );
        return [service, starts] as const;
      });
      seen.set(`${extension} ${String(args)}`, new Map(told));
    }
    const cc2Start = pairs("CC1").length + 12 + pairs("CC2").length - 1;
    const wanted = new Map<string, readonly (readonly [number, string])[]>([
      ["CC1", [[pairs("CC1").length - 1, "In English"]]],
      ["CC2", [[cc2Start, "Easy"]]],
      ["CC3", [[pairs("CC3").length - 1, "En español"]]],
    ]);
    for (const [way, found] of seen) expect({ way, found }).toEqual({ way, found: wanted });
  });

  test("of CTA-708 are read where there are none of line 21", async () => {
    const commands = [
      ...[...dtvcc.define(2, 70, 105), ...dtvcc.say("Grüße, ")],
      ...[
        [...dtvcc.pen(true, false), ...dtvcc.say("du")],
        [dtvcc.line, ...dtvcc.say("<b>x")],
      ].flat(),
    ];
    const packets = [
      { at: 1, commands: commands.slice(0, 20) },
      { at: 3, commands: commands.slice(20) },
      { at: 10, commands: [...dtvcc.show] },
      { at: 40, commands: [...dtvcc.hide] },
    ];
    const pictures = Array.from({ length: 50 }, (_, i): PictureCaptions => {
      const n = packets.findIndex(({ at }) => at === i);
      const own = packets[n];
      return own === undefined ? {} : { more: dtvccTriplets(1, own.commands, n) };
    });
    const path = freshName("mkv");
    await makeCaptionedFilm(path, pictures, h264);
    const found = await captionsOf(path);
    expect([...found.keys()]).toEqual(["S1"]);
    expect(found.get("S1")).toEqual([
      {
        startMs: expect.closeTo(334, -1),
        endMs: expect.closeTo(1335, -1),
        markup: "Grüße, <i>du\n&lt;b&gt;x</i>",
        settings: "",
      },
    ]);
  });

  test("that are a track of a QuickTime file are its text", async () => {
    const path = freshName("mkv");
    const pairs = [
      ...[command("CC1", "popOn"), preamble("CC1", 15, { indent: 8 }), ...letters("CC1", "Track")],
      ...[command("CC1", "flip"), ...Array.from({ length: 20 }, () => padding)],
      ...[command("CC1", "eraseShown"), padding],
    ];
    await makeCaptionedFilm(path, inFirstField(pairs), mpeg2);
    const film = freshName("mov");
    await runTool([
      ...["ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i", `movie=${path}[out0+subcc]`],
      ...["-map", "0", "-c:s", "copy", ...h264, "-bf", "0", film],
    ]);
    const source = await prober.probe(film);
    expect(source.subtitles).toMatchObject([{ codec: "eia_608", isForHearingImpaired: true }]);
    const texts = createTextTracks({ runner, ffmpegPath: "ffmpeg", folder: freshName("kept") });
    const located = { path: film, ...sourceTraits(source) };
    const { cues } = await texts.read(located, planSource(source, 0), 1);
    expect(cues.map(({ markup }) => markup)).toEqual(["Track"]);
  });
});
