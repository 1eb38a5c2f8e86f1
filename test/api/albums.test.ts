import { expect, test } from "bun:test";
import { createApiRig } from "./api-rig.ts";

test("an album says its discs and tracks, and a file its album", async () => {
  await using rig = await createApiRig();
  const album = { id: "record", title: "Record", artist: "Band", year: 1999, first_track: "film" };
  const page = await (await rig.get("/api/media/albums?q=RECORD&library_id=films&limit=1")).json();
  expect(page).toMatchObject({ albums: [{ ...album, track_count: 1, duration: 60 }], total: 1 });
  expect(await (await rig.get("/api/media/albums?q=other")).json()).toMatchObject({ albums: [] });
  expect(await (await rig.get("/api/media/albums/record")).json()).toMatchObject({
    ...album,
    discs: [{ disc: 1, tracks: [{ id: "film", title: "Film", duration: 60, status: "ready" }] }],
  });
  expect(await (await rig.get("/api/media/files/film")).json()).toMatchObject({
    album_id: "record",
  });
});
