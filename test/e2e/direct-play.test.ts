import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFile, rename } from "node:fs/promises";
import { launchChromium } from "../support/chromium.ts";
import { decodePictures } from "../support/compare-video.ts";
import { openPlayerRig, type PlayerRig } from "../support/player-rig.ts";
import { openPage } from "../web/page-browser.ts";

const film = { durationSeconds: 4, width: 320, height: 180 };
let rig: PlayerRig;

beforeAll(async () => {
  rig = await openPlayerRig("direct", {
    "one.mp4": { ...film, rate: "25" },
    "two.mkv": { ...film, rate: "25" },
    "gone.mp4": { ...film, rate: "24" },
  });
  // A file that was written to a moment ago may be growing.
  await Bun.sleep(2100);
}, 60_000);

afterAll(() => rig[Symbol.asyncDispose]());

test.each([
  ["one.mp4", "file.mp4", "video/mp4"],
  ["two.mkv", "file.mkv", "video/x-matroska"],
])("%s is given as %s, byte for byte, with every frame of it", async (name, object, type) => {
  const supported = {
    supported_containers: ["mp4", "mkv"],
    supported_codecs: ["h264", "aac", "flac"],
  };
  const wishes = { delivery: "auto", device_profile: supported };
  const playback = await rig.server.api.start(rig.films.get(name)?.id ?? "", wishes);
  expect(playback.decision).toBe("direct_play");
  expect(playback.manifest_url).toBe(`${playback.content_url}${object}`);
  const url = rig.server.api.url(playback.manifest_url);
  const response = await fetch(url);
  expect(response.headers.get("Content-Type")).toBe(type);
  const bytes = Buffer.from(await response.arrayBuffer());
  expect(bytes.equals(await readFile(rig.pathOf(name)))).toBe(true);
  const [there, here] = [await decodePictures(url), await decodePictures(rig.pathOf(name))];
  expect(there.warnings).toBe("");
  expect(there.numbers).toEqual(here.numbers);
  const old = await fetch(
    rig.server.api.url(`/api/playback/stream/${playback.session_id}/${object}`),
  );
  expect([old.status, old.url]).toEqual([200, url]);
  await old.body?.cancel();
  await rig.server.api.end(playback.session_id);
});

test("the page plays a file as it is where the browser can, and a stream where the viewer wants one", async () => {
  const browser = await launchChromium();
  try {
    const id = rig.films.get("one.mp4")?.id ?? "";
    await using tab = await openPage(browser, rig.server.api.url("/"));
    const asked: string[] = [];
    tab.page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    const playsAs = async (setting: string): Promise<string[]> => {
      asked.length = 0;
      await tab.page.evaluate((kind) => localStorage.setItem("viewra-delivery", kind), setting);
      await tab.page.goto(rig.server.api.url("/"));
      await tab.page.goto(rig.server.api.url(`/#/watch/${id}`));
      await tab.page.waitForFunction(() => (document.querySelector("video")?.currentTime ?? 0) > 1);
      return asked.flatMap((path) => /\/(file\.mp4|manifest\.mpd)$/.exec(path)?.[1] ?? []);
    };
    expect(new Set(await playsAs("auto"))).toEqual(new Set(["file.mp4"]));
    expect(new Set(await playsAs("dash"))).toEqual(new Set(["manifest.mpd"]));
    expect(tab.complaints).toEqual([]);
  } finally {
    await browser.close();
  }
}, 60_000);

test("the address of a film that another took the place of leads nowhere, and a start there says so", async () => {
  const id = rig.films.get("gone.mp4")?.id ?? "";
  const playback = await rig.server.api.start(id, { delivery: "direct_play" });
  const url = rig.server.api.url(playback.manifest_url);
  expect((await fetch(url, { method: "HEAD" })).status).toBe(200);
  await Bun.write(`${rig.pathOf("gone.mp4")}.part`, "another film");
  await rename(`${rig.pathOf("gone.mp4")}.part`, rig.pathOf("gone.mp4"));
  const gone = await fetch(url, { headers: { Range: "bytes=0-99" } });
  expect([gone.status, gone.headers.get("Cache-Control")]).toEqual([404, "no-store"]);
  expect(await gone.json()).toMatchObject({ error: { code: "OBJECT_NOT_FOUND" } });
  await rig.server.api.end(playback.session_id);
});
