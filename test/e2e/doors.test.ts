import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { copyFile, mkdir, rename, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { isFailure, type ListedFile } from "../support/api-client.ts";
import { mapContent } from "../support/content-map.ts";
import { makeSource } from "../support/make-source.ts";
import { startServer, type ServerUnderTest } from "../support/server.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";

let folder: TempFolder;
let server: ServerUnderTest;
let films: ReadonlyMap<string, ListedFile>;

const secret = "root:$6$not-for-viewers\n".repeat(100);
const code = "export const password: string = 'not for viewers';\n".repeat(100);

beforeAll(async () => {
  folder = await createTempFolder("doors");
  for (const name of ["films", "disk", "outside"]) await mkdir(folder.file(name));
  await makeSource(folder.file("films/good.mp4"), { durationSeconds: 4, width: 160, height: 90 });
  await copyFile(folder.file("films/good.mp4"), folder.file("disk/elsewhere.mp4"));
  await copyFile(folder.file("films/good.mp4"), folder.file("outside/film.mp4"));
  await copyFile(folder.file("films/good.mp4"), folder.file("films/swapped.mp4"));
  await writeFile(folder.file("outside/shadow"), secret);
  await writeFile(folder.file("films/code.ts"), code);
  await symlink(folder.file("outside/shadow"), folder.file("films/shadow.mkv"));
  await symlink(folder.file("outside/film.mp4"), folder.file("films/away.mp4"));
  await symlink(folder.file("disk/elsewhere.mp4"), folder.file("films/linked.mp4"));
  server = await startServer({
    dataDir: folder.file("data"),
    library: [folder.file("films")],
    env: {
      TRANSCODE_FILL: "none",
      VIEWRA_BROWSE_ROOTS: folder.file("disk"),
      VIEWRA_ALLOWED_HOSTS: "films.example.com",
      VIEWRA_HOST: "0.0.0.0",
    },
  });
  const names = ["good.mp4", "swapped.mp4", "shadow.mkv", "away.mp4", "linked.mp4", "code.ts"];
  films = await server.api.awaitFiles(names);
}, 60_000);

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const idOf = (name: string): string => films.get(name)?.id ?? "";
const streamOf = (name: string) => fetch(server.api.url(`/api/media/files/${idOf(name)}/stream`));
const posterOf = (name: string) => fetch(server.api.url(`/api/media/files/${idOf(name)}/poster`));

describe("a library", () => {
  test.each(["shadow.mkv", "away.mp4", "code.ts"])(
    "gives nothing of %s: neither stream nor poster nor playback, and says why",
    async (name) => {
      expect(films.get(name)?.status).toBe("unreadable");
      for (const response of [await streamOf(name), await posterOf(name)]) {
        expect(response.status).toBe(415);
        expect(await response.text()).not.toContain("not-for-viewers");
      }
      const started = await server.api.tryStart(idOf(name));
      expect(isFailure(started) ? started.status : 200).toBe(415);
      if (name !== "code.ts") expect(films.get(name)?.reason).toMatch(/VIEWRA_BROWSE_ROOTS/);
    },
  );

  test("plays what is linked from another place where films may lie", async () => {
    expect((await streamOf("linked.mp4")).status).toBe(200);
    expect((await posterOf("linked.mp4")).status).toBe(200);
    const playback = await server.api.start(idOf("linked.mp4"), { container: "dash" });
    const [video] = await mapContent(server.api, playback);
    const first = await server.api.object(playback, video?.segments[0]?.name ?? "");
    expect(first.byteLength).toBeGreaterThan(500);
  });

  test("gives nothing through a link that was made after the scan, not even of the same size and time", async () => {
    const path = folder.file("films/swapped.mp4");
    const { size, lastModified } = Bun.file(path);
    await writeFile(folder.file("outside/same"), secret.padEnd(size, "x").slice(0, size));
    await utimes(folder.file("outside/same"), lastModified / 1000, lastModified / 1000);
    await symlink(folder.file("outside/same"), `${path}.new`);
    await rename(`${path}.new`, path);
    const answers = [await streamOf("swapped.mp4"), await posterOf("swapped.mp4")];
    for (const response of answers) {
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(await response.text()).not.toContain("not-for-viewers");
    }
    const started = await server.api.tryStart(idOf("swapped.mp4"));
    expect(isFailure(started)).toBe(true);
    await rm(path);
  });

  test("is made of folders in the browse roots alone", async () => {
    const add = async (path: string): Promise<[number, string]> => {
      const response = await fetch(server.api.url("/api/media/libraries"), {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ path, type: "movie" }),
      });
      return [response.status, /"code":"(\w+)"/.exec(await response.text())?.[1] ?? ""];
    };
    await symlink(folder.file("outside"), folder.file("disk/out"));
    for (const path of [
      "/",
      "/etc",
      folder.path,
      folder.file("outside"),
      folder.file("disk/out"),
    ]) {
      expect([path, ...(await add(path))]).toEqual([path, 403, "PATH_NOT_ALLOWED"]);
    }
    expect(await add(folder.file("disk"))).toEqual([201, ""]);
  });
});

test("the server answers to its own names, tells of an open door, and sends contents to any name", async () => {
  const ask = (path: string, host: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const url = new URL(path, server.url.replace("0.0.0.0", "127.0.0.1"));
      const asked = httpRequest(url, { headers: { Host: host } }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      asked.on("error", reject).end();
    });
  expect(await ask("/api/health", "films.example.com")).toBe(200);
  expect(await ask("/api/health", "evil.example.com")).toBe(421);
  expect(await ask("/", "evil.example.com")).toBe(421);
  const playback = await server.api.start(idOf("good.mp4"), { container: "dash" });
  expect(await ask(playback.manifest_url, "cdn.example.com")).toBe(200);
  expect(await ask(`${playback.content_url}info`, "cdn.example.com")).toBe(421);
  expect(server.log()).toContain("nobody is asked for a password");
});
