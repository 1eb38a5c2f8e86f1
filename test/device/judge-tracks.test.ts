import { describe, expect, test } from "bun:test";
import {
  decisionOf,
  judgeTracks,
  type Verdict,
  type Wishes,
} from "../../src/device/judge-tracks.ts";
import { resolveDevice } from "../../src/device/resolve-device.ts";
import { exampleSource } from "../media/example-source.ts";
import { film, h264, hdr10, hevc10, sound, uhd } from "./source-shapes.ts";
import { deviceNames, isDeviceName, userAgents } from "./user-agents.ts";
import { abbreviations, verdicts } from "./verdict-table.ts";

const auto: Wishes = {
  audioIndex: null,
  maxHeight: null,
  delivery: "auto",
  subtitle: null,
  nightMode: false,
};

/** The verdict in the notation of the table. */
function written({ delivery, tracks, reasons, audioIndex }: Verdict): string {
  if (delivery === "file") return "file";
  const codes = (kind: string): string[] => {
    const track = tracks.find(
      (one) => one.kind === kind && (kind === "video" || one.index === audioIndex),
    );
    return (track?.reasons ?? []).map(({ code }) => code);
  };
  const [video, audio] = [codes("video"), codes("audio")];
  const alone = reasons
    .map(({ code }) => code)
    .filter((code) => ![...video, ...audio].includes(code));
  return [alone, video, audio].map((part) => [...new Set(part)].toSorted().join(" ")).join("|");
}

function spelled(cell: string): string {
  if (cell === "file") return cell;
  const codes = new Map<string, string>(Object.entries(abbreviations));
  return cell
    .split("|")
    .map((part) =>
      part
        .split(" ")
        .filter(Boolean)
        .map((short) => codes.get(short) ?? short)
        .toSorted()
        .join(" "),
    )
    .join("|");
}

let cases = 0;
describe.each(verdicts)("$name", ({ source, audioIndex = null, expected }) => {
  const byDevice = Object.entries(expected).flatMap(([cell, devices]) =>
    devices.split(" ").map((device) => [device, cell] as const),
  );
  test("is decided for every device of the table", () => {
    const named = byDevice.map(([device]) => device);
    expect(named.toSorted()).toEqual(deviceNames.toSorted());
  });
  test.each(byDevice)("%s: %s", (name, cell) => {
    cases++;
    if (!isDeviceName(name)) throw new Error(`${name} has no User-Agent`);
    const { device } = resolveDevice({ userAgent: userAgents[name] });
    const verdict = judgeTracks(source, device, { ...auto, audioIndex });
    expect(written(verdict)).toBe(spelled(cell));
  });
});

test.each([
  ["mp3", "mp3", "chrome", "direct_play"],
  ["mp3", "mp3", "default", "transcode"],
  ["flac", "flac", "chrome", "direct_play"],
  ["flac", "flac", "chromecast", "remux"],
  ["mov,mp4,m4a,3gp,3g2,mj2", "alac", "iphone", "direct_play"],
  ["mov,mp4,m4a,3gp,3g2,mj2", "alac", "chrome", "transcode"],
  ["mov,mp4,m4a,3gp,3g2,mj2", "aac", "default", "direct_play"],
  ["matroska,webm", "opus", "chrome", "direct_play"],
  ["wav", "pcm_s16le", "chrome", "direct_play"],
  ["ape", "ape", "kodi", "direct_play"],
  ["ape", "ape", "lg5", "transcode"],
] as const)("sound alone, %s with %s, on %s: %s", (container, codec, name, decision) => {
  const { device } = resolveDevice({ userAgent: userAgents[name] });
  const source = exampleSource({
    container,
    video: null,
    audio: [sound(codec)],
    bitrateBps: 200_000,
  });
  expect(decisionOf(judgeTracks(source, device, auto))).toBe(decision);
});

test("a cap on the pictures is a reason to encode them, and none where they are as small", () => {
  const { device } = resolveDevice({ userAgent: userAgents.chrome });
  const source = film("mp4", h264(), [sound("aac")]);
  for (const [maxHeight, expected] of [
    [720, "|QUALITY_REQUESTED|"],
    [1080, "file"],
    [2160, "file"],
  ] as const) {
    expect(written(judgeTracks(source, device, { ...auto, maxHeight }))).toBe(expected);
  }
});

test("the other sounds of a content are judged, too, and decide nothing about the whole", () => {
  const { device } = resolveDevice({ userAgent: userAgents.chrome });
  const source = film("mkv", h264(), [sound("aac"), sound("dts", 6), sound("opus", 6)], {
    leftOut: [{ kind: "cover", index: 9, codec: "tiff" }],
  });
  const verdict = judgeTracks(source, device, auto);
  expect(decisionOf(verdict)).toBe("remux");
  expect(verdict.reasons.map(({ code }) => code)).toEqual(["CONTAINER_UNSUPPORTED"]);
  expect(verdict.tracks.map(({ index, kind, action }) => [index, kind, action])).toEqual([
    [0, "video", "copy"],
    [1, "audio", "copy"],
    [2, "audio", "encode"],
    [3, "audio", "copy"],
    [9, "cover", "drop"],
  ]);
});

test("reasons name what was found and what the device takes", () => {
  const { device } = resolveDevice({ userAgent: userAgents.chromecast });
  const source = film("mkv", hevc10({ ...uhd, ...hdr10 }), [sound("eac3", 6)]);
  expect(judgeTracks(source, device, auto).reasons.map(({ message }) => message)).toEqual([
    "The device does not play matroska files; it plays mp3, mp4, ogg, wav, webm",
    "The pictures are 2160p, the device shows up to 1080p",
    "The device does not play hevc pictures; it plays h264, vp8",
    "The sound has 6 channels, the device plays 2",
    "The device does not play eac3 sound; it plays aac, flac, mp3, opus, pcm_s16le, vorbis",
  ]);
  const deep = film("mp4", h264({ profile: "High 10", level: "5.1", pixelFormat: "yuv420p10le" }), [
    sound("aac"),
  ]);
  expect(judgeTracks(deep, device, auto).reasons.map(({ message }) => message)).toEqual([
    "The pictures are h264 of profile High 10; the device decodes Baseline, Constrained Baseline, High, Main",
    "The pictures are h264 of level 5.1; the device decodes up to 4.1",
    "The pictures have 10 bits; the device decodes 8 of h264",
  ]);
});

test("the table has 200 cases and more", () => {
  expect(cases).toBeGreaterThan(200);
});
