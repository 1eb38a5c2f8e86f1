import { chromium, type Browser } from "playwright-core";

/** Headless, silent, and quiet towards the network: this may run where there is no internet. */
const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--mute-audio",
  "--autoplay-policy=no-user-gesture-required",
];

/** Debian's Chromium. */
export function launchChromium(further: readonly string[] = []): Promise<Browser> {
  return chromium.launch({ executablePath: "/usr/bin/chromium", args: [...flags, ...further] });
}
