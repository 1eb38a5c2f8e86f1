import * as v from "valibot";

/** How a manifest is written: the API's `container`. */
export type Delivery = "dash" | "hls";
export type DeliverySetting = Delivery | "auto";

const storageKey = "viewra-delivery";
const settingSchema = v.fallback(v.picklist(["auto", "dash", "hls"]), "auto");

export function parseDeliverySetting(value: unknown): DeliverySetting {
  return v.parse(settingSchema, value);
}

/** What the viewer chose last; a browser that keeps nothing for us gets `auto`. */
export function readDeliverySetting(): DeliverySetting {
  try {
    return parseDeliverySetting(localStorage.getItem(storageKey));
  } catch {
    return "auto";
  }
}

export function writeDeliverySetting(setting: DeliverySetting): void {
  try {
    localStorage.setItem(storageKey, setting);
  } catch {
    // Private windows may refuse: the choice then lasts as long as the page.
  }
}

/**
 * `auto` is DASH where Media Source Extensions are, and HLS on Safari, which plays it by itself and
 * whose phones have nothing else.
 */
export function resolveDelivery(setting: DeliverySetting, browser: BrowserAbilities): Delivery {
  if (!browser.hasMediaSource) return "hls";
  if (setting !== "auto") return setting;
  return browser.isSafari ? "hls" : "dash";
}

export interface BrowserAbilities {
  readonly hasMediaSource: boolean;
  readonly isSafari: boolean;
}

export function browserAbilities(): BrowserAbilities {
  return {
    hasMediaSource: "MediaSource" in window || "ManagedMediaSource" in window,
    isSafari: /^((?!chrome|chromium|android|crios|fxios).)*safari/i.test(navigator.userAgent),
  };
}
