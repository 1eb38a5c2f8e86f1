import * as v from "valibot";

/** What the tests read of the API's answers; the server may say more. */
const fileSchema = v.object({
  id: v.string(),
  path: v.string(),
  status: v.optional(v.string(), "ready"),
  reason: v.optional(v.unknown()),
  reason_code: v.optional(v.nullable(v.string()), null),
  duration: v.optional(v.nullable(v.number()), null),
});
export type ListedFile = v.InferOutput<typeof fileSchema>;
const pageSchema = v.object({
  files: v.array(fileSchema),
  next_cursor: v.nullish(v.string()),
  total: v.number(),
});

const reasonsSchema = v.array(v.object({ code: v.string(), message: v.string() }));

const trackSchema = v.object({
  index: v.number(),
  kind: v.string(),
  action: v.picklist(["copy", "encode", "burn", "drop"]),
  codec: v.nullable(v.string()),
  renditions: v.array(v.string()),
  reasons: reasonsSchema,
});
/** What became of a track of the file. */
export type StartedTrack = v.InferOutput<typeof trackSchema>;

const playbackSchema = v.object({
  session_id: v.string(),
  decision: v.string(),
  provider: v.string(),
  container: v.string(),
  content_hash: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  content_url: v.string(),
  manifest_url: v.string(),
  duration: v.number(),
  cached: v.optional(v.boolean(), false),
  reasons: v.optional(reasonsSchema, []),
  warnings: v.optional(reasonsSchema, []),
  tracks: v.array(trackSchema),
});
export type StartedPlayback = v.InferOutput<typeof playbackSchema>;

const sessionSchema = v.object({
  status: v.string(),
  /** What went wrong last for those who wait. */
  error: v.nullish(v.string()),
  /** Where the film goes on instead. */
  replaced_by: v.nullish(
    v.object({ session_id: v.string(), manifest_url: v.string(), reason: v.string() }),
  ),
});
export type ListedSession = v.InferOutput<typeof sessionSchema>;

const errorSchema = v.object({
  error: v.object({
    code: v.string(),
    message: v.string(),
    request_id: v.optional(v.nullable(v.string())),
  }),
});

/** An answer that is an error: its status, code and sentence. */
export interface ApiFailure {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

export interface ApiClient {
  /** The whole library, page by page. */
  files(): Promise<ListedFile[]>;
  /** Waits until a file of each of these names is listed and no scan changes the list any more. */
  awaitFiles(
    names: readonly string[],
    timeoutMs?: number,
  ): Promise<ReadonlyMap<string, ListedFile>>;
  /** Throws with the error's code where the server refuses. */
  start(fileId: string, wishes?: Readonly<Record<string, unknown>>): Promise<StartedPlayback>;
  tryStart(
    fileId: string,
    wishes?: Readonly<Record<string, unknown>>,
  ): Promise<StartedPlayback | ApiFailure>;
  session(id: string): Promise<ListedSession>;
  /** Reports that the player cannot go on: the session that takes its place. */
  failed(sessionId: string, position: number): Promise<StartedPlayback | ApiFailure>;
  end(sessionId: string): Promise<void>;
  /** A metric of `/metrics` summed over its labels; undefined where there is none of that name. */
  metric(name: string): Promise<number | undefined>;
  /** The URL of an object, or of any other path given with a leading slash. */
  url(path: string): string;
  /** Bytes of an object of a content. Throws unless the answer is 200. */
  object(playback: StartedPlayback, name: string): Promise<Uint8Array<ArrayBuffer>>;
  tryObject(playback: StartedPlayback, name: string): Promise<Uint8Array<ArrayBuffer> | ApiFailure>;
}

/** `headers`: of every request. */
export function createApiClient(
  base: string,
  headers: Readonly<Record<string, string>> = {},
): ApiClient {
  const url = (path: string): string => new URL(path, base).href;
  const json = async (path: string): Promise<unknown> => {
    const response = await fetch(url(path), { headers });
    if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  };

  const files = async (): Promise<ListedFile[]> => {
    const all: ListedFile[] = [];
    let cursor: string | null | undefined;
    do {
      const query = cursor ? `&cursor=${encodeURIComponent(cursor)}` : "";
      const page = v.parse(pageSchema, await json(`/api/media/files?limit=100${query}`));
      all.push(...page.files);
      cursor = page.next_cursor;
    } while (cursor);
    return all;
  };

  const played = async (path: string, body: unknown): Promise<StartedPlayback | ApiFailure> => {
    const response = await fetch(url(path), {
      method: "POST",
      headers: { "Content-Type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    if (!response.ok) return failure(response);
    return v.parse(playbackSchema, await response.json());
  };
  const tryStart: ApiClient["tryStart"] = (fileId, wishes = {}) =>
    played("/api/playback/start", {
      media_file_id: fileId,
      // What is copied has tests of its own.
      delivery: "transcode",
      ...wishes,
    });

  const tryObject: ApiClient["tryObject"] = async (playback, name) => {
    const folder = url(playback.content_url).replace(/\/?$/, "/");
    const response = await fetch(new URL(name, folder), { headers });
    return response.status === 200 ? response.bytes() : failure(response);
  };

  return {
    url,
    files,
    awaitFiles: async (names, timeoutMs = 20_000) => {
      const deadline = Date.now() + timeoutMs;
      for (;;) {
        const listed = new Map((await files()).map((file) => [basename(file.path), file]));
        const missing = names.filter((name) => !listed.has(name));
        if (missing.length === 0) return listed;
        if (Date.now() > deadline) throw new Error(`not listed in time: ${missing.join(", ")}`);
        await Bun.sleep(50);
      }
    },
    tryStart,
    start: async (fileId, wishes) => required(await tryStart(fileId, wishes), "start"),
    session: async (id) => v.parse(sessionSchema, await json(`/api/playback/session/${id}`)),
    failed: (sessionId, position) =>
      played(`/api/playback/session/${sessionId}/failure`, { position }),
    end: async (sessionId) => {
      await fetch(url(`/api/playback/session/${sessionId}`), { method: "DELETE" });
    },
    metric: async (name) => {
      const text = await (await fetch(url("/metrics"))).text();
      const lines = text.split("\n").filter((line) => /^[^{ ]*/.exec(line)?.[0] === name);
      if (lines.length === 0) return undefined;
      return lines.reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
    },
    tryObject,
    object: async (playback, name) => required(await tryObject(playback, name), name),
  };
}

/** Which of the two a `try…` answered with. */
export function isFailure(answer: object): answer is ApiFailure {
  return "code" in answer && "status" in answer;
}

function required<T extends object>(answer: T | ApiFailure, what: string): T {
  if (isFailure(answer)) {
    throw new Error(`${what}: ${answer.status} ${answer.code}: ${answer.message}`);
  }
  return answer;
}

/** Every refusal must have the one error body; a body that has not fails the test here. */
async function failure(response: Response): Promise<ApiFailure> {
  const text = await response.text();
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), errorSchema), text);
  if (!parsed.success) {
    throw new Error(`expected an error body, got ${response.status} ${text.slice(0, 500)}`);
  }
  const { code, message } = parsed.output.error;
  return { status: response.status, code, message };
}

function basename(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
