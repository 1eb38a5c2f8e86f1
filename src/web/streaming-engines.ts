import type {
  MediaPlayerInstance,
  MediaProviderAdapter,
  DASHProvider,
  HLSProvider,
} from "@vidstack/react";
import { isDASHProvider, isHLSProvider } from "@vidstack/react";
import { browserAbilities } from "./delivery.ts";

/** A segment that nobody asked for before is encoded while the player waits. */
const segmentTimeoutMilliseconds = 60_000;

/**
 * Gives Vidstack the dash.js and hls.js of our own bundle (it would fetch them from a CDN) and tells
 * them where to begin, so that the first segment asked for is the one that is seen.
 */
export function prepareProvider(
  provider: MediaProviderAdapter | null,
  player: () => MediaPlayerInstance | null,
  startPositionSeconds: number,
): void {
  if (isDASHProvider(provider)) prepareDash(provider, player);
  else if (isHLSProvider(provider)) prepareHls(provider, startPositionSeconds);
  else return;
  // Vidstack also hangs the address into the video as a <source>, for AirPlay. Chromium, which plays HLS by
  // itself nowadays, begins to load it: the first segment of the lowest rung, encoded for nobody.
  if (!browserAbilities().isSafari) Object.assign(provider, { appendSource(): void {} });
}

/** dash.js takes its start from the address (ISO 23009-1 annex C.4), browsers do so for plain files. */
export function withStartPosition(url: string, seconds: number): string {
  return seconds > 0 ? `${url}#t=${seconds.toFixed(3)}` : url;
}

function prepareHls(provider: HLSProvider, startPosition: number): void {
  provider.library = () => import("hls.js");
  const policy = {
    maxTimeToFirstByteMs: segmentTimeoutMilliseconds,
    maxLoadTimeMs: 2 * segmentTimeoutMilliseconds,
    timeoutRetry: { maxNumRetry: 2, retryDelayMs: 0, maxRetryDelayMs: 0 },
    errorRetry: { maxNumRetry: 5, retryDelayMs: 1000, maxRetryDelayMs: 8000 },
  };
  provider.config = { startPosition, fragLoadPolicy: { default: policy } };
}

function prepareDash(provider: DASHProvider, player: () => MediaPlayerInstance | null): void {
  provider.library = () => import("dashjs");
  provider.config = {
    streaming: {
      // As Vidstack sets them; its settings are replaced by ours, not merged.
      text: { defaultEnabled: false, dispatchForManualRendering: true },
      buffer: { fastSwitchEnabled: true },
      fragmentRequestTimeout: segmentTimeoutMilliseconds,
      // Time servers on the internet, which only live manifests need.
      utcSynchronization: { enabled: false },
    },
  };
  provider.onInstance((instance) => adaptDashJs5(instance, player));
}

/**
 * Vidstack 1.15 knows qualities by the index that dash.js 4 had; dash.js 5 knows them by the id of
 * their Representation, which Vidstack keeps as the quality's `id`. Its handler of the event comes
 * after ours, and finds the index it looks for.
 */
function adaptDashJs5(
  instance: Parameters<Parameters<DASHProvider["onInstance"]>[0]>[0],
  player: () => MediaPlayerInstance | null,
): void {
  Object.assign(instance, {
    setQualityFor(type: "video", index: number, replace: boolean): void {
      const id = player()?.qualities[index]?.id;
      if (id !== undefined) instance.setRepresentationForTypeById(type, id, replace);
    },
  });
  instance.on("qualityChangeRendered", (event: unknown) => {
    const id = representationId(event);
    const index =
      player()
        ?.qualities.toArray()
        .findIndex((quality) => quality.id === id) ?? -1;
    if (typeof event === "object" && event !== null) Object.assign(event, { newQuality: index });
  });
}

function representationId(event: unknown): string | undefined {
  if (typeof event !== "object" || event === null || !("newRepresentation" in event))
    return undefined;
  const next = event.newRepresentation;
  if (typeof next !== "object" || next === null || !("id" in next)) return undefined;
  return typeof next.id === "string" ? next.id : undefined;
}
