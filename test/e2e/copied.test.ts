import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import * as v from "valibot";
import { decodePictures } from "../support/compare-video.ts";
import { playbackFaults } from "../support/playback-faults.ts";
import type { PlayerName } from "../support/player-page/page.ts";
import { openPlayerRig, type PlayerRig } from "../support/player-rig.ts";

const seconds = 11;
const film = { durationSeconds: seconds, width: 640, height: 360 };
const sound = [
  { language: "eng", encoder: "aac" },
  { language: "ger", encoder: "aac" },
];
let rig: PlayerRig;

beforeAll(async () => {
  rig = await openPlayerRig("copied", {
    "one.mp4": { ...film, rate: "24000/1001" },
    "two.mkv": { ...film, rate: "30", sound },
    "flac.mkv": { ...film, rate: "25" },
  });
}, 60_000);

afterAll(() => rig[Symbol.asyncDispose]());

const decisionSchema = v.object({
  decision: v.string(),
  content_hash: v.string(),
  start_rendition: v.nullable(v.string()),
  tracks: v.array(
    v.object({ kind: v.string(), action: v.string(), renditions: v.array(v.string()) }),
  ),
});

async function decide(name: string, wishes: object) {
  const response = await fetch(rig.server.api.url("/api/playback/decide"), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ media_file_id: rig.films.get(name)?.id, ...wishes }),
  });
  return v.parse(decisionSchema, await response.json());
}

test("a device that plays a film's codecs is given its packets, with lower rungs beside them", async () => {
  const decided = await decide("one.mp4", {});
  expect(decided).toMatchObject({
    decision: "remux",
    tracks: [
      { kind: "video", action: "copy", renditions: ["v240", "v0"] },
      { kind: "audio", action: "copy", renditions: ["a1"] },
    ],
  });
  const started = await rig.server.api.start(rig.films.get("one.mp4")?.id ?? "", {
    delivery: "auto",
  });
  expect(started.content_hash).toBe(decided.content_hash);
  await rig.server.api.end(started.session_id);
});

test("each track goes its own way: pictures as they are, and beside them sound that the device cannot play", async () => {
  expect(await decide("flac.mkv", {})).toMatchObject({
    decision: "transcode",
    tracks: [
      { kind: "video", action: "copy" },
      { kind: "audio", action: "encode", renditions: ["a1"] },
    ],
  });
});

describe.each(["one.mp4", "two.mkv", "flac.mkv"])("%s", (name) => {
  test.each(["manifest.mpd", "master.m3u8"])(
    "shows every picture once over %s, as it is and in the rung below",
    async (manifest) => {
      const playback = await rig.server.api.start(rig.films.get(name)?.id ?? "", {
        delivery: "auto",
      });
      const url = rig.server.api.url(`${playback.content_url}${manifest}`);
      const shown = (await decodePictures(rig.pathOf(name))).numbers;
      const tracks = await Promise.all([0, 1].map((i) => decodePictures(url, `0:v:${i}`)));
      for (const { numbers, warnings } of tracks) {
        expect(warnings).toBe("");
        expect(numbers).toEqual(shown);
      }
      await rig.server.api.end(playback.session_id);
    },
    60_000,
  );
});

const pairs: [PlayerName, "dash" | "hls", string][] = [
  ["dash.js", "dash", "one.mp4"],
  ["dash.js", "dash", "two.mkv"],
  ["hls.js", "hls", "two.mkv"],
  ["shaka-player", "hls", "two.mkv"],
];

test.each(pairs)(
  "%s over %s plays %s, switches between the original and the rung below, seeks to three places and reaches the end without an error or a gap",
  async (player, container, name) => {
    const wishes = { container, delivery: "auto" };
    const playback = await rig.server.api.start(rig.films.get(name)?.id ?? "", wishes);
    const report = await rig.browser.play(player, rig.server.api.url(playback.manifest_url));
    await rig.server.api.end(playback.session_id);
    expect(playbackFaults(report, seconds)).toEqual([]);
    expect(report.rungHeights).toEqual([240, 360]);
    expect(report.audioBytes).toBeGreaterThan(0);
  },
  // As players.test.ts says.
  { timeout: 60_000, retry: 1 },
);
