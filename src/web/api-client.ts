import * as v from "valibot";
import { ApiError } from "./api-error.ts";
import type { Delivery } from "./delivery.ts";
import type { DeviceProfile } from "./device-profile.ts";
import * as shapes from "./api-shapes.ts";

const filesPerPage = 100;

/** One page of the library, in the order of titles. */
export function listFiles(
  query: { readonly q: string; readonly cursor: string | null },
  signal: AbortSignal,
): Promise<shapes.MediaPage> {
  const search = new URLSearchParams({ limit: String(filesPerPage) });
  if (query.q !== "") search.set("q", query.q);
  if (query.cursor !== null) search.set("cursor", query.cursor);
  return request(`/api/media/files?${search}`, shapes.mediaPageSchema, { signal });
}

export function getFile(id: string, signal: AbortSignal): Promise<shapes.MediaFile> {
  const path = `/api/media/files/${encodeURIComponent(id)}`;
  return request(path, shapes.mediaFileBodySchema, { signal });
}

/** A JPEG; 415 where the file holds no pictures. */
export function posterUrl(id: string): string {
  return `/api/media/files/${encodeURIComponent(id)}/poster`;
}

export async function listLibraries(signal: AbortSignal): Promise<shapes.Library[]> {
  return (await request("/api/media/libraries", shapes.librariesSchema, { signal })).libraries;
}

export function addLibrary(library: { path: string; type: string }): Promise<shapes.Library> {
  return request("/api/media/libraries", shapes.addedLibrarySchema, post(library));
}

export function removeLibrary(id: string): Promise<unknown> {
  const path = `/api/media/libraries/${encodeURIComponent(id)}`;
  return request(path, v.unknown(), { method: "DELETE" });
}

/** Starts a scan, or joins the one that runs; the id to ask `getScan` for. */
export async function startScan(libraryId: string): Promise<string> {
  const path = `/api/media/libraries/${encodeURIComponent(libraryId)}/scan`;
  return (await request(path, shapes.startedScanSchema, { method: "POST" })).scan_id;
}

export function getScan(id: string, signal: AbortSignal): Promise<shapes.Scan> {
  return request(`/api/media/scans/${encodeURIComponent(id)}`, shapes.scanSchema, { signal });
}

export interface PlaybackRequest {
  readonly media_file_id: string;
  readonly container: Delivery;
  readonly device_profile: DeviceProfile;
  /** Seconds. */
  readonly seek_position: number;
  /** Subtitles that become part of the pictures. */
  readonly subtitle_track?: number;
  /** Quiet sound louder, and loud sound quieter. */
  readonly night_mode?: boolean;
}

export function startPlayback(body: PlaybackRequest): Promise<shapes.Playback> {
  return request("/api/playback/start", shapes.playbackSchema, post(body));
}

export interface PlaybackReport {
  /** Seconds. */
  readonly position: number;
  readonly state: "playing" | "paused" | "buffering" | "ended";
  /** The rung on screen, e.g. `720p`. */
  readonly quality?: string;
  /** Seconds of film loaded beyond the position. */
  readonly buffer: number;
}

/** Survives the page it is sent from. */
export function reportProgress(
  sessionId: string,
  report: PlaybackReport,
): Promise<shapes.Reported> {
  const path = `${sessionPath(sessionId)}/progress`;
  return request(path, shapes.reportedSchema, { ...post(report), keepalive: true });
}

/** The session to go on with where this one cannot be played; 409 where there is none. */
export function reportFailure(
  sessionId: string,
  failure: { readonly position: number; readonly reason: string },
): Promise<shapes.Playback> {
  return request(`${sessionPath(sessionId)}/failure`, shapes.playbackSchema, post(failure));
}

/** Survives the page it is sent from. */
export function stopPlayback(sessionId: string): Promise<unknown> {
  return request(sessionPath(sessionId), v.unknown(), { method: "DELETE", keepalive: true });
}

export async function getSessionProgress(
  sessionId: string,
  signal: AbortSignal,
): Promise<shapes.SessionProgress> {
  const path = sessionPath(sessionId);
  return (await request(path, shapes.sessionProgressSchema, { signal })).progress;
}

const sessionPath = (id: string): string => `/api/playback/session/${encodeURIComponent(id)}`;

function post(body: unknown): RequestInit {
  return {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  };
}

async function request<Schema extends v.GenericSchema>(
  path: string,
  schema: Schema,
  init: RequestInit,
): Promise<v.InferOutput<Schema>> {
  const response = await reach(path, init);
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok) throw refusal(response, body);
  const parsed = v.safeParse(schema, body);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const where = `${path}${issue.path === undefined ? "" : ` (${v.getDotPath(issue) ?? ""})`}`;
  throw new ApiError("UNEXPECTED_ANSWER", response.status, `${where}: ${issue.message}`);
}

async function reach(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init);
  } catch (cause) {
    if (init.signal?.aborted === true) throw cause;
    throw new ApiError("NETWORK", 0, "The server does not answer. Is it running?", { cause });
  }
}

function refusal(response: Response, body: unknown): ApiError {
  const parsed = v.safeParse(shapes.errorBodySchema, body);
  if (!parsed.success) {
    const message = `The server answered ${response.status} ${response.statusText}`.trim();
    return new ApiError("UNEXPECTED_ANSWER", response.status, message);
  }
  const { code, message, retry_after } = parsed.output.error;
  return new ApiError(code, response.status, message, { retryAfterSeconds: retry_after });
}
