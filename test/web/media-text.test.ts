import { describe, expect, test } from "bun:test";
import {
  bitrateText,
  clockText,
  durationText,
  mediaText,
  resolutionName,
  sizeText,
} from "../../src/web/media-text.ts";
import { fakeFile } from "./fake-server.ts";

describe("what a row says", () => {
  test("names title, picture, length, codec, sound and size, in this order", () => {
    const file = { ...fakeFile("a", "Sintel", { duration: 888 }), reason: null };
    expect(mediaText(file)).toEqual({
      title: "Sintel",
      facts: ["1080p", "15 min", "H.264", "Stereo", "4.2 GB"],
    });
  });

  test("says season and episode before an episode's title, and its series below", () => {
    const episode = { series: { title: "Lost" }, season: 1, episode: 2, reason: null };
    const file = { ...fakeFile("a", "Tabula Rasa"), ...episode };
    expect(mediaText(file).title).toBe("S1 E2 · Tabula Rasa");
    expect(mediaText(file).facts[0]).toBe("Lost");
    expect(mediaText({ ...file, episode_end: 3 }).title).toBe("S1 E2–3 · Tabula Rasa");
    const counted = { ...file, season: null, episode: null, absolute_episode: 12 };
    expect(mediaText(counted).title).toBe("E12 · Tabula Rasa");
  });

  test("leaves out what is not known", () => {
    const bare = { video: null, audio: [], duration: null, file_size: 0, title: null };
    const file = { ...fakeFile("a", "x"), ...bare, path: "/films/odd name.avi" };
    expect(mediaText(file)).toEqual({ title: "odd name.avi", facts: ["No sound"] });
  });

  test.each([
    [1920, 800, "1080p"],
    [1920, 1080, "1080p"],
    [1440, 1080, "1080p"],
    [1080, 1920, "1080p"],
    [3840, 2160, "2160p"],
    [720, 576, "576p"],
    [300, 200, "200p"],
  ])("calls %i by %i %s", (width, height, name) =>
    expect(resolutionName(width, height)).toBe(name),
  );

  test.each([
    [0, ""],
    [12.4, "12 s"],
    [150, "3 min"],
    [3600, "1 h"],
    [6120, "1 h 42 min"],
  ])("tells %d seconds as %p", (seconds, text) => expect(durationText(seconds)).toBe(text));

  test.each([
    [0, "0:00"],
    [65.9, "1:05"],
    [3723, "1:02:03"],
  ])("shows %d seconds on a clock as %p", (seconds, text) => expect(clockText(seconds)).toBe(text));

  test("rounds sizes and rates as people say them", () => {
    expect([512, 9_949, 10_500_000, 4.2e9].map(sizeText)).toEqual([
      "512 B",
      "9.9 kB",
      "11 MB",
      "4.2 GB",
    ]);
    expect([900_000, 3_500_000].map(bitrateText)).toEqual(["900 kbit/s", "3.5 Mbit/s"]);
  });
});
