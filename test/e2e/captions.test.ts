import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdir } from "node:fs/promises";
import { makeCaptionedFilm } from "../support/captions/captioned-film.ts";
import { command, letters, padding, preamble } from "../support/captions/line21-encoder.ts";
import { runTool } from "../support/run-tool.ts";
import { startServer, type ServerUnderTest } from "../support/server.ts";
import { addTeletext } from "../support/teletext/teletext-film.ts";
import { boxedRow } from "../support/teletext/teletext-packets.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";

let folder: TempFolder;
let server: ServerUnderTest;
const films = ["captioned.mp4", "teletext.ts"];

beforeAll(async () => {
  folder = await createTempFolder("captions-e2e");
  const library = folder.file("films");
  await mkdir(library);
  const pairs = [
    ...[
      command("CC1", "popOn"),
      preamble("CC1", 15, { indent: 8 }),
      ...letters("CC1", "Spoken & <b>"),
    ],
    ...[command("CC1", "flip"), ...Array.from({ length: 60 }, () => padding)],
    ...[command("CC1", "eraseShown"), ...Array.from({ length: 60 }, () => padding)],
  ];
  await makeCaptionedFilm(
    `${library}/captioned.mp4`,
    pairs.map((first) => ({ first })),
    ["-c:v", "libx264", "-preset", "ultrafast", "-g", "30"],
  );
  await runTool([
    ...["ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i"],
    ...["testsrc2=size=96x64:rate=25:duration=4", "-c:v", "mpeg2video", `${library}/teletext.ts`],
  ]);
  const page = { page: 888, nationalOption: 0 };
  await addTeletext(
    `${library}/teletext.ts`,
    [{ language: "nld", type: 5, page: 888 }],
    [
      { ...page, seconds: 2.4, rows: new Map([[22, boxedRow("Spoken & <b>", 10)]]) },
      { ...page, seconds: 4.4, rows: new Map() },
    ],
  );
  server = await startServer({ dataDir: folder.file("data"), library: [library] });
}, 60_000);

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const text = async (path: string): Promise<string> => {
  const answer = await fetch(server.api.url(path));
  expect({ path, status: answer.status }).toEqual({ path, status: 200 });
  return await answer.text();
};

/** Of the first rung that is listed. */
async function firstSegment(content: string, manifest: string): Promise<Uint8Array> {
  const rung = /^(v\d+)\.m3u8/m.exec(await text(manifest))?.[1];
  const names = await text(`${content}${rung}.m3u8`);
  const answer = await fetch(server.api.url(`${content}${/^[^#\s].*$/m.exec(names)?.[0]}`));
  expect(answer.status).toBe(200);
  return await answer.bytes();
}

test.each([
  ["captioned.mp4", "und", "CC1"],
  ["teletext.ts", "nl", "Dutch (SDH)"],
] as const)(
  "the words inside %s are a text in both manifests, by themselves, and part of the pictures",
  async (film, language, label) => {
    const id = (await server.api.awaitFiles(films)).get(film)?.id ?? "";
    const details: {
      subtitles: { index: number; language: string; is_for_hearing_impaired: boolean }[];
    } = JSON.parse(await text(`/api/media/files/${id}`));
    expect(details.subtitles).toHaveLength(1);
    const [own] = details.subtitles;
    expect(own).toMatchObject({ language, is_for_hearing_impaired: true });
    for (const [notation, words] of [
      ["vtt", "Spoken &amp; &lt;b&gt;"],
      ["srt", "Spoken &"],
      ["ass", "Spoken"],
    ] as const) {
      const said = await text(`/api/media/files/${id}/subtitles/${own?.index}.${notation}`);
      expect(said).toContain(words);
    }
    const hls = await server.api.start(id, { container: "hls", delivery: "transcode" });
    const content = hls.manifest_url.replace("master.m3u8", "");
    expect(await text(hls.manifest_url)).toContain(`NAME="${label}"`);
    const segments = await text(`${content}t1.m3u8`);
    const spoken = await Promise.all(
      Array.from(segments.matchAll(/^[^#\s].*$/gm), ([name]) => text(`${content}${name}`)),
    );
    expect(spoken.join("")).toContain("Spoken &amp; &lt;b&gt;");
    // Players would list what is in the pictures a second time.
    expect(await text(hls.manifest_url)).toContain("CLOSED-CAPTIONS=NONE");
    const pictures = await firstSegment(content, hls.manifest_url);
    expect(Buffer.from(pictures).includes("GA94")).toBe(false);
    const dash = await server.api.start(id, { container: "dash", delivery: "transcode" });
    expect(await text(dash.manifest_url)).toContain('mimeType="text/vtt"');
    expect(await text(`${content}w1/1.vtt`)).toContain("Spoken &amp; &lt;b&gt;");

    const burnt = await server.api.start(id, {
      ...{ container: "hls", delivery: "transcode" },
      ...{ subtitle_track: own?.index, burn_subtitles: true },
    });
    expect(burnt.content_hash).not.toBe(hls.content_hash);
    const burntContent = burnt.manifest_url.replace("master.m3u8", "");
    expect((await firstSegment(burntContent, burnt.manifest_url)).length).toBeGreaterThan(0);
    for (const { session_id } of [hls, dash, burnt]) await server.api.end(session_id);
  },
  60_000,
);
