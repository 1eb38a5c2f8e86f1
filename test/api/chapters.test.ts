import { expect, test } from "bun:test";
import { createApiRig } from "./api-rig.ts";

test("a film's chapters are told from its beginning, as JSON and as a WebVTT track", async () => {
  await using rig = await createApiRig();
  const file = await (await rig.get("/api/media/files/film")).json();
  expect(file).toMatchObject({
    chapters: [
      { start: 0, end: 20.5, title: "One <b>" },
      { start: 20.5, end: 60, title: "Chapter 2" },
    ],
  });
  const track = await rig.get("/api/media/files/film/chapters.vtt");
  expect(track.headers.get("content-type")).toBe("text/vtt; charset=utf-8");
  expect(await track.text()).toBe(
    [
      "WEBVTT\n",
      "00:00:00.000 --> 00:00:20.500\nOne &lt;b&gt;\n",
      "00:00:20.500 --> 00:01:00.000\nChapter 2\n",
    ].join("\n"),
  );
  const etag = track.headers.get("etag") ?? "";
  const again = await rig.get("/api/media/files/film/chapters.vtt", { "If-None-Match": etag });
  expect([again.status, await again.text()]).toEqual([304, ""]);
  const other = await rig.get("/api/media/files/film/chapters.vtt", { "If-Match": '"x"' });
  expect([other.status, (await other.json()).error.code]).toEqual([412, "PRECONDITION_FAILED"]);
});
