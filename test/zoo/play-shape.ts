import { isText } from "../../src/media/decoded-codecs.ts";
import { isFailure } from "../support/api-client.ts";
import { mapContent } from "../support/content-map.ts";
import type { ServerUnderTest } from "../support/server.ts";
import { deviceWishes, judgeTracks, type ZooDevice } from "./device-wishes.ts";
import { judgeManifest, type SourceTiming } from "./judge-manifest.ts";
import type { Shape } from "./shape.ts";

export const manifests = ["master.m3u8", "manifest.mpd"] as const;
export type Manifest = (typeof manifests)[number];

/** In which order a content's segments come into being. */
export type Direction = "forwards" | "backwards";

/** Something that is not as in the source, and how it was played. */
export interface Fault {
  readonly what: string;
  readonly way: string;
}

/** How far the length that the server names may be from the truth, seconds. */
const lengthTolerance = 0.15;

/** Who asks for a shape, and in which order. */
export interface Asked {
  readonly device: ZooDevice;
  readonly direction: Direction;
  /** Those that are judged, of one and the same content. */
  readonly manifests: readonly Manifest[];
  /** Contents that were judged in this direction: devices that are given the same need no second look. */
  readonly judged: Set<string>;
}

/**
 * Plays a shape on a server that never saw it, and judges its manifests. Forwards, its segments are asked for
 * as a player does; backwards, each before the one it follows, so that every run begins with a seek. What is wrong, as sentences; empty when the viewer sees the film.
 */
export async function playShape(
  server: ServerUnderTest,
  shape: Shape,
  source: SourceTiming,
  { device, direction, manifests: wanted, judged }: Asked,
): Promise<Fault[]> {
  const { api } = server;
  const said = (what: string): Fault[] => [{ what, way: `${device}, ${direction}` }];
  const { expected } = shape;
  const file = (await api.awaitFiles([shape.name], 60_000)).get(shape.name);
  if (file === undefined) return said("is not listed");
  if (file.status !== "ready") {
    if (expected.outcome === "plays") return said(`is refused: ${String(file.reason)}`);
    return file.reason_code === "MEDIA_UNSUPPORTED"
      ? []
      : said(`is refused as ${file.reason_code}`);
  }
  if (expected.outcome === "is refused") return said("is not refused");
  const playback = await api.tryStart(file.id, {
    ...deviceWishes(device),
    container: direction === "forwards" ? "hls" : "dash",
    enable_abr: shape.isAdaptive,
    // What a start makes ahead lies at the end for the one who begins there.
    ...(direction === "backwards" ? { seek_position: Math.max(0, expected.seconds - 0.2) } : {}),
  });
  if (isFailure(playback))
    return said(`start: ${playback.status} ${playback.code}: ${playback.message}`);
  try {
    const faults = judgeTracks(playback.tracks, device).flatMap(said);
    const subtitles = playback.tracks.filter(({ kind }) => kind === "subtitle");
    const codecs = subtitles.map(({ codec }) => codec);
    if (expected.subtitles !== null && !Bun.deepEquals(codecs, expected.subtitles)) {
      faults.push(...said(`has subtitles of ${codecs.join()}, not ${expected.subtitles.join()}`));
    }
    // Text is a rendition in both manifests, pictures are left out with the reason.
    for (const { index, codec, action, renditions } of subtitles) {
      const isGiven = action !== "drop" && renditions.length > 0;
      if (isGiven !== isText({ codec: codec ?? "" })) {
        faults.push(...said(`stream ${index}: ${codec}: ${action}, as ${renditions.join()}`));
      }
    }
    if (judged.has(playback.content_hash)) return faults;
    judged.add(playback.content_hash);
    const lasts = expected.seconds;
    if (Math.abs(playback.duration - lasts) > lengthTolerance) {
      faults.push(
        ...said(`is announced with ${playback.duration.toFixed(2)} s, lasts ${lasts.toFixed(2)} s`),
      );
      // A plan of a day must not be played to its end.
      if (playback.duration > 2 * lasts + 5) return faults;
    }
    const renditions = await mapContent(api, playback);
    const longest = Math.max(0, ...renditions.map(({ segments }) => segments.length));
    const turns = Array.from({ length: longest }, (_, i) => longest - 1 - i);
    for (const at of direction === "backwards" ? turns : turns.toReversed()) {
      for (const { segments } of renditions) {
        const segment = segments[at];
        if (segment === undefined) continue;
        const made = await api.tryObject(playback, segment.name);
        if (!isFailure(made)) continue;
        faults.push(
          ...said(`${segment.name}: ${made.status} ${made.code}: ${made.message.slice(0, 200)}`),
        );
        return faults;
      }
    }
    const joints = renditions
      .filter(({ kind }) => kind === "audio")
      .flatMap(({ segments }) => segments.slice(1).map(({ start }) => start));
    for (const manifest of wanted) {
      const address = new URL(manifest, api.url(playback.content_url).replace(/\/?$/, "/")).href;
      const found = await judgeManifest(address, shape, source, playback.tracks, joints);
      faults.push(...found.map((what) => ({ what, way: `${device}, ${direction}, ${manifest}` })));
    }
    return faults;
  } finally {
    await api.end(playback.session_id);
  }
}
