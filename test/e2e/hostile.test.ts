import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdir, readFile, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { isFailure, type ListedFile } from "../support/api-client.ts";
import { mapContent } from "../support/content-map.ts";
import { makeSource } from "../support/make-source.ts";
import { runTool } from "../support/run-tool.ts";
import { startServer, type ServerUnderTest } from "../support/server.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";

const tiny = { durationSeconds: 6, width: 320, height: 180 };

let folder: TempFolder;
let server: ServerUnderTest;
let films: ReadonlyMap<string, ListedFile>;

/** Names that a shell, a format string, an option parser or a playlist would take for something else. */
const oddNames = [
  `quote' and "quote.mp4`,
  "new\nline.mp4",
  "100%d %s %n.mp4",
  "-i dash.mp4",
  "concat:a|b.mp4",
  "späte Größe 映画.mp4",
  "[brackets] {braces} $(id) `id`.mp4",
];

const notFilms = ["empty.mp4", "text.mp4", "playlist.mp4", "concat.mkv", "noise.ts"];

beforeAll(async () => {
  folder = await createTempFolder("hostile");
  const library = folder.file("films");
  await mkdir(library);
  const film = (name: string): string => `${library}/${name}`;
  await makeSource(film("good.mp4"), tiny);
  const good = await readFile(film("good.mp4"));
  for (const name of oddNames) await writeFile(film(name), good);
  // A name that is no UTF-8: only a byte string can say it.
  const raw = Buffer.concat([
    Buffer.from(`${library}/latin-`),
    Buffer.from([0xe9, 0xff]),
    Buffer.from(".mp4"),
  ]);
  await writeFile(raw, good);

  await writeFile(film("empty.mp4"), "");
  await writeFile(film("text.mp4"), "This is a letter, not a film.\n".repeat(1000));
  const secret = folder.file("secret.mp4");
  await makeSource(secret, tiny);
  const playlist = `#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\nfile://${secret}\n#EXT-X-ENDLIST\n`;
  await writeFile(film("playlist.mp4"), playlist);
  await writeFile(film("concat.mkv"), `ffconcat version 1.0\nfile '${secret}'\n`);
  await writeFile(film("noise.ts"), crypto.getRandomValues(new Uint8Array(60_000)));
  await runTool(["mkfifo", film("fifo.mp4")]);
  await mkdir(film("folder.mkv"));
  await symlink("/dev/zero", film("zero.mp4"));
  await symlink(film("loop.mp4"), film("loop.mp4"));

  await writeFile(film("gone.mp4"), good);
  await writeFile(film("shrinks.mp4"), good);
  server = await startServer({
    dataDir: folder.file("data"),
    library: [library],
    env: { TRANSCODE_FILL: "none" },
  });
  const listed = ["good.mp4", "gone.mp4", "shrinks.mp4", ...notFilms, ...oddNames];
  films = await server.api.awaitFiles(listed, 45_000);
}, 90_000);

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

/** Starts a listed file and tells what came of it, which must be known within two seconds. */
async function startWithinTwoSeconds(name: string): ReturnType<ServerUnderTest["api"]["tryStart"]> {
  const listed = films.get(name);
  if (!listed) return { status: 0, code: "NOT_LISTED", message: "" };
  const started = performance.now();
  const answer = await server.api.tryStart(listed.id, { container: "dash" });
  expect(performance.now() - started).toBeLessThan(2000);
  return answer;
}

const refusals = /^(NOT_LISTED|MEDIA_\w+|PROBE_FAILED)$/;

describe("what is no film", () => {
  test.each(notFilms)("%s is listed as unreadable with its reason, and refused", async (name) => {
    const answer = await startWithinTwoSeconds(name);
    expect(isFailure(answer) ? answer.code : "started").toMatch(refusals);
    const listed = films.get(name);
    if (listed) expect(listed.status).toBe("unreadable");
  });

  test.each(["fifo.mp4", "folder.mkv", "zero.mp4", "loop.mp4"])(
    "%s neither hangs the scan nor plays",
    async (name) => {
      const answer = await startWithinTwoSeconds(name);
      expect(isFailure(answer) ? answer.code : "started").toMatch(refusals);
    },
  );

  test("an id that is none, and one that is nobody's, are typed errors", async () => {
    const wrong = await server.api.tryStart("../../etc/passwd");
    expect(isFailure(wrong) ? wrong.code : "started").toMatch(
      /^(INVALID_REQUEST|MEDIA_NOT_FOUND)$/,
    );
    const nobody = await server.api.tryStart(crypto.randomUUID());
    expect(isFailure(nobody) ? nobody.code : "started").toBe("MEDIA_NOT_FOUND");
  });

  test("a file that vanished, and one that changed, since the scan are typed errors", async () => {
    await rm(folder.file("films/gone.mp4"));
    await truncate(folder.file("films/shrinks.mp4"), 5000);
    for (const name of ["gone.mp4", "shrinks.mp4"]) {
      const answer = await startWithinTwoSeconds(name);
      expect(isFailure(answer) ? answer.code : "started").toMatch(/^MEDIA_/);
    }
  });
});

describe("names that mean something to somebody else", () => {
  const plays = async (listed: ListedFile | undefined): Promise<void> => {
    expect(listed).toBeDefined();
    const playback = await server.api.start(listed?.id ?? "", { container: "dash" });
    const [video] = await mapContent(server.api, playback);
    const first = await server.api.object(playback, video?.segments[0]?.name ?? "");
    expect(first.byteLength).toBeGreaterThan(1000);
  };

  test.each(oddNames)("%j plays", (name) => plays(films.get(name)));

  test("a name that is no UTF-8 plays, or is listed with the reason why not", async () => {
    const listed = (await server.api.files()).find(({ path }) => path.includes("latin-"));
    if (listed?.status === "ready") await plays(listed);
    else if (listed) expect(listed.reason).toBeTruthy();
  });
});
