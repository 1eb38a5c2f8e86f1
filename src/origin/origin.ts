import { toViewraError, ViewraError } from "../errors/viewra-error.ts";
import type { Logger } from "../log/logger.ts";
import { isFileName } from "../media/file-address.ts";
import { parseObjectName } from "../media/object-name.ts";
import type { ContentStore, StoredObject } from "../store/content-store.ts";
import { parseContentAddress } from "./content-address.ts";
import {
  createContentHeadersCache,
  fileHeaders,
  uncachedHeaders,
  type ContentHeaders,
} from "./content-headers.ts";
import { createDownloads, downloadName } from "./download/download.ts";
import { errorResponse } from "./error-response.ts";
import { objectResponse, selectRepresentation, type ServedBytes } from "./object-response.ts";

/** How an answer came about: from memory, from disk, by making the object first, or not at all. */
export type ServedFrom = "memory" | "disk" | "made" | "nowhere";

/** Says who asks; called where it matters only, and while the request is being handled. */
export type ClientOf = () => string;

export interface OriginOptions {
  readonly store: Pick<ContentStore, "peek" | "open" | "plan" | "list">;
  /** Makes an object of a content exist in the store; throws a ViewraError when it cannot. */
  readonly ensure: (
    hash: string,
    name: string,
    signal: AbortSignal,
    client: string,
  ) => Promise<void>;
  /** Told of every answer to GET and HEAD. On the hot path: must be quick and must not throw. */
  readonly observe?: (
    from: ServedFrom,
    status: number,
    hash: string,
    name: string,
    client: ClientOf,
  ) => void;
  /** Films as they lie in the library; null where none is given under that hash now. */
  readonly openFile: (hash: string) => Promise<GivenFile | null>;
  /** What a film is called, by its fingerprint; null for one that no library has. */
  readonly titleOf: (fingerprint: string) => Promise<string | null>;
  readonly log: Logger;
}

/** A media file that is given as it is: the one object under its hash. */
export interface GivenFile {
  readonly name: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
  /** Bytes `[start, end)`. */
  slice(start: number, end: number): Blob;
}

export interface Origin {
  /**
   * Answers a request for an object of a content; undefined when its URL is no such address. Synchronous
   * when the object is in memory.
   */
  handle(request: Request, client?: ClientOf): Response | Promise<Response> | undefined;
}

/** Serves stored objects over HTTP with web-standard APIs only, by api.md's contract and RFC 9110 and 9111. */
export function createOrigin(options: OriginOptions): Origin {
  const { store, ensure, openFile, observe, log } = options;
  const downloads = createDownloads(options);
  const headersCache = createContentHeadersCache();

  const answer = (
    request: Request,
    bytes: ServedBytes,
    { name, sizeBytes }: { readonly name: string; readonly sizeBytes: number },
    headers: ContentHeaders,
    from: ServedFrom,
    hash: string,
    client: ClientOf,
  ): Response | Promise<Response> => {
    const { method, headers: fields } = request;
    const selection = selectRepresentation(method, fields, headers.tag, sizeBytes);
    observe?.(from, selection.status, hash, name, client);
    return objectResponse(request, bytes, sizeBytes, headers, selection);
  };

  const respond = (
    request: Request,
    object: StoredObject,
    from: ServedFrom,
    hash: string,
    client: ClientOf,
  ): Response | Promise<Response> => {
    const { record } = object;
    return answer(request, object, record, headersCache.of(record), from, hash, client);
  };

  const serveFile = async (
    request: Request,
    hash: string,
    name: string,
    client: ClientOf,
  ): Promise<Response> => {
    let file: GivenFile | null = null;
    try {
      file = await openFile(hash);
      if (file === null || file.name !== name) throw new ViewraError("OBJECT_NOT_FOUND", fileGone);
      const given = file;
      const body = (start = 0, end = given.sizeBytes): Blob => given.slice(start, end);
      const headers = fileHeaders(hash, given.mediaType);
      return await answer(request, { body }, given, headers, "disk", hash, client);
    } catch (thrown) {
      return refuse(thrown, hash, name, file?.sizeBytes);
    }
  };

  const serveDownload = async (
    request: Request,
    hash: string,
    clientOf: ClientOf,
  ): Promise<Response> => {
    const address = clientOf();
    try {
      const { response, isStored } = await downloads.answer(request, hash, address);
      const from = isStored ? "disk" : "made";
      observe?.(from, response.status, hash, downloadName, () => address);
      return response;
    } catch (thrown) {
      const size = thrown instanceof ViewraError ? thrown.details?.["size"] : undefined;
      return refuse(thrown, hash, downloadName, typeof size === "number" ? size : undefined);
    }
  };

  const refuse = (thrown: unknown, hash: string, name: string, sizeBytes?: number): Response => {
    const error = toViewraError(thrown);
    const requestId = crypto.randomUUID();
    const fields = { request_id: requestId, content: hash, object: name, error: thrown };
    const isOurs = error.status >= 500 && error.code !== "SHUTTING_DOWN";
    if (isOurs) log.error("content request failed", fields);
    else log.debug("content request refused", fields);
    observe?.("nowhere", error.status, hash, name, nobody);
    const extra = error.code === "RANGE_NOT_SATISFIABLE" ? unsatisfied(sizeBytes) : {};
    return errorResponse(error, requestId, extra);
  };

  const serveCold = async (
    request: Request,
    hash: string,
    name: string,
    clientOf: ClientOf,
  ): Promise<Response> => {
    // Asked now: a connection that is gone has no address.
    const address = clientOf();
    const client = (): string => address;
    let object: StoredObject | null = null;
    try {
      if (!/^[0-9a-f]{64}$/.test(hash) || parseObjectName(name) === undefined) {
        throw new ViewraError("OBJECT_NOT_FOUND");
      }
      object = await store.open(hash, name);
      if (object) return await respond(request, object, "disk", hash, client);
      await ensure(hash, name, request.signal, address);
      object = await store.open(hash, name);
      if (object) return await respond(request, object, "made", hash, client);
      throw new ViewraError("OBJECT_NOT_READY");
    } catch (thrown) {
      return refuse(thrown, hash, name, object?.record.sizeBytes);
    }
  };

  const serve = (
    request: Request,
    hash: string,
    name: string,
    client: ClientOf,
  ): Response | Promise<Response> => {
    if (request.method === "OPTIONS") return preflight();
    if (request.method !== "GET" && request.method !== "HEAD") {
      return errorResponse(new ViewraError("METHOD_NOT_ALLOWED"), crypto.randomUUID(), {
        Allow: allowedMethods,
      });
    }
    if (isFileName(name)) return serveFile(request, hash, name, client);
    if (name === downloadName) return serveDownload(request, hash, client);
    const hot = store.peek(hash, name);
    if (!hot) return serveCold(request, hash, name, client);
    try {
      return respond(request, hot, "memory", hash, client);
    } catch (thrown) {
      return refuse(thrown, hash, name, hot.record.sizeBytes);
    }
  };

  return {
    handle: (request, client = nobody) => {
      const address = parseContentAddress(request.url);
      return address && serve(request, address.hash, address.name, client);
    },
  };
}

const fileGone = "The film's file is not there any more, or has changed; start it again";

const nobody = (): string => "";

const allowedMethods = "GET, HEAD, OPTIONS";

/** Range and conditional fields are not safelisted, so players of other origins ask first (Fetch 4.8). */
function preflight(): Response {
  return new Response(null, {
    status: 204,
    headers: {
      ...uncachedHeaders,
      "Access-Control-Allow-Headers": "If-Match, If-None-Match, If-Range, Range",
      "Access-Control-Allow-Methods": allowedMethods,
      "Access-Control-Max-Age": "86400",
    },
  });
}

/** RFC 9110 15.5.17: a 416 says how much there is. */
function unsatisfied(sizeBytes: number | undefined): Record<string, string> {
  return sizeBytes === undefined ? {} : { "Content-Range": `bytes */${sizeBytes}` };
}
