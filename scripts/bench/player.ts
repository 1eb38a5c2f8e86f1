import * as v from "valibot";
import type { EncodedPlan } from "../../src/rendition/build-plan.ts";
import type { Plan } from "../../src/rendition/plan.ts";
import { parsePlan } from "../../src/rendition/parse-plan.ts";

export interface Playback {
  readonly sessionId: string;
  readonly contentHash: string;
  /** With a slash at the end. */
  readonly contentUrl: string;
  readonly manifestUrl: string;
  /** The content was there before. */
  readonly cached: boolean;
}

/** What a client asks for beside the film; fields of POST /api/playback/start. */
export type Wishes = Readonly<Record<string, unknown>>;

/** Speaks to a server as a player does. Every answer that is not 200 is an error. */
export interface Player {
  start(mediaFileId: string, wishes: Wishes): Promise<Playback>;
  /** What a start would make. */
  plan(mediaFileId: string, wishes: Wishes): Promise<{ plan: Plan; contentHash: string }>;
  /** The same, where all of it is to be encoded. */
  decide(mediaFileId: string, wishes: Wishes): Promise<{ plan: EncodedPlan; contentHash: string }>;
  /** Reads an object to its last byte and answers with its size. */
  load(url: string): Promise<number>;
  stop(sessionId: string): Promise<void>;
  /** Removes a content from the store, so that the next viewer finds nothing made. */
  forget(contentHash: string): Promise<void>;
  /** Waits until every program the server started has ended. */
  settled(): Promise<void>;
  /** Value of a metric, summed over its labels; 0 where there is none of that name. */
  metric(name: string): Promise<number>;
  /** Waits until the library lists these files; answers with their ids, by name. */
  awaitFilms(fileNames: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

const startedSchema = v.object({
  session_id: v.string(),
  content_hash: v.string(),
  content_url: v.string(),
  manifest_url: v.string(),
  cached: v.boolean(),
});
const decidedSchema = v.object({ content_hash: v.string(), plan: v.looseObject({}) });
const listSchema = v.object({ files: v.array(v.object({ id: v.string(), path: v.string() })) });

export function createPlayer(base: string): Player {
  const get = async (path: string): Promise<Response> => {
    const response = await fetch(new URL(path, base));
    if (response.status === 200) return response;
    throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
  };
  const send = async (method: string, path: string, body?: unknown): Promise<Response> => {
    const response = await fetch(new URL(path, base), {
      method,
      ...(body === undefined
        ? {}
        : { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }),
    });
    if (response.ok) return response;
    throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  };
  const metric = async (name: string): Promise<number> => {
    const text = await (await get("/metrics")).text();
    const lines = text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? ([\\d.e+-]+)$`, "gm"));
    return [...lines].reduce((sum, [, value]) => sum + Number(value), 0);
  };
  const planOf: Player["plan"] = async (mediaFileId, wishes) => {
    const body = { media_file_id: mediaFileId, delivery: "transcode", ...wishes };
    const response = await send("POST", "/api/playback/decide", body);
    const decided = v.parse(decidedSchema, await response.json());
    const plan = parsePlan(JSON.stringify(decided.plan));
    if (plan === null) throw new Error("expected a plan of this version");
    return { contentHash: decided.content_hash, plan };
  };
  return {
    metric,
    plan: planOf,
    start: async (mediaFileId, wishes) => {
      const body = { media_file_id: mediaFileId, delivery: "transcode", ...wishes };
      const response = await send("POST", "/api/playback/start", body);
      const started = v.parse(startedSchema, await response.json());
      return {
        sessionId: started.session_id,
        contentHash: started.content_hash,
        contentUrl: new URL(started.content_url.replace(/\/?$/, "/"), base).href,
        manifestUrl: new URL(started.manifest_url, base).href,
        cached: started.cached,
      };
    },
    decide: async (mediaFileId, wishes) => {
      const { plan, contentHash } = await planOf(mediaFileId, wishes);
      return { contentHash, plan: allEncoded(plan) };
    },
    load: async (url) => (await (await get(url)).arrayBuffer()).byteLength,
    stop: async (sessionId) => {
      await send("DELETE", `/api/playback/session/${sessionId}`);
    },
    forget: async (contentHash) => {
      await send("DELETE", `/api/v1/content/${contentHash}`);
    },
    settled: () => until("its programs to end", async () => (await metric(childMetric)) === 0),
    awaitFilms: async (fileNames) => {
      let ids: ReadonlyMap<string, string> = new Map();
      await until(`${fileNames.join(", ")} to be listed`, async () => {
        const response = await get("/api/media/files?limit=100");
        const { files } = v.parse(listSchema, await response.json());
        ids = new Map(files.map(({ id, path }) => [path.slice(path.lastIndexOf("/") + 1), id]));
        return fileNames.every((name) => ids.has(name));
      });
      return ids;
    },
  };
}

const childMetric = "viewra_child_processes";

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
    if (await isSo()) return;
    await Bun.sleep(50);
  }
  throw new Error(`waited half a minute for ${what}`);
}

/** The id of a film that `awaitFilms` found. */
export function idOf(ids: ReadonlyMap<string, string>, fileName: string): string {
  const id = ids.get(fileName);
  if (id === undefined) throw new Error(`expected ${fileName} in the library`);
  return id;
}

function allEncoded(plan: Plan): EncodedPlan {
  const renditions = plan.renditions.filter((rendition) => rendition.method === "encode");
  if (plan.renditions.some(({ method }) => method === "copy"))
    throw new Error("expected all to be encoded");
  return { ...plan, renditions };
}
