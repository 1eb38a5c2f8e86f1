import provider from "../../plugins/transcoding/ffmpeg_software/index.ts";
import { randomBytes } from "node:crypto";
import { createLogger } from "../../src/log/logger.ts";
import { buildPlan } from "../../src/rendition/build-plan.ts";
import { canonicalPlan, contentHash } from "../../src/rendition/plan.ts";
import {
  initName,
  manifestNames,
  mediaPlaylistName,
  segmentName,
} from "../../src/media/object-name.ts";
import { rational } from "../../src/media/rational.ts";
import type { Source } from "../../src/media/source.ts";
import { createDiskStore } from "../../src/store/disk-store.ts";

/** Objects of the three sizes under load, with what is asked of each (issue: origin). */
export const loadedObjects = [
  { label: "4 KB", name: manifestNames.dash, bytes: 4096, target: 0.5 },
  { label: "250 KB", name: segmentName("v720", 1), bytes: 250_000, target: 0.8 },
  { label: "1 MB", name: segmentName("v720", 2), bytes: 1_000_000, target: 0.8 },
] as const;

export type LoadedObject = (typeof loadedObjects)[number];

/** Fills a new store with one complete content of two segments; the bytes are noise. Answers with its hash. */
export async function fillStore(root: string): Promise<string> {
  const log = createLogger({ level: "error", format: "text", write: () => {} });
  const store = createDiskStore({ root, judge: () => false, log });
  const planJson = canonicalPlan(twoSegments());
  const hash = await contentHash(planJson);
  await store.create(hash, planJson);
  for (const { name, bytes } of loadedObjects) await store.put(hash, name, randomBytes(bytes));
  for (const name of [manifestNames.hls, mediaPlaylistName("v720"), initName("v720")]) {
    await store.put(hash, name, randomBytes(1000));
  }
  await store.close();
  return hash;
}

/** A real plan, so that all that a whole server does for each answer has something to work on. */
function twoSegments(): ReturnType<typeof buildPlan> {
  return buildPlan(silentFilm, {
    maxHeight: 720,
    maxBitrateBps: null,
    adaptive: false,
    segmentSeconds: 4,
    quality: "medium",
    maxAudioChannels: 2,
    providers: [provider],
  });
}

const silentFilm: Source = {
  fingerprint: "sha256-sampled:0:benchmark",
  sizeBytes: 1,
  container: "mov,mp4,m4a,3gp,3g2,mj2",
  startTimeSeconds: 0,
  durationSeconds: 8,
  bitrateBps: 4_000_000,
  video: {
    index: 0,
    codec: "h264",
    language: "und",
    title: null,
    isDefault: true,
    startTimeSeconds: 0,
    endTimeSeconds: 8,
    profile: null,
    level: null,
    codecTag: null,
    dolbyVision: null,
    hdrMetadata: null,
    width: 1280,
    height: 720,
    sampleAspectRatio: rational(1),
    rotationDegrees: 0,
    isMirrored: false,
    frameRate: rational(25),
    isVariableFrameRate: false,
    isInterlaced: false,
    reorderFrames: 0,
    pixelFormat: "yuv420p",
    isHdr: false,
    color: null,
    bitrateBps: null,
  },
  audio: [],
  subtitles: [],
  leftOut: [],
  covers: [],
  chapters: [],
  truncated: null,
};
