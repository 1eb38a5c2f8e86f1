import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  appendFile,
  chmod,
  copyFile,
  mkdir,
  open,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
} from "node:fs/promises";
import fc from "fast-check";
import { createReach } from "../../src/library/reach.ts";
import { createDirectFiles } from "../../src/library/direct-files.ts";
import { fileHash } from "../../src/media/file-address.ts";
import { openTestLibrary, type TestLibrary } from "../library/open-test-library.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";
import { startOrigin, type OriginUnderTest } from "./origin-under-test.ts";

const immutable = "public, max-age=31536000, immutable";

interface Rig extends AsyncDisposable {
  readonly library: TestLibrary;
  readonly origin: OriginUnderTest;
  /** Moves the clock by which the library is believed to have a file. */
  pass(milliseconds: number): void;
  /** The address of a file as it was last scanned. */
  address(name: string): Promise<string>;
  ask(address: string, headers?: Record<string, string>, method?: string): Promise<Response>;
}

/** An origin that gives out the files of a real library, which alone it may look into. */
async function createRig(): Promise<Rig> {
  const library = await openTestLibrary();
  const reach = createReach(library.db, []);
  let now = 0;
  const files = createDirectFiles(library.db, reach, () => now);
  const origin = await startOrigin(0, undefined, (hash) => files.open(hash));
  const hashOf = async (name: string): Promise<string> => {
    const file = (await library.files())[name];
    if (!file?.fingerprint) throw new Error(`expected ${name} to be a film`);
    return fileHash(file.fingerprint, file.mtimeMs);
  };
  return {
    library,
    origin,
    pass: (milliseconds) => void (now += milliseconds),
    address: async (name) => `${origin.base}/api/v1/content/${await hashOf(name)}/file.mkv`,
    ask: (address, headers = {}, method = "GET") => fetch(address, { headers, method }),
    [Symbol.asyncDispose]: async () => {
      await origin[Symbol.asyncDispose]();
      await files.close();
      await library[Symbol.asyncDispose]();
    },
  };
}

/** Every eight bytes differ from all others, so that bytes from another place are never right. */
function film(sizeBytes: number): Buffer<ArrayBuffer> {
  const bytes = Buffer.alloc(sizeBytes + 8);
  for (let at = 0; at < sizeBytes; at += 8) bytes.writeUInt32LE((at * 2654435761) >>> 0, at);
  for (let at = 4; at < sizeBytes; at += 8) bytes.writeUInt32LE(at, at);
  return bytes.subarray(0, sizeBytes);
}

/** Below and above what Bun sends by `sendfile`, what fits a socket at once, and an odd end. */
const sizes = { "small.mkv": 1000, "medium.mkv": 300_007, "large.mkv": 9_000_001 };

describe("the file of a film", () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await createRig();
    for (const [name, size] of Object.entries(sizes)) {
      await Bun.write(rig.library.path(name), film(size));
    }
    await rig.library.scan();
  });
  afterAll(() => rig[Symbol.asyncDispose]());

  test("comes whole, of its type, to be kept for ever", async () => {
    const address = await rig.address("small.mkv");
    const response = await rig.ask(address);
    expect(response.status).toBe(200);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(film(1000));
    const hash = address.split("/").at(-2);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "accept-ranges": "bytes",
      "access-control-allow-origin": "*",
      "cache-control": immutable,
      "content-length": "1000",
      "content-type": "video/x-matroska",
      etag: `"sha256-sampled-${hash}"`,
      "x-content-type-options": "nosniff",
    });
    expect(rig.origin.observed.at(-1)).toEqual(["disk", 200]);
  });

  test("has no other name, and another hash or time has no file", async () => {
    const address = await rig.address("small.mkv");
    const otherTime = address.replace(/[0-9a-f]\/file/, (end) => `${end[0] === "0" ? 1 : 0}/file`);
    const otherFilm = address.replace(/content\/./, (begin) =>
      begin.endsWith("0") ? "content/1" : "content/0",
    );
    const names = ["file.mp4", "file.", "file.mkv.", "file.MKV", "file.mkv%00", "manifest.mpd"];
    const others = names.map((name) => address.replace("file.mkv", name));
    for (const other of [
      ...others,
      otherTime,
      otherFilm,
      address.replace("content/", "content/A"),
    ]) {
      const response = await rig.ask(other);
      expect([response.status, response.headers.get("Cache-Control")], other).toEqual([
        404,
        "no-store",
      ]);
    }
  });

  test("answers HEAD as GET, and what a client has with 304", async () => {
    const address = await rig.address("large.mkv");
    const head = await rig.ask(address, { Range: "bytes=0-9" }, "HEAD");
    expect([head.status, await head.text()]).toEqual([200, ""]);
    expect(head.headers.get("Content-Length")).toBe(String(sizes["large.mkv"]));
    const ETag = head.headers.get("ETag") ?? "";
    const known = await rig.ask(address, { "If-None-Match": ETag });
    expect([known.status, await known.text()]).toEqual([304, ""]);
    expect((await rig.ask(address, { "If-Match": '"other"' })).status).toBe(412);
  });

  const ends = (size: number) =>
    fc.oneof(fc.nat(size + 5), fc.constantFrom(0, 1, size - 1, size, size + 1));
  const ranges = fc.constantFrom(...Object.entries(sizes)).chain(([name, size]) =>
    fc.record({
      name: fc.constant(name),
      size: fc.constant(size),
      first: fc.option(ends(size)),
      last: fc.option(ends(size)),
      condition: fc.constantFrom(null, "same", "other"),
    }),
  );

  test("comes in any range, by the rules of RFC 9110, to many readers at once", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(ranges, { minLength: 1, maxLength: 8 }), async (asked) => {
        await Promise.all(
          asked.map(async ({ name, size, first, last, condition }) => {
            const address = await rig.address(name);
            const Range = `bytes=${first ?? ""}-${last ?? ""}`;
            const tag = `"sha256-sampled-${address.split("/").at(-2)}"`;
            const ifRange = { "If-Range": condition === "same" ? tag : '"other"' };
            const response = await rig.ask(address, {
              Range,
              ...(condition === null ? {} : ifRange),
            });
            const got = Buffer.from(await response.arrayBuffer());
            const isIgnored = condition === "other";
            const wanted = isIgnored ? "whole" : expectedRange(first, last, size);
            if (wanted === "nothing") {
              expect([response.status, response.headers.get("Content-Range")]).toEqual([
                416,
                `bytes */${size}`,
              ]);
              return;
            }
            const [start, end] = wanted === "whole" ? [0, size] : wanted;
            expect(response.status, `${name} ${Range} ${condition}`).toBe(
              wanted === "whole" ? 200 : 206,
            );
            expect(got.equals(film(size).subarray(start, end)), `${name} ${Range}`).toBe(true);
            expect(response.headers.get("Content-Range")).toBe(
              wanted === "whole" ? null : `bytes ${start}-${end - 1}/${size}`,
            );
          }),
        );
      }),
      { numRuns: 60 },
    );
  }, 60_000);

  test("several ranges at once are answered with all of it, however large", async () => {
    for (const [name, size] of Object.entries(sizes)) {
      const response = await rig.ask(await rig.address(name), { Range: "bytes=0-1,5-6" });
      expect(response.status).toBe(200);
      expect(Buffer.from(await response.arrayBuffer()).equals(film(size))).toBe(true);
    }
  });
});

/** As RFC 9110, 14.1.2 has it, written down once more. */
function expectedRange(
  first: number | null,
  last: number | null,
  size: number,
): "whole" | "nothing" | readonly [number, number] {
  if (first === null && last === null) return "whole";
  if (first === null) return last === 0 ? "nothing" : [Math.max(0, size - (last ?? 0)), size];
  if (last !== null && last < first) return "whole";
  return first >= size ? "nothing" : [first, Math.min(size, (last ?? size) + 1)];
}

let outside: TempFolder;
beforeAll(async () => {
  outside = await createTempFolder("outside");
});
afterAll(() => outside[Symbol.asyncDispose]());

/** What may happen to a film, and whether its old address still leads to it, before and after the next scan. */
const fates: readonly {
  readonly what: string;
  readonly happens: (path: (name: string) => string, library: TestLibrary) => Promise<unknown>;
  readonly isThere: boolean;
  readonly isThereAfterScan: boolean;
}[] = [
  {
    what: "is deleted",
    happens: (path) => rm(path("film.mkv")),
    isThere: false,
    isThereAfterScan: false,
  },
  {
    what: "grows",
    happens: (path) => appendFile(path("film.mkv"), "x"),
    isThere: false,
    isThereAfterScan: false,
  },
  {
    what: "shrinks",
    happens: (path) => truncate(path("film.mkv"), 999),
    isThere: false,
    isThereAfterScan: false,
  },
  {
    what: "is written over with as many bytes",
    happens: async (path) => Bun.write(path("film.mkv"), film(2000).subarray(1000)),
    isThere: false,
    isThereAfterScan: false,
  },
  {
    what: "is written over with its time set back",
    happens: async (path) => {
      const { atime, mtime } = await stat(path("film.mkv"));
      const file = await open(path("film.mkv"), "r+");
      await file.write("x", 500);
      await file.close();
      await utimes(path("film.mkv"), atime, mtime);
    },
    isThere: false,
    isThereAfterScan: false,
  },
  {
    what: "is touched",
    happens: (path) => utimes(path("film.mkv"), new Date(), new Date()),
    isThere: false,
    isThereAfterScan: false,
  },
  {
    what: "gives its name to another",
    happens: async (path) => {
      const { atime, mtime } = await stat(path("film.mkv"));
      await Bun.write(path("other.part"), film(2000).subarray(1000));
      await utimes(path("other.part"), atime, mtime);
      await rename(path("other.part"), path("film.mkv"));
    },
    isThere: false,
    isThereAfterScan: false,
  },
  {
    what: "is replaced by an equal copy of the same time",
    happens: async (path) => {
      const { atime, mtime } = await stat(path("film.mkv"));
      await copyFile(path("film.mkv"), path("copy.part"));
      await utimes(path("copy.part"), atime, mtime);
      await rename(path("copy.part"), path("film.mkv"));
    },
    isThere: true,
    isThereAfterScan: true,
  },
  {
    what: "may be read by fewer",
    happens: (path) => chmod(path("film.mkv"), 0o400),
    isThere: true,
    isThereAfterScan: true,
  },
  {
    what: "is moved within the library",
    happens: async (path) => {
      await mkdir(path("folder"), { recursive: true });
      await rename(path("film.mkv"), path("folder/film.mkv"));
    },
    isThere: false,
    isThereAfterScan: true,
  },
  {
    what: "becomes a folder",
    happens: async (path) => {
      await rm(path("film.mkv"));
      await mkdir(path("film.mkv"));
    },
    isThere: false,
    isThereAfterScan: false,
  },
  {
    what: "becomes a link out of the library to the very same bytes",
    happens: async (path) => {
      const { atime, mtime } = await stat(path("film.mkv"));
      await copyFile(path("film.mkv"), outside.file("film.mkv"));
      await utimes(outside.file("film.mkv"), atime, mtime);
      await rm(path("film.mkv"));
      await symlink(outside.file("film.mkv"), path("film.mkv"));
    },
    isThere: false,
    isThereAfterScan: false,
  },
  {
    what: "is in a library that is removed",
    happens: (_path, { library, row }) => library.removeLibrary(row.id),
    isThere: false,
    isThereAfterScan: false,
  },
];

describe.each(["asked for before", "not asked for before"])(
  "the address of a film that was %s",
  (asked) => {
    test.each(fates)("and that $what", async ({ what, happens, isThere, isThereAfterScan }) => {
      await using rig = await createRig();
      const { library } = rig;
      await Bun.write(library.path("film.mkv"), film(1000));
      await utimes(library.path("film.mkv"), new Date(1e12), new Date(1e12));
      await library.scan();
      const address = await rig.address("film.mkv");
      if (asked === "asked for before") expect((await rig.ask(address)).status).toBe(200);
      await happens(library.path, library);
      rig.pass(1500);
      const check = async (isGiven: boolean, when: string): Promise<void> => {
        const response = await rig.ask(address);
        const bytes = Buffer.from(await response.arrayBuffer());
        expect(response.status, `${what}, ${when}`).toBe(isGiven ? 200 : 404);
        const caching = response.headers.get("Cache-Control");
        expect(caching).toBe(isGiven ? immutable : "no-store");
        if (isGiven) expect(bytes.equals(film(1000))).toBe(true);
      };
      await check(isThere, "before a scan");
      if ((await library.library.libraries()).length > 0) await library.scan();
      rig.pass(1500);
      await check(isThereAfterScan, "after a scan");
    });
  },
);

test("a reader in mid-file gets the bytes of the film that it began with, whatever takes its place", async () => {
  await using rig = await createRig();
  const { library } = rig;
  const size = 40_000_000;
  await Bun.write(library.path("film.mkv"), film(size));
  await library.scan();
  const response = await rig.ask(await rig.address("film.mkv"));
  await Bun.write(library.path("other.part"), new Uint8Array(size));
  await rename(library.path("other.part"), library.path("film.mkv"));
  const got = Buffer.from(await response.arrayBuffer());
  expect(got.equals(film(size))).toBe(true);
}, 30_000);
