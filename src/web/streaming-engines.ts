import type {
  MediaPlayerInstance,
  MediaProviderAdapter,
  DASHProvider,
  HLSProvider,
} from "@vidstack/react";
import { isDASHProvider, isHLSProvider } from "@vidstack/react";
import * as v from "valibot";
import { browserAbilities } from "./delivery.ts";

type DashInstance = Parameters<Parameters<DASHProvider["onInstance"]>[0]>[0];

/** A segment that nobody asked for before is encoded while the player waits. */
const segmentTimeoutMilliseconds = 60_000;

/** What an engine begins with. */
export interface Start {
  /** Seconds. */
  readonly position: number;
  /** The pictures that the server prepares, by the name of their folder; null where it prepares none. */
  readonly rendition: string | null;
}

/**
 * Gives Vidstack the dash.js and hls.js of our own bundle (it would fetch them from a CDN) and tells
 * them what to begin with, so that the first segment asked for is the one that is seen and is prepared.
 */
export function prepareProvider(
  provider: MediaProviderAdapter | null,
  player: () => MediaPlayerInstance | null,
  start: Start,
): void {
  if (isDASHProvider(provider)) prepareDash(provider, player, start);
  else if (isHLSProvider(provider)) prepareHls(provider, start);
  else return;
  // Vidstack also hangs the address into the video as a <source>, for AirPlay. Chromium, which plays HLS by
  // itself nowadays, begins to load it: the first segment of the lowest rung, encoded for nobody.
  if (!browserAbilities().isSafari) Object.assign(provider, { appendSource(): void {} });
}

/** dash.js takes its start from the address (ISO 23009-1 annex C.4), browsers do so for plain files. */
export function withStartPosition(url: string, seconds: number): string {
  return seconds > 0 ? `${url}#t=${seconds.toFixed(3)}` : url;
}

function prepareHls(provider: HLSProvider, { position, rendition }: Start): void {
  provider.library = () => import("hls.js");
  const policy = {
    maxTimeToFirstByteMs: segmentTimeoutMilliseconds,
    maxLoadTimeMs: 2 * segmentTimeoutMilliseconds,
    timeoutRetry: { maxNumRetry: 2, retryDelayMs: 0, maxRetryDelayMs: 0 },
    errorRetry: { maxNumRetry: 5, retryDelayMs: 1000, maxRetryDelayMs: 8000 },
  };
  provider.config = { startPosition: position, fragLoadPolicy: { default: policy } };
  if (rendition === null) return;
  provider.onInstance((hls) => {
    const events = provider.ctor?.Events;
    if (events === undefined) return;
    hls.on(events.MANIFEST_PARSED, (_, { levels }) => {
      const level = levels.findIndex(({ uri }) => uri.endsWith(`/${rendition}.m3u8`));
      if (level >= 0) hls.startLevel = level;
    });
  });
}

function prepareDash(
  provider: DASHProvider,
  player: () => MediaPlayerInstance | null,
  { rendition }: Start,
): void {
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
  provider.onInstance((instance) => {
    // The page gives Vidstack the texts by itself, see text-tracks.ts.
    instance.registerCustomCapabilitiesFilter(
      ({ mimeType }: { readonly mimeType?: string }) => mimeType !== "text/vtt",
    );
    adaptDashJs5(instance, player);
    if (rendition !== null) beginWith(instance, rendition);
  });
}

/** dash.js would take what it took last, or guess; it knows its renditions by bit rate alone. */
function beginWith(instance: DashInstance, rendition: string): void {
  instance.on("manifestLoaded", (event: unknown) => {
    const manifest = v.safeParse(loadedSchema, event);
    if (!manifest.success) return;
    const bandwidth = manifest.output.data.Period.flatMap((period) => period.AdaptationSet)
      .flatMap((set) => set.Representation)
      .find(
        ({ SegmentTemplate }) => SegmentTemplate?.initialization === `${rendition}/init.mp4`,
      )?.bandwidth;
    if (bandwidth === undefined) return;
    instance.updateSettings({
      streaming: { abr: { initialBitrate: { video: bandwidth / 1000 } } },
    });
  });
}

/** Of what dash.js 5 makes of an MPD. */
const loadedSchema = v.object({
  data: v.object({
    Period: v.array(
      v.object({
        AdaptationSet: v.array(
          v.object({
            Representation: v.array(
              v.object({
                bandwidth: v.number(),
                // Texts have none.
                SegmentTemplate: v.optional(v.object({ initialization: v.string() })),
              }),
            ),
          }),
        ),
      }),
    ),
  }),
});

/**
 * Vidstack 1.15 knows qualities by the index that dash.js 4 had; dash.js 5 knows them by the id of
 * their Representation, which Vidstack keeps as the quality's `id`. Its handler of the event comes
 * after ours, and finds the index it looks for.
 */
function adaptDashJs5(instance: DashInstance, player: () => MediaPlayerInstance | null): void {
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
