import { afterAll, beforeAll, expect, test } from "bun:test";
import * as v from "valibot";
import type { PlayerName } from "../support/player-page/page.ts";
import { openPlayerRig, type PlayerRig } from "../support/player-rig.ts";

// Pictures and sound that do not last as long as each other, copied where that can be played.
const seconds = 20;
const film = { durationSeconds: seconds, width: 320, height: 180 };
const aac = { encoder: "aac" };
const whole = { startSeconds: 0, endSeconds: seconds };
let rig: PlayerRig;

beforeAll(async () => {
  rig = await openPlayerRig("uneven", {
    "sound-begins.mkv": { ...film, sound: [{ ...aac, startSeconds: 4 }] },
    "sound-ends.mkv": { ...film, sound: [{ ...aac, endSeconds: 9.3 }] },
    "sound-ends.mp4": { ...film, sound: [{ ...aac, endSeconds: 17 }] },
    "pictures-begin.mkv": { ...film, sound: [aac], pictures: { ...whole, startSeconds: 4 } },
    "pictures-end.mkv": { ...film, sound: [aac], pictures: { ...whole, endSeconds: 16 } },
    "pictures-end-early.mkv": { ...film, sound: [aac], pictures: { ...whole, endSeconds: 9 } },
  });
}, 60_000);

afterAll(() => rig[Symbol.asyncDispose]());

const decisionSchema = v.object({
  tracks: v.array(
    v.object({
      kind: v.string(),
      action: v.string(),
      reasons: v.array(v.object({ code: v.string(), message: v.string() })),
    }),
  ),
});

const verdicts: [name: string, pictures: string, sound: string, reason: string | null][] = [
  ["sound-begins.mkv", "copy", "encode", "It begins 4.0 s after the film"],
  ["sound-ends.mkv", "copy", "encode", "It ends 10.7 s before the film"],
  ["sound-ends.mp4", "copy", "encode", "It ends 3.0 s before the film"],
  ["pictures-begin.mkv", "copy", "copy", null],
  ["pictures-end.mkv", "copy", "copy", null],
  ["pictures-end-early.mkv", "encode", "copy", "It ends 11.0 s before the film"],
];

test.each(verdicts)("of %s pictures are %s, sound is %s", async (name, pictures, sound, reason) => {
  const response = await fetch(rig.server.api.url("/api/playback/decide"), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ media_file_id: rig.films.get(name)?.id }),
  });
  const { tracks } = v.parse(decisionSchema, await response.json());
  expect(tracks.map(({ action }) => action)).toEqual([pictures, sound]);
  const reasons = tracks.flatMap((track) => track.reasons);
  expect(reasons.map(({ code }) => code)).toEqual(reason === null ? [] : ["COPY_IMPOSSIBLE"]);
  if (reason !== null) expect(reasons[0]?.message).toStartWith(reason);
});

const everyPlayer: readonly PlayerName[] = ["dash.js", "hls.js", "shaka-player"];
const places: [name: string, places: readonly number[], players: readonly PlayerName[]][] = [
  ["sound-begins.mkv", [0, 2], everyPlayer],
  ["sound-ends.mkv", [9.35, 14], everyPlayer],
  ["sound-ends.mp4", [17.1], ["hls.js"]],
  ["pictures-begin.mkv", [0, 2], everyPlayer],
  // hls.js 1.7 ends a film only once it plays, and Chromium plays from its last picture only once the film has an end.
  ["pictures-end.mkv", [16.1, 18.5], ["dash.js", "shaka-player"]],
  ["pictures-end-early.mkv", [15], ["dash.js", "hls.js"]],
];

test.each(
  places.flatMap(([name, at, players]) => players.map((player) => [player, name, at] as const)),
)(
  "%s goes on in %s wherever somebody left it: %p",
  async (player, name, at) => {
    const container = player === "hls.js" ? "hls" : "dash";
    const playback = await rig.server.api.start(rig.films.get(name)?.id ?? "", { container });
    for (const place of at) {
      const report = await rig.browser.resume(
        player,
        rig.server.api.url(playback.manifest_url),
        place,
      );
      const { goesOn, resumedAt, problems } = report;
      expect({ place, goesOn, problems }).toEqual({ place, goesOn: true, problems: [] });
      // No picture and no sound is skipped.
      expect(Math.abs(resumedAt - place)).toBeLessThan(0.5);
    }
    await rig.server.api.end(playback.session_id);
  },
  60_000,
);
