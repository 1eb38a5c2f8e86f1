import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  setDefaultTimeout,
  test,
} from "bun:test";
import type { Browser } from "playwright-core";
import { fakeFile, startFakeServer, type FakeServer } from "./fake-server.ts";
import { launchChromium } from "../support/chromium.ts";
import { openPage } from "./page-browser.ts";

setDefaultTimeout(30_000);

let browser: Browser;
let server: FakeServer;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());
beforeEach(async () => {
  await server?.[Symbol.asyncDispose]();
  server = await startFakeServer("/nonexistent");
});
afterAll(() => server[Symbol.asyncDispose]());

const titles = ["Big Buck Bunny", "Sintel", "Spring", "Sprite Fright"];
const listCalls = (): string[] =>
  server.calls.filter(({ path }) => path.startsWith("/api/media/files?")).map(({ path }) => path);

describe("the library", () => {
  test("lists every title with what is known of it, and marks what cannot be played", async () => {
    server.state.files = [
      fakeFile("f1", "Sintel", { resume_position: 9 }),
      fakeFile("f2", "Broken", { status: "unreadable", reason: "moov atom not found" }),
      fakeFile("f3", "Gone", { status: "missing" }),
      fakeFile("f4", "Spring", { watched: true }),
    ];
    await using tab = await openPage(browser, server.url);
    const rows = tab.page.getByTestId("media-row");
    await rows.nth(3).waitFor();
    expect(await tab.page.getByTestId("total").textContent()).toBe("4 titles");
    expect(await rows.nth(0).getByRole("link").getAttribute("href")).toBe("#/watch/f1");
    expect(await rows.nth(0).textContent()).toContain("Resume at 0:09");
    expect(await rows.nth(3).textContent()).toContain("Watched");
    expect(await rows.nth(1).textContent()).toContain("moov atom not found");
    expect(await rows.nth(2).textContent()).toContain("no longer where it was");
    expect(await tab.page.getByTestId("list").getByRole("link").count()).toBe(2);
    expect(tab.complaints).toEqual([]);
  });

  test("is searched by the server, after a short pause, and by the key /", async () => {
    server.state.files = titles.map((title, i) => fakeFile(`f${i}`, title));
    await using tab = await openPage(browser, server.url);
    await tab.page.getByTestId("media-row").nth(3).waitFor();
    await tab.page.keyboard.press("/");
    await tab.page.keyboard.insertText("spri");
    await tab.page.getByText("2 titles for “spri”").waitFor();
    expect(await tab.page.getByTestId("media-title").allTextContents()).toEqual([
      "Spring",
      "Sprite Fright",
    ]);
    expect(listCalls()).toEqual([
      "/api/media/files?limit=100",
      "/api/media/files?limit=100&q=spri",
    ]);
    await tab.page.keyboard.insertText("xx");
    await tab.page.getByTestId("no-results").waitFor();
    await tab.page.keyboard.press("Escape");
    await tab.page.getByText("4 titles").waitFor();
    expect(tab.complaints).toEqual([]);
  });

  test("of many titles comes page by page as one scrolls", async () => {
    server.state.files = Array.from({ length: 350 }, (_, i) => fakeFile(`f${i}`, `Film ${i + 1}`));
    await using tab = await openPage(browser, server.url);
    const rows = tab.page.getByTestId("media-row");
    await rows.nth(99).waitFor({ state: "attached" });
    expect(listCalls()).toHaveLength(1);
    for (let seen = 0; seen < 350; seen = await rows.count()) {
      await tab.page.mouse.wheel(0, 4000);
      await Bun.sleep(50);
    }
    await tab.page.getByText("Film 350", { exact: true }).waitFor({ state: "attached" });
    expect(new Set(await tab.page.getByTestId("media-title").allTextContents()).size).toBe(350);
    expect(listCalls()).toHaveLength(4);
    expect(tab.complaints).toEqual([]);
  });

  test("that is empty says what to do, refuses nonsense and follows the scan to the first titles", async () => {
    await using tab = await openPage(browser, server.url);
    const { page } = tab;
    await page.getByTestId("empty").waitFor();
    await page.getByTestId("library-path").fill("films");
    await page.getByTestId("library-submit").click();
    await page.getByText("Expected a full path").waitFor();
    // The browser notes every answer that is not a 200.
    expect(tab.complaints.filter((text) => !text.includes("status of 400"))).toEqual([]);

    server.state.scan = { id: "s1", status: "running", found: 12, added: 7, failed: 1 };
    await page.getByTestId("library-path").fill("/srv/films");
    await page.getByTestId("library-submit").click();
    await page.getByText("12 found, 7 new, 1 cannot be read").waitFor();
    expect(server.calls.find(({ body }) => body["path"] === "/srv/films")?.body).toEqual({
      path: "/srv/films",
      type: "movie",
    });
    server.state.files = [fakeFile("f1", "Sintel")];
    server.state.scan = null;
    await page.getByText("Sintel").waitFor();
    await page.getByTestId("scan").waitFor({ state: "detached" });
  });

  test("follows a scan that somebody else started", async () => {
    await using tab = await openPage(browser, server.url);
    await tab.page.getByTestId("empty").waitFor();
    server.state.scan = { id: "s1", status: "running", found: 3 };
    server.emit("scan", { scan_id: "s1", status: "running" });
    await tab.page.getByText("3 found").waitFor();
    server.state.files = [fakeFile("f1", "Sintel")];
    server.state.scan = null;
    await tab.page.getByText("Sintel").waitFor();
  });

  test("shows what the watcher finds", async () => {
    server.state.files = [fakeFile("f1", "Sintel")];
    await using tab = await openPage(browser, server.url);
    await tab.page.getByText("Sintel").waitFor();
    server.state.files = [...server.state.files, fakeFile("f2", "Spring")];
    server.emit("library", { library_id: "l1" });
    await tab.page.getByText("2 titles").waitFor();
    expect(tab.complaints).toEqual([]);
  });

  test("that cannot be read says why and is asked for again", async () => {
    server.state.files = [fakeFile("f1", "Sintel")];
    server.state.failure = { status: 500, code: "INTERNAL", message: "The disk is on fire" };
    await using tab = await openPage(browser, server.url);
    await tab.page.getByText("The disk is on fire").waitFor();
    server.state.failure = null;
    await tab.page.getByTestId("retry").click();
    await tab.page.getByText("Sintel").waitFor();
  });

  test("shows its folders, and scans and forgets them", async () => {
    server.state.files = [fakeFile("f1", "Sintel")];
    server.state.libraries = [{ id: "l1", path: "/srv/films", name: "Films", type: "movie" }];
    await using tab = await openPage(browser, server.url);
    const { page } = tab;
    await page.getByTestId("open-libraries").click();
    await page.getByTestId("library-row").getByText("/srv/films").waitFor();
    await page.getByTestId("library-scan").click();
    await page.getByRole("button", { name: "Forget" }).click();
    await page.getByRole("button", { name: "Keep" }).click();
    await page.getByRole("button", { name: "Forget" }).click();
    await page.getByRole("button", { name: "Forget it" }).click();
    await page.getByTestId("library-row").waitFor({ state: "detached" });
    await page.keyboard.press("Escape");
    await page.getByTestId("libraries").waitFor({ state: "detached" });
    const changes = server.calls.filter(({ method }) => method !== "GET");
    expect(changes.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "POST /api/media/libraries/l1/scan",
      "DELETE /api/media/libraries/l1",
    ]);
    expect(tab.complaints).toEqual([]);
  });

  test("fits a phone without scrolling sideways", async () => {
    server.state.files = [fakeFile("f1", `A ${"very ".repeat(30)}long title`)];
    const options = { viewport: { width: 320, height: 640 } };
    await using tab = await openPage(browser, server.url, options);
    await tab.page.getByTestId("media-row").waitFor();
    const width = await tab.page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(320);
  });
});
