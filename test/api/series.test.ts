import { expect, test } from "bun:test";
import { createApiRig } from "./api-rig.ts";

const series = { id: "show", title: "Show", year: 2004 };

test("a file says what it is called and what it belongs to, in lists and alone", async () => {
  await using rig = await createApiRig();
  const said = { title: "Film", season: 1, episode: 2, version: "1080p", series, genres: [] };
  const file = await (await rig.get("/api/media/files/film")).json();
  expect(file).toMatchObject({ ...said, versions: [], parts: [], next_episode: null });
  expect(await (await rig.get("/api/media/files")).json()).toMatchObject({ files: [said] });
});

test("a series says its seasons, and each episode its files", async () => {
  await using rig = await createApiRig();
  const page = await (await rig.get("/api/media/series?q=SHOW&library_id=films&limit=1")).json();
  expect(page).toMatchObject({ series: [{ ...series, episode_count: 1 }], total: 1 });
  expect(await (await rig.get("/api/media/series?q=other")).json()).toMatchObject({ series: [] });
  expect(await (await rig.get("/api/media/series/show")).json()).toMatchObject({
    ...series,
    seasons: [{ season: 1, episodes: [{ episode: 2, files: [{ id: "film", version: "1080p" }] }] }],
    others: [],
  });
});
