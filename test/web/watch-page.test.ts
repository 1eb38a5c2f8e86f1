import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  setDefaultTimeout,
  test,
} from "bun:test";
import type { Browser, Page } from "playwright-core";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";
import { fakeFile, startFakeServer, type ApiCall, type FakeServer } from "./fake-server.ts";
import { launchChromium } from "../support/chromium.ts";
import { openPage } from "./page-browser.ts";
import { packageFilm } from "./packaged-film.ts";

setDefaultTimeout(30_000);

let folder: TempFolder;
let browser: Browser;
let server: FakeServer;
beforeAll(async () => {
  folder = await createTempFolder("web");
  [browser] = await Promise.all([launchChromium(), packageFilm(folder.path)]);
});
beforeEach(async () => {
  await server?.[Symbol.asyncDispose]();
  server = await startFakeServer(folder.path);
  server.state.files = [fakeFile("f1", "Sintel")];
});
afterAll(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const watch = (): string => `${server.url}#/watch/f1`;
const starts = (): ApiCall[] => server.calls.filter(({ path }) => path === "/api/playback/start");
const reports = (): ApiCall[] => server.calls.filter(({ path }) => path.endsWith("/progress"));
const stops = (): ApiCall[] => server.calls.filter(({ method }) => method === "DELETE");
const segments = (rendition: string): number[] =>
  server.objects
    .filter((name) => name.startsWith(`${rendition}/`) && name.endsWith(".m4s"))
    .map((name) => Number(/\d+(?=\.m4s)/.exec(name)?.[0]));

async function currentTime(page: Page): Promise<number> {
  return page.evaluate(() => document.querySelector("video")?.currentTime ?? 0);
}

async function playsPast(page: Page, seconds: number): Promise<void> {
  await page.waitForFunction(
    (past) => (document.querySelector("video")?.currentTime ?? 0) > past,
    seconds,
    { timeout: 15_000 },
  );
}

async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (const end = Date.now() + 12_000; Date.now() < end; await Bun.sleep(25)) {
    if (await condition()) return;
  }
  throw new Error(`did not come: ${what}`);
}

test("chapters are in the player's menu, by their names", async () => {
  const chapters = [
    { start: 0, end: 1, title: "The beginning" },
    { start: 1, end: 60, title: "The rest" },
  ];
  server.state.files = [fakeFile("f1", "Sintel", { chapters })];
  await using tab = await openPage(browser, server.url);
  const { page } = tab;
  await page.goto(watch());
  await playsPast(page, 0.2);
  await page.getByRole("button", { name: "Chapters" }).first().click();
  await page.getByRole("menuitemradio", { name: /The rest/ }).click();
  await playsPast(page, 1);
});

describe.each(["dash", "hls"] as const)("a title over %s", (delivery) => {
  const open = async (position = 0) => {
    server.state.files = [fakeFile("f1", "Sintel", { resume_position: position })];
    const tab = await openPage(browser, server.url);
    await tab.page.evaluate((kind) => localStorage.setItem("viewra-delivery", kind), delivery);
    await tab.page.goto(watch());
    return tab;
  };

  test("plays from the list, and the server hears of it until it is left", async () => {
    await using tab = await open();
    const { page } = tab;
    await page.goto(server.url);
    await page.getByTestId("media-row").getByRole("link").click();
    await playsPast(page, 1);
    expect(starts().at(-1)?.body).toMatchObject({ media_file_id: "f1", container: delivery });
    expect(await page.title()).toBe("Sintel · Viewra");
    await until(() => reports().length > 0, "a first report");
    expect(reports()[0]?.body).toMatchObject({ state: "playing" });

    await page.getByTestId("back").click();
    await page.getByTestId("media-row").waitFor();
    await until(() => stops().length > 0, "the end of the session");
    expect(server.state.sessions.size).toBe(0);
    const last = reports().at(-1);
    expect(Number(last?.body["position"])).toBeGreaterThan(1);
    expect(tab.complaints).toEqual([]);
  });

  test("resumes where it was left without asking for what came before", async () => {
    await using tab = await open(13);
    await playsPast(tab.page, 13.2);
    expect(starts()[0]?.body["seek_position"]).toBe(13);
    expect(await currentTime(tab.page)).toBeLessThan(20);
    const asked = [...segments("v90"), ...segments("v180"), ...segments("a1")];
    expect(Math.min(...asked)).toBeGreaterThanOrEqual(6);
    // Chromium would load a <source> by itself, from the first segment on.
    expect(await tab.page.locator("video source").count()).toBe(0);
    await tab.page.getByText("Resumed at 0:13").waitFor();

    await tab.page.getByRole("button", { name: "Start over" }).click();
    await until(async () => (await currentTime(tab.page)) < 10, "the beginning");
    await playsPast(tab.page, 0.2);
    expect(tab.complaints).toEqual([]);
  });

  test("begins with the pictures that the server prepares, whatever was watched before", async () => {
    await using tab = await open();
    // dash.js would begin with what it took last, and both with what they guess of the line.
    for (const rendition of ["v180", "v90", "v180"]) {
      server.state.startRendition = rendition;
      await tab.page.goto("about:blank");
      const before = server.objects.length;
      await tab.page.goto(watch());
      await playsPast(tab.page, 0.5);
      const pictures = server.objects.slice(before).filter((name) => /^v\d+\/\d+/.test(name));
      expect(pictures[0]).toBe(`${rendition}/1.m4s`);
    }
    expect(tab.complaints).toEqual([]);
  });

  test("changes quality and sound when asked to", async () => {
    await using tab = await open();
    const { page } = tab;
    await playsPast(page, 0.5);
    await page.getByText("Playback details").click();
    const onScreen = page.locator("[data-testid=rungs] [aria-current]");
    await page.getByTestId("rungs").waitFor();

    for (const [label, rendition] of [
      ["90p", "v90"],
      ["180p", "v180"],
    ] as const) {
      const before = segments(rendition).length;
      const options = page.getByTestId("quality").locator("option", { hasText: `${label} ·` });
      const value = (await options.first().getAttribute("value")) ?? "";
      await page.getByTestId("quality").selectOption(value);
      await onScreen.getByText(label, { exact: false }).first().waitFor();
      await until(() => segments(rendition).length > before || before > 11, `${label} segments`);
      const playing = await currentTime(page);
      await playsPast(page, playing + 0.3);
    }

    expect(segments("a2")).toEqual([]);
    await page.getByTestId("audio").selectOption({ label: "German" });
    await until(() => segments("a2").length > 0, "the other sound");
    const playing = await currentTime(page);
    await playsPast(page, playing + 0.3);
    expect(await page.getByTestId("audio").locator("option:checked").textContent()).toBe("German");
    expect(tab.complaints).toEqual([]);
  });
});

describe("the player", () => {
  test("obeys the keyboard and says at once when it pauses or seeks", async () => {
    await using tab = await openPage(browser, watch());
    const { page } = tab;
    await playsPast(page, 0.5);
    await page.keyboard.press("Space");
    await until(() => reports().at(-1)?.body["state"] === "paused", "a report of the pause");
    const paused = await currentTime(page);
    await page.keyboard.press("ArrowRight");
    await until(async () => (await currentTime(page)) > paused + 4, "the seek");
    await until(() => Number(reports().at(-1)?.body["position"]) > paused + 4, "its report");
    await page.keyboard.press("k");
    await playsPast(page, paused + 5.5);
    expect(tab.complaints).toEqual([]);
  });

  test("reports every ten seconds while nothing else happens", async () => {
    await using tab = await openPage(browser, server.url);
    // The ten seconds pass in one.
    await tab.page.addInitScript(() => {
      const real = window.setInterval.bind(window);
      const hurry = (run: () => void, ms?: number): unknown => real(run, ms === 10_000 ? 1000 : ms);
      Object.assign(window, { setInterval: hurry });
    });
    await tab.page.goto(watch());
    await tab.page.reload();
    await playsPast(tab.page, 5);
    expect(reports().length).toBeGreaterThanOrEqual(5);
    const { position, state, buffer } = reports().at(-1)?.body ?? {};
    expect(Number(position)).toBeGreaterThan(3);
    expect(state).toBe("playing");
    expect(Number(buffer)).toBeGreaterThan(1);
  });

  test("ends its session when the tab goes elsewhere", async () => {
    await using tab = await openPage(browser, watch());
    await playsPast(tab.page, 0.5);
    await tab.page.goto("about:blank");
    await until(() => server.state.sessions.size === 0, "the end of the session");
  });

  test("goes on with a new session when the server forgot the old one", async () => {
    await using tab = await openPage(browser, watch());
    const { page } = tab;
    await playsPast(page, 1);
    await page.evaluate(() => document.querySelector("video")?.setAttribute("data-same", ""));
    server.state.sessions.clear();
    await page.keyboard.press("ArrowRight");
    await until(() => starts().length === 2, "a second start");
    expect(Number(starts()[1]?.body["seek_position"])).toBeGreaterThan(3);
    const playing = await currentTime(page);
    await playsPast(page, playing + 0.5);
    expect(await page.locator("video[data-same]").count()).toBe(1);
    await page.getByTestId("back").click();
    await until(() => server.state.sessions.size === 0, "the end of the new session");
  });

  test("remembers the kind of stream and changes it where the film is", async () => {
    await using tab = await openPage(browser, watch());
    const { page } = tab;
    await playsPast(page, 2);
    await page.getByTestId("delivery").selectOption("hls");
    await until(() => starts().length === 2, "a second start");
    const { container, seek_position } = starts()[1]?.body ?? {};
    expect(container).toBe("hls");
    expect(Number(seek_position)).toBeGreaterThan(1.5);
    await playsPast(page, Number(seek_position) + 0.3);
    expect(server.state.sessions.size).toBe(1);
    await page.reload();
    await until(() => starts().length === 3, "a third start");
    expect(starts()[2]?.body["container"]).toBe("hls");
    expect(tab.complaints).toEqual([]);
  });

  test("asks for night mode, and for the film as it is again, where the film is", async () => {
    await using tab = await openPage(browser, watch());
    const { page } = tab;
    await playsPast(page, 2);
    expect(starts()[0]?.body).not.toHaveProperty("night_mode");
    await page.getByTestId("loudness").selectOption("night");
    await until(() => starts().length === 2, "a second start");
    expect(starts()[1]?.body["night_mode"]).toBe(true);
    const position = Number(starts()[1]?.body["seek_position"]);
    expect(position).toBeGreaterThan(1.5);
    await playsPast(page, position + 0.3);
    await page.getByTestId("loudness").selectOption("film");
    await until(() => starts().length === 3, "a third start");
    expect(starts()[2]?.body).not.toHaveProperty("night_mode");
    expect(tab.complaints).toEqual([]);
  });

  test("plays a plain file when that is what the server decided", async () => {
    server.state.directFile = `/api/v1/content/${"5f".repeat(32)}/film.mp4`;
    server.state.files = [fakeFile("f1", "Sintel", { resume_position: 10 })];
    await using tab = await openPage(browser, watch());
    await playsPast(tab.page, 10.3);
    expect(await currentTime(tab.page)).toBeLessThan(15);
    expect(tab.complaints).toEqual([]);
  });

  test("tells the decision, its reasons and what the viewer should know", async () => {
    server.state.warnings = ["Ends at 0:20 because the file is truncated"];
    await using tab = await openPage(browser, watch());
    const { page } = tab;
    await page.getByText("Ends at 0:20").waitFor();
    await page.getByText("Playback details").click();
    expect(await page.getByTestId("decision").textContent()).toBe("Encoded for this browser");
    const reasons = await page.getByTestId("reasons").getByRole("listitem").allTextContents();
    expect(reasons).toEqual([
      "The device does not play matroska files",
      "The device does not play dts sound",
    ]);
    await page.getByText("6 of 12 segments").waitFor();
  });

  test("says why a title does not start, and tries again", async () => {
    const message = "As many sessions play as this server allows";
    server.state.failure = { status: 503, code: "SESSION_LIMIT_REACHED", message };
    await using tab = await openPage(browser, watch());
    await tab.page.getByText(message).waitFor();
    server.state.failure = null;
    await tab.page.getByTestId("retry").click();
    await playsPast(tab.page, 0.3);
    await tab.page.goto(`${server.url}#/watch/unknown`);
    await tab.page.getByText("There is nothing here").waitFor();
  });

  test("goes on where the server says when what plays cannot be made any more", async () => {
    await using tab = await openPage(browser, watch());
    const { page } = tab;
    await playsPast(page, 1);
    const [first] = server.state.sessions;
    server.state.replaced = "Its segments are not what its header says";
    await page.keyboard.press("ArrowRight");
    await until(() => !server.state.sessions.has(first ?? ""), "the end of the first session");
    expect(server.state.sessions.size).toBe(1);
    const playing = await currentTime(page);
    expect(playing).toBeGreaterThan(3);
    await playsPast(page, playing + 0.5);
    expect(starts()).toHaveLength(1);
    expect(tab.complaints).toEqual([]);
  });

  test("goes on at the same place when the player gives up and the server has another way", async () => {
    server.state.files = [fakeFile("f1", "Sintel", { resume_position: 10 })];
    server.state.directFile = `/api/v1/content/${"5f".repeat(32)}/nothing.mpd`;
    server.state.replaced = "Its segments are not what its header says";
    await using tab = await openPage(browser, watch());
    await playsPast(tab.page, 10.3);
    expect(await currentTime(tab.page)).toBeLessThan(15);
    const failures = server.calls.filter(({ path }) => path.endsWith("/failure"));
    expect(failures.map(({ body }) => body["position"])).toEqual([10]);
    expect(await tab.page.getByText("Playback stopped").count()).toBe(0);
  });

  test("offers the other kind of stream when playback stops", async () => {
    server.state.directFile = `/api/v1/content/${"5f".repeat(32)}/nothing.mpd`;
    await using tab = await openPage(browser, watch());
    await tab.page.getByText("Playback stopped").waitFor({ timeout: 20_000 });
    server.state.directFile = null;
    await tab.page.getByRole("button", { name: "Try HLS" }).click();
    await playsPast(tab.page, 0.3);
    expect(starts().at(-1)?.body["container"]).toBe("hls");
  });
});
