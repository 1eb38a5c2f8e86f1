import type { Browser, BrowserContextOptions, Page } from "playwright-core";

/** A tab, and everything that a well-behaved page does not do. */
export interface WatchedPage extends AsyncDisposable {
  readonly page: Page;
  /** Console errors and warnings, uncaught exceptions, requests to other origins. */
  readonly complaints: readonly string[];
}

export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  const { origin } = new URL(url);
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) {
      complaints.push(`console ${message.type()}: ${message.text()} (${message.location().url})`);
    }
  });
  page.on("pageerror", (error) => complaints.push(`uncaught: ${error.message}`));
  page.on("request", (request) => {
    const to = new URL(request.url());
    if (!["blob:", "data:"].includes(to.protocol) && to.origin !== origin) {
      complaints.push(`request to ${request.url()}`);
    }
  });
  // Shorter than a test may take: bun would end Chromium along with a test that is too late.
  page.setDefaultTimeout(12_000);
  await page.goto(url);
  return { page, complaints, [Symbol.asyncDispose]: () => context.close() };
}
