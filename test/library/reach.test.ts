import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, relative } from "node:path";
import { ViewraError } from "../../src/errors/viewra-error.ts";
import { createReach } from "../../src/library/reach.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";
import { openTestLibrary, type TestLibrary } from "./open-test-library.ts";

/** Where a link may lead, and whether it may. */
const targets = [
  { where: "the library itself", path: "films/real/film.mkv", allowed: true },
  { where: "another library", path: "shows/film.mkv", allowed: true },
  { where: "a browse root", path: "disks/one/film.mkv", allowed: true },
  { where: "no library", path: "secret/film.mkv", allowed: false },
  { where: "a folder whose name begins like a library's", path: "films2/film.mkv", allowed: false },
  { where: "the folder above a library", path: "film.mkv", allowed: false },
] as const;

/** The ways from a name in the library to a target; each answers with the name that is listed. */
const ways = {
  "a link": async (at: string, target: string) => {
    await symlink(target, `${at}.mkv`);
    return `${at}.mkv`;
  },
  "a relative link": async (at: string, target: string) => {
    await symlink(relative(dirname(at), target), `${at}.mkv`);
    return `${at}.mkv`;
  },
  "a link to a link": async (at: string, target: string) => {
    await symlink(target, `${at}.hop`);
    await symlink(`${at}.hop`, `${at}.mkv`);
    return `${at}.mkv`;
  },
  "a link to a folder": async (at: string, target: string) => {
    await symlink(dirname(target), at);
    return `${at}/film.mkv`;
  },
  "a link behind a link to a folder": async (at: string, target: string) => {
    const hop = `${at}-hop`;
    await mkdir(hop);
    await symlink(target, `${hop}/film.mkv`);
    await symlink(hop, at);
    return `${at}/film.mkv`;
  },
} as const;

const cases = Object.entries(ways).flatMap(([way, make]) =>
  targets.map((target) => ({ way, make, ...target })),
);

/** Folders of one machine: a library in no browse root, another, a browse root and what is nobody's. */
let machine: TempFolder;
let rig: TestLibrary;

beforeAll(async () => {
  machine = await createTempFolder("reach");
  for (const { path } of targets) {
    await mkdir(dirname(machine.file(path)), { recursive: true });
    await writeFile(machine.file(path), `film ${path}`);
  }
  await mkdir(machine.file("films/links"));
  rig = await openTestLibrary({
    browseRoots: [machine.file("disks"), machine.file("films"), machine.file("shows")],
  });
  await rig.library.addLibrary({ path: machine.file("shows"), type: "movie" });
});

afterAll(async () => {
  await rig[Symbol.asyncDispose]();
  await machine[Symbol.asyncDispose]();
});

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "done",
    (thrown: unknown) => (thrown instanceof ViewraError ? thrown.code : String(thrown)),
  );

describe("what a symbolic link leads to", () => {
  test("is listed as a film where films may lie, and with the reason, or not at all, where not", async () => {
    const made = new Map<string, (typeof cases)[number]>();
    for (const [i, one] of cases.entries()) {
      const name = await one.make(machine.file(`films/links/${i}`), machine.file(one.path));
      made.set(name, one);
    }
    const { id } = await rig.library.addLibrary({ path: machine.file("films"), type: "movie" });
    await rig.library.scanFinished(await rig.library.startScan(id));
    const { files } = await rig.library.listFiles({ limit: 1000, libraryId: id });
    const listed = new Map(files.map((file) => [file.path, file]));
    const opened = new Set(rig.prober.probed);
    const wrong: string[] = [];
    for (const [name, { way, where, path, allowed }] of made) {
      const file = listed.get(name);
      const isFolder = way === "a link to a folder";
      // A folder met twice is listed once, and a library in a library not at all.
      const mayLack = isFolder && (!allowed || path.startsWith("films/"));
      const isRight =
        file === undefined
          ? mayLack || way === "a link behind a link to a folder"
          : file.status === (allowed ? "ready" : "unreadable");
      const tells = allowed || file === undefined || /VIEWRA_BROWSE_ROOTS/.test(file.reason ?? "");
      if (!isRight || !tells) wrong.push(`${way} to ${where}: ${file?.status} ${file?.reason}`);
    }
    expect(wrong).toEqual([]);
    for (const { path, allowed } of targets) {
      if (!allowed) expect(opened.has(machine.file(path))).toBe(false);
      else expect(opened.has(machine.file(path))).toBe(true);
    }
    expect(JSON.stringify(files)).not.toContain(machine.file("secret"));
  });

  test.each(cases)(
    "is judged when it is opened: $way to $where",
    async ({ make, path, allowed }) => {
      const reach = createReach(rig.db, [machine.file("disks"), machine.file("films")]);
      const name = await make(
        machine.file(`films/links/${crypto.randomUUID()}`),
        machine.file(path),
      );
      const real = reach.follow(name);
      if (allowed) expect(await real).toBe(machine.file(path));
      else expect(await codeOf(real)).toBe("MEDIA_UNREADABLE");
    },
  );

  test("that was changed after the scan is neither found for a run nor followed for a stream", async () => {
    await using own = await openTestLibrary({ browseRoots: [] });
    await own.write("film.mkv", "film one");
    await own.scan();
    const before = (await own.files())["film.mkv"];
    const fingerprint = before?.fingerprint ?? "";
    expect((await own.library.locate(fingerprint))?.path).toBe(own.path("film.mkv"));
    // The very same film, size and time, but elsewhere: only the path differs.
    await rename(own.path("film.mkv"), machine.file("secret/moved.mkv"));
    await symlink(machine.file("secret/moved.mkv"), own.path("film.mkv"));
    expect(await own.library.locate(fingerprint)).toBeNull();
    const reach = createReach(own.db, []);
    expect(await codeOf(reach.follow(own.path("film.mkv")))).toBe("MEDIA_UNREADABLE");
    await rm(own.path("film.mkv"));
    expect(await codeOf(reach.follow(own.path("film.mkv")))).toBe("MEDIA_MISSING");
  });

  test("as a whole library that became one is not looked at", async () => {
    await using own = await openTestLibrary({ browseRoots: [] });
    const { id } = own.row;
    await own.write("film.mkv", "film two");
    await own.scan();
    await rename(own.row.path, `${own.row.path}.aside`);
    await symlink(machine.file("secret"), own.row.path);
    const scan = await own.library.scanFinished(await own.library.startScan(id));
    expect(scan.status).toBe("failed");
    expect(scan.error).toContain("VIEWRA_BROWSE_ROOTS");
    expect(own.prober.probed.filter((path) => path.startsWith(machine.path))).toEqual([]);
    await rm(own.row.path);
    await rename(`${own.row.path}.aside`, own.row.path);
  });
});

describe("a folder that shall become a library", () => {
  test("must lie in a browse root, with its links followed, or is refused whether it exists or not", async () => {
    const reach = createReach(rig.db, [machine.file("disks"), machine.file("not mounted")]);
    await symlink(machine.file("secret"), machine.file("disks/out"));
    await symlink(machine.file("disks/one"), machine.file("in"));
    const admitted = async (path: string): Promise<string> => codeOf(reach.admit(path));
    for (const path of ["disks", "disks/one", "disks/one/", "disks/../disks/one", "in"]) {
      expect([path, await admitted(machine.file(path))]).toEqual([path, "done"]);
    }
    for (const path of ["", "secret", "secret/none", "disks/out", "disks/..", "disks2", "none"]) {
      expect([path, await admitted(machine.file(path))]).toEqual([path, "PATH_NOT_ALLOWED"]);
    }
    expect(await admitted("/")).toBe("PATH_NOT_ALLOWED");
    expect(await admitted("/etc")).toBe("PATH_NOT_ALLOWED");
    expect(await reach.admit(machine.file("in"))).toBe(machine.file("disks/one"));
    expect(await admitted(machine.file("disks/none"))).toContain("ENOENT");
  });

  test("is on record without links, under the name it was given by", async () => {
    await using own = await openTestLibrary();
    await using other = await createTempFolder("linked-library");
    await mkdir(other.file("real"));
    await symlink(other.file("real"), other.file("Films"));
    const row = await own.library.addLibrary({ path: other.file("Films"), type: "movie" });
    expect([row.path, row.name]).toEqual([other.file("real"), "Films"]);
  });
});
