import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdir } from "node:fs/promises";
import { runTool } from "../support/run-tool.ts";
import { startServer, type ServerUnderTest } from "../support/server.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";

const rate = 11_025;
const seconds = 200;
const intro = 20;
const credits = 25;
/** Each in a folder of its own, as they are often found. */
const episodes = [
  { name: "Show.S01E01.mkv", introAt: 8, codec: "aac" },
  { name: "Show.S01E02.mp4", introAt: 18, codec: "aac" },
  { name: "Show.S01E03.mkv", introAt: 27, codec: "libmp3lame" },
];
const library = "shows/Show/Season 1";

let folder: TempFolder;
let server: ServerUnderTest;

/** A tune that no other seed has. */
function tune(seed: number, lasts: number): Int16Array {
  const pitch = (step: number, of: number): number => {
    const dice = Math.sin((step + 1) * 12.9898 * (seed + of)) * 43_758.5453;
    return 220 * 2 ** (Math.floor((dice - Math.floor(dice)) * 36) / 12);
  };
  return Int16Array.from({ length: Math.round(lasts * rate) }, (_, i) => {
    const [at, step] = [i / rate, Math.floor(i / rate / 0.4)];
    const wave = (hertz: number): number => Math.sin(2 * Math.PI * hertz * at);
    return 8000 * wave(pitch(step, 0.3)) + 4000 * wave(pitch(step, 0.7));
  });
}

beforeAll(async () => {
  folder = await createTempFolder("intros");
  const shared = { intro: tune(1.7, intro), credits: tune(2.9, credits) };
  for (const [i, { name, introAt, codec }] of episodes.entries()) {
    const rest = seconds - introAt - intro - credits;
    const parts = [tune(10 + i, introAt), shared.intro, tune(20 + i, rest), shared.credits];
    const bytes = parts.map((part) => Buffer.from(part.buffer));
    const own = folder.file(`${library}/${name.slice(0, -4)}-GROUP`);
    await mkdir(own, { recursive: true });
    await Bun.write(folder.file("sound"), Buffer.concat(bytes));
    await runTool([
      ...["ffmpeg", "-v", "error", "-f", "s16le", "-ar", String(rate), "-ac", "1"],
      ...["-i", folder.file("sound"), "-ar", "44100", "-c:a", codec, "-b:a", "96k"],
      `${own}/${name}`,
    ]);
  }
  server = await startServer({
    ...{ dataDir: folder.file("data"), library: [] },
    env: { VIEWRA_BROWSE_ROOTS: folder.path },
  });
}, 60_000);

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

test("the titles and credits that a season's episodes share are told of each, found in the background", async () => {
  const added = await fetch(server.api.url("/api/media/libraries"), {
    ...{ method: "POST", headers: { "content-type": "application/json" } },
    body: JSON.stringify({ path: folder.file("shows"), type: "tv" }),
  });
  expect(added.status).toBe(201);
  const { id } = await added.json();
  await fetch(server.api.url(`/api/media/libraries/${id}/scan`), { method: "POST" });
  const files = await server.api.awaitFiles(episodes.map(({ name }) => name));
  const segmentsOf = async (
    name: string,
  ): Promise<{ kind: string; start: number; end: number }[]> => {
    const file = await fetch(server.api.url(`/api/media/files/${files.get(name)?.id}`));
    return (await file.json()).segments;
  };
  while ((await segmentsOf(episodes[0]?.name ?? "")).length === 0) await Bun.sleep(200);
  for (const { name, introAt } of episodes) {
    const [first, last, ...others] = await segmentsOf(name);
    expect([first?.kind, last?.kind, others]).toEqual(["intro", "credits", []]);
    expect(Math.abs((first?.start ?? 0) - introAt)).toBeLessThan(1.5);
    expect(Math.abs((first?.end ?? 0) - introAt - intro)).toBeLessThan(2.2);
    expect(Math.abs((last?.start ?? 0) - seconds + credits)).toBeLessThan(1.5);
    expect(Math.abs((last?.end ?? 0) - seconds)).toBeLessThan(2.2);
  }
}, 60_000);
