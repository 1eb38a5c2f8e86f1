import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdir, readdir, stat } from "node:fs/promises";
import { mapContent } from "../support/content-map.ts";
import { makeSource } from "../support/make-source.ts";
import { mountTmpfs, type Mount } from "../support/mount.ts";
import { runTool } from "../support/run-tool.ts";
import { serverCommand, startServer } from "../support/server.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";

const kinds = ["data", "temporary", "library", "store", "output"] as const;
type Kind = (typeof kinds)[number];

/** Which disk each folder is on: folders of one letter share one. */
const layouts: Readonly<Record<string, Readonly<Record<Kind, string>>>> = {
  "data, temporary files and films on three disks": {
    ...{ data: "a", store: "a", temporary: "b", library: "c", output: "c" },
  },
  "every folder on a disk of its own": {
    ...{ data: "a", store: "b", temporary: "c", library: "d", output: "e" },
  },
  "all but the temporary files on one disk": {
    ...{ data: "a", store: "a", temporary: "b", library: "a", output: "a" },
  },
};

let folder: TempFolder;
const mounts: Mount[] = [];

beforeAll(async () => {
  folder = await createTempFolder("disks");
  await makeSource(folder.file("film.mp4"), { durationSeconds: 5, width: 160, height: 90 });
}, 30_000);

afterAll(async () => {
  for (const mount of mounts) await mount[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

/** The folders of a layout, each on its disk; null where nothing may be mounted. */
async function mountAll(
  name: string,
  layout: Readonly<Record<Kind, string>>,
): Promise<Readonly<Record<Kind, string>> | null> {
  const disks = new Map<string, string>();
  for (const letter of new Set(Object.values(layout))) {
    const mount = await mountTmpfs(folder.file(`${name}/${letter}`), "256m");
    if (mount === null) return null;
    mounts.push(mount);
    disks.set(letter, mount.path);
  }
  const at = (kind: Kind): string => `${disks.get(layout[kind]) ?? ""}/${kind}`;
  for (const kind of kinds) if (kind !== "output") await mkdir(at(kind));
  return {
    ...{ data: at("data"), temporary: at("temporary"), library: at("library") },
    ...{ store: at("store"), output: at("output") },
  };
}

describe.each(Object.entries(layouts))("%s", (name, layout) => {
  test("scan, start, every segment, poster, transcode and verify all work, and leave no temporary file", async () => {
    const at = await mountAll(name, layout);
    if (at === null) return;
    const devices = new Map<string, number>();
    for (const kind of ["data", "temporary", "library", "store"] as const) {
      devices.set(layout[kind], (await stat(at[kind])).dev);
    }
    expect(new Set(devices.values()).size).toBe(devices.size);
    await runTool(["cp", folder.file("film.mp4"), `${at.library}/film.mp4`]);
    const env = { TMPDIR: at.temporary, CONTENT_STORE_PATH: at.store, TRANSCODE_FILL: "none" };
    const options = { dataDir: at.data, library: [at.library], env };
    {
      await using server = await startServer(options);
      const film = (await server.api.awaitFiles(["film.mp4"])).get("film.mp4");
      expect(film?.status).toBe("ready");
      for (const container of ["dash", "hls"]) {
        const playback = await server.api.start(film?.id ?? "", { container });
        const renditions = await mapContent(server.api, playback);
        for (const { segments } of renditions) {
          expect(segments.length).toBeGreaterThan(1);
          for (const { name: segment } of segments) {
            expect((await server.api.object(playback, segment)).byteLength).toBeGreaterThan(100);
          }
        }
      }
      const poster = await fetch(server.api.url(`/api/media/files/${film?.id}/poster`));
      expect([poster.status, poster.headers.get("Content-Type")]).toEqual([200, "image/jpeg"]);
      expect(await server.stop()).toBe(0);
      expect(server.log()).not.toMatch(/ error /i);
    }
    const withEnv = (...args: readonly string[]): string[] => [
      ...[
        "env",
        ...Object.entries({ ...env, VIEWRA_DATA_DIR: at.data }).map((pair) => pair.join("=")),
      ],
      ...serverCommand(),
      ...args,
    ];
    await runTool(withEnv("transcode", `${at.library}/film.mp4`, "-o", at.output));
    expect(await readdir(at.output)).toContain("master.m3u8");
    await runTool(withEnv("store", "verify"));
    // What the programs of others leave behind would fill a container's disk. (Bun unpacks native code there.)
    const left = (await readdir(at.temporary)).filter((file) => !file.endsWith(".node"));
    expect(left).toEqual([]);
  }, 90_000);
});
