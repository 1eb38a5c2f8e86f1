import * as v from "valibot";
import type { ApiFailure } from "./api-client.ts";

const jobSchema = v.object({
  id: v.string(),
  status: v.picklist(["queued", "running", "done", "failed", "cancelled"]),
  policy: v.nullable(v.string()),
  decision: v.nullable(v.string()),
  content_hash: v.nullable(v.string()),
  media_file_id: v.string(),
  from: v.number(),
  to: v.nullable(v.number()),
  note: v.nullable(v.string()),
  progress: v.object({
    ...{ percent: v.number(), segments_ready: v.number(), segments_total: v.number() },
    bytes: v.number(),
  }),
  error: v.nullable(v.object({ code: v.string(), message: v.string() })),
});
export type ToldJob = v.InferOutput<typeof jobSchema>;

const errorSchema = v.object({ error: v.object({ code: v.string(), message: v.string() }) });

/** What is asked of a server about jobs. */
export interface JobClient {
  /** The job's id. Throws with the error's code where the server refuses. */
  prewarm(body: Readonly<Record<string, unknown>>): Promise<string>;
  tryPrewarm(body: Readonly<Record<string, unknown>>): Promise<string | ApiFailure>;
  get(id: string): Promise<ToldJob>;
  list(query?: string): Promise<ToldJob[]>;
  /** The status of the answer. */
  cancel(id: string): Promise<number>;
  /** Waits until it is so, and answers with all that was told of it on the way, each once. */
  follow(id: string, isSo: (job: ToldJob) => boolean, timeoutMs?: number): Promise<ToldJob[]>;
}

export function createJobClient(base: string): JobClient {
  const json = async (path: string): Promise<unknown> => (await fetch(`${base}${path}`)).json();
  const get: JobClient["get"] = async (id) => v.parse(jobSchema, await json(`/api/v1/jobs/${id}`));
  const tryPrewarm: JobClient["tryPrewarm"] = async (body) => {
    const response = await fetch(`${base}/api/v1/prewarm`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const answer: unknown = await response.json();
    if (response.status === 202) return v.parse(v.object({ job_id: v.string() }), answer).job_id;
    return { status: response.status, ...v.parse(errorSchema, answer).error };
  };
  return {
    tryPrewarm,
    prewarm: async (body) => {
      const answer = await tryPrewarm(body);
      if (typeof answer === "string") return answer;
      throw new Error(`prewarm: ${answer.status} ${answer.code}: ${answer.message}`);
    },
    get,
    list: async (query = "") =>
      v.parse(v.object({ jobs: v.array(jobSchema) }), await json(`/api/v1/jobs${query}`)).jobs,
    cancel: async (id) => (await fetch(`${base}/api/v1/jobs/${id}`, { method: "DELETE" })).status,
    follow: async (id, isSo, timeoutMs = 100_000) => {
      const told: ToldJob[] = [];
      const deadline = Date.now() + timeoutMs;
      for (;;) {
        const job = await get(id);
        if (JSON.stringify(told.at(-1)) !== JSON.stringify(job)) told.push(job);
        if (isSo(job)) return told;
        const isOver = !["queued", "running"].includes(job.status) || Date.now() > deadline;
        if (isOver) throw new Error(`never came to be so: ${JSON.stringify(job)}`);
        await Bun.sleep(50);
      }
    },
  };
}

export const isDone = ({ status }: ToldJob): boolean => status === "done";
