import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  copyFile,
  mkdir,
  open,
  readdir,
  rename,
  rm,
  stat,
  truncate,
  utimes,
} from "node:fs/promises";
import { join } from "node:path";
import { awaitRest } from "../support/await-rest.ts";
import { mapContent } from "../support/content-map.ts";
import { makeSource } from "../support/make-source.ts";
import { startServer } from "../support/server.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";

/* A film that is changed while a run of it is under way: nothing of what it is now goes under the old address. */

/** Longer than what is made ahead of a viewer. */
const film = { durationSeconds: 80, rate: "10", width: 160, height: 90 };

/** Bytes in the middle of the file, where the later segments are. */
async function overwrite(path: string): Promise<void> {
  const { size } = await stat(path);
  const file = await open(path, "r+");
  const from = Math.floor(size / 4);
  await file.write(new Uint8Array(Math.floor(size / 2)).fill(90), 0, undefined, from);
  await file.close();
}

const fates: readonly (readonly [string, (path: string) => Promise<void>])[] = [
  ["overwritten in its middle", overwrite],
  [
    "overwritten, and its time set back",
    async (path) => {
      const { atime, mtime } = await stat(path);
      await overwrite(path);
      await utimes(path, atime, mtime);
    },
  ],
  ["cut off", async (path) => truncate(path, Math.floor((await stat(path)).size / 2))],
  ["deleted", async (path) => rm(path)],
  [
    "replaced by another",
    async (path) => {
      await copyFile(path, `${path}.part`);
      await overwrite(`${path}.part`);
      await rename(`${path}.part`, path);
    },
  ],
];

let folder: TempFolder;
beforeAll(async () => {
  folder = await createTempFolder("changed-film");
  await makeSource(folder.file("film.mp4"), film);
}, 60_000);
afterAll(() => folder[Symbol.asyncDispose]());

describe.each(["remux", "transcode"])("of a film that is given as %s", (delivery) => {
  test.each(fates)(
    "nothing is made once it is %s",
    async (_fate, change) => {
      await using own = await createTempFolder("changed");
      const path = own.file("films/film.mp4");
      await mkdir(own.file("films"));
      await copyFile(folder.file("film.mp4"), path);
      await using server = await startServer({
        dataDir: own.file("data"),
        library: [own.file("films")],
        env: { TRANSCODE_FILL: "none" },
      });
      const { api } = server;
      const id = (await api.awaitFiles(["film.mp4"])).get("film.mp4")?.id ?? "";
      const playback = await api.start(id, { delivery, enable_abr: false });
      const [pictures] = await mapContent(api, playback);
      if (pictures === undefined) throw new Error("expected pictures");
      await api.object(playback, `${pictures.id}/1.m4s`);
      const { content_hash: hash } = playback;
      const store = join(own.file("data/content-store"), hash.slice(0, 2), hash.slice(2, 4), hash);
      const made = async (): Promise<string[]> =>
        (await readdir(join(store, pictures.id))).filter((name) => name.endsWith(".m4s"));
      // What is made ahead is there, and its run waits for the viewer to come nearer.
      await awaitRest(api);
      const whole = new Set(await made());
      expect(whole.size).toBeLessThan(pictures.segments.length);

      await change(path);
      for (const { name } of pictures.segments) {
        const answer = await api.tryObject(playback, name);
        const isThere = answer instanceof Uint8Array;
        expect([name, isThere]).toEqual([name, whole.has(name.slice(pictures.id.length + 1))]);
        if (isThere) continue;
        // A run that has the film open finds out while it reads.
        const codes = ["404 MEDIA_MISSING", "409 MEDIA_CHANGED"];
        expect(codes).toContain(`${answer.status} ${answer.code}`);
      }
      expect(new Set(await made())).toEqual(whole);
    },
    120_000,
  );
});
