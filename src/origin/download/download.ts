import { ViewraError } from "../../errors/viewra-error.ts";
import type { Logger } from "../../log/logger.ts";
import { parsePlan } from "../../rendition/parse-plan.ts";
import type { Plan } from "../../rendition/plan.ts";
import type { ContentStore, ObjectRecord } from "../../store/content-store.ts";
import { immutableHeaders, uncachedHeaders } from "../content-headers.ts";
import { selectRepresentation } from "../object-response.ts";
import { chooseTracks, type ChosenTrack } from "./chosen-tracks.ts";
import { attachmentNamed } from "./disposition.ts";
import {
  groupCount,
  groupNames,
  initNames,
  layOutFilm,
  openerOf,
  type FilmLayout,
  type OpenObject,
} from "./film-layout.ts";
import { bodyOf, openerThatMakes, readLayout, tellFilm } from "./film-stream.ts";

/** The name beside a content's objects under which its film is given as one file. */
export const downloadName = "download";

export interface DownloadOptions {
  readonly store: Pick<ContentStore, "plan" | "list" | "open">;
  /** See OriginOptions. */
  readonly ensure: (
    hash: string,
    name: string,
    signal: AbortSignal,
    client: string,
  ) => Promise<void>;
  /** What a film is called; null for one that no library has. */
  readonly titleOf: (fingerprint: string) => Promise<string | null>;
  readonly log: Logger;
}

export interface Download {
  readonly response: Response;
  /** Whether all of it was stored already. */
  readonly isStored: boolean;
}

export interface Downloads {
  /**
   * A content's film as one plain MP4 of the tracks that the query names. Where all of it is stored: immutable, of known length, in
   * ranges. Where it is not, it is told as it is made, in order and as fast as it is taken, and what follows is the
   * same file. Errors: CONTENT_NOT_FOUND, PLAN_UNSUPPORTED, those of `chooseTracks`, of conditions, and of `ensure`
   * as long as nothing was sent.
   */
  answer(request: Request, hash: string, client: string): Promise<Download>;
}

/** Raised when the same segments would come out as another file: it is part of the entity tag. */
const formRevision = 1;
/** Layouts of long films are some megabytes each. */
const layoutsKept = 4;
/** Bun sends the length of what is in memory alone (oven-sh/bun#10507). */
const largestInMemory = 16 * 1024 * 1024;

interface StoredFilm {
  readonly tag: string;
  readonly open: OpenObject;
}

export function createDownloads(options: DownloadOptions): Downloads {
  const { store, ensure, titleOf, log } = options;
  const layouts = new Map<string, Promise<FilmLayout>>();
  /** The client sees a connection that breaks off. */
  const onCutShort = (content: string, error: unknown): void => {
    if (error !== undefined) log.warn("download cut short", { content, error });
  };

  const layoutOf = (tracks: readonly ChosenTrack[], { tag, open }: StoredFilm) => {
    const known = layouts.get(tag);
    if (known !== undefined) return known;
    const made = layOutFilm(tracks, open);
    layouts.set(tag, made);
    made.catch(() => layouts.delete(tag));
    const [oldest] = layouts.keys();
    if (layouts.size > layoutsKept && oldest !== undefined) layouts.delete(oldest);
    return made;
  };

  const giveStored = async (
    request: Request,
    hash: string,
    tracks: readonly ChosenTrack[],
    film: StoredFilm,
    headers: Headers,
  ): Promise<Download> => {
    const layout = await layoutOf(tracks, film);
    const { sizeBytes } = layout;
    const { method, headers: fields } = request;
    const selection = rangeOf(method, fields, film.tag, sizeBytes);
    if (selection.status === 304) {
      headers.delete("Content-Type");
      const response = new Response(null, { status: 304, headers });
      return { response, isStored: true };
    }
    const { start, end } = selection;
    const { status } = selection;
    if (status === 206) headers.set("Content-Range", `bytes ${start}-${end - 1}/${sizeBytes}`);
    headers.set("Content-Length", String(end - start));
    if (method === "HEAD") return { response: new Response(null, { headers }), isStored: true };
    const source = readLayout(layout, film.open, start, end);
    const body =
      end - start <= largestInMemory
        ? await gathered(source, end - start)
        : bodyOf(source, [], (failure) => onCutShort(hash, failure));
    return { response: new Response(body, { status, headers }), isStored: true };
  };

  const giveAsMade = async (
    request: Request,
    hash: string,
    tracks: readonly ChosenTrack[],
    client: string,
    headers: Headers,
  ): Promise<Download> => {
    const told = { isStored: false };
    if (request.method === "HEAD") {
      return { response: new Response(unreadStream(), { headers }), ...told };
    }
    const gone = new AbortController();
    const leave = (): void => gone.abort(new ViewraError("CANCELLED"));
    request.signal.addEventListener("abort", leave, { once: true });
    if (request.signal.aborted) leave();
    const open = openerThatMakes(openerOf(store, hash), (name) =>
      ensure(hash, name, gone.signal, client),
    );
    const source = tellFilm(tracks, open);
    try {
      // Head and first segment: what cannot be made at all is still an answer of its own.
      const first = [await source.next(), await source.next()].flatMap(({ value }) => value ?? []);
      const body = bodyOf(source, first, (failure) => {
        if (!gone.signal.aborted) onCutShort(hash, failure);
        leave();
      });
      return { response: new Response(body, { headers }), ...told };
    } catch (thrown) {
      leave();
      throw thrown;
    }
  };

  return {
    async answer(request, hash, client) {
      const plan = await planOf(store, hash);
      const tracks = chooseTracks(plan, queryOf(request.url));
      const hasPictures = tracks.some(({ rendition }) => rendition.kind === "video");
      const title = (await titleOf(plan.source.fingerprint)) ?? "film";
      const fields = {
        "Content-Type": hasPictures ? "video/mp4" : "audio/mp4",
        "Content-Disposition": attachmentNamed(title, hasPictures ? "mp4" : "m4a"),
      };
      const film = await storedFilm(store, hash, tracks);
      if (film === null) {
        const headers = new Headers({ ...uncachedHeaders, ...fields });
        return giveAsMade(request, hash, tracks, client, headers);
      }
      const headers = new Headers(immutableHeaders(film.tag, fields["Content-Type"]).whole);
      headers.set("Content-Disposition", fields["Content-Disposition"]);
      return giveStored(request, hash, tracks, film, headers);
    },
  };
}

async function planOf(store: Pick<ContentStore, "plan">, hash: string): Promise<Plan> {
  const json = /^[0-9a-f]{64}$/.test(hash) ? await store.plan(hash) : null;
  if (json === null) throw new ViewraError("CONTENT_NOT_FOUND");
  const plan = parsePlan(json);
  if (plan === null) throw new ViewraError("PLAN_UNSUPPORTED");
  return plan;
}

/** A request without a Host header has a mere path as its URL in Bun. */
function queryOf(url: string): URLSearchParams {
  return new URL(url, "http://localhost").searchParams;
}

/** The film's entity tag, and its objects as they are on record now; null where some are not stored. */
async function storedFilm(
  store: DownloadOptions["store"],
  hash: string,
  tracks: readonly ChosenTrack[],
): Promise<StoredFilm | null> {
  const records = await store.list(hash);
  const digests: string[] = [];
  for (const name of namesOf(tracks)) {
    const record: ObjectRecord | undefined = records.get(name);
    if (record === undefined) return null;
    digests.push(`${name} ${record.sha256}`);
  }
  const text = new TextEncoder().encode([formRevision, ...digests].join("\n"));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", text));
  const open = openerOf(store, hash);
  return {
    tag: `"sha256-of-parts-${digest.toHex()}"`,
    open: async (name) => {
      const object = await open(name);
      // Lost and made again meanwhile: the file that was begun is another one.
      if (object.record.sha256 === records.get(name)?.sha256) return object;
      throw new ViewraError("OBJECT_NOT_READY");
    },
  };
}

function* namesOf(tracks: readonly ChosenTrack[]): Generator<string> {
  yield* initNames(tracks);
  for (let n = 1; n <= groupCount(tracks); n++) {
    for (const name of groupNames(tracks, n)) if (name !== null) yield name;
  }
}

type Wanted =
  | { readonly status: 304 }
  | { readonly status: 200 | 206; readonly start: number; readonly end: number };

function rangeOf(method: string, fields: Headers, tag: string, sizeBytes: number): Wanted {
  try {
    const selection = selectRepresentation(method, fields, tag, sizeBytes);
    if (selection.status === 304) return { status: 304 };
    if (selection.status === 206) return selection;
    return { status: 200, start: 0, end: sizeBytes };
  } catch (thrown) {
    if (!(thrown instanceof ViewraError) || thrown.code !== "RANGE_NOT_SATISFIABLE") throw thrown;
    throw new ViewraError(thrown.code, undefined, { details: { size: sizeBytes } });
  }
}

async function gathered(
  source: AsyncIterable<Uint8Array>,
  sizeBytes: number,
): Promise<ArrayBuffer> {
  const bytes = new Uint8Array(sizeBytes);
  let at = 0;
  for await (const piece of source) {
    bytes.set(piece, at);
    at += piece.byteLength;
  }
  return bytes.buffer;
}

/** The body of an answer to HEAD whose length nobody knows: Bun tells of none, and of one that ends at once, that it has no bytes. */
function unreadStream(): ReadableStream<Uint8Array> {
  return new ReadableStream({ pull: () => new Promise(() => {}) });
}
