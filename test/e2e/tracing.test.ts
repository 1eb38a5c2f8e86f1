import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdir } from "node:fs/promises";
import { createApiClient } from "../support/api-client.ts";
import { awaitRest } from "../support/await-rest.ts";
import { mapContent } from "../support/content-map.ts";
import { makeSource } from "../support/make-source.ts";
import { startOtlpReceiver, type ReceivedSpan } from "../support/otlp-receiver.ts";
import { startServer, type ServerUnderTest } from "../support/server.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";

/* Where the time of a segment goes: what the metrics, the log and a collector of traces are told of a real film. */

/** Longer than what is made ahead of a viewer. */
const film = { durationSeconds: 80, rate: "10", width: 320, height: 180 };
const stages = ["queue", "encode", "package", "verify", "commit"] as const;
/** What a request takes beside the wait for its segment, on a machine that does much else. */
const besideMs = 500;
/** A client's own trace, and its span. */
const clientTrace = "0af7651916cd43dd8448eb211c80319c";
const clientSpan = "b7ad6b7169203331";

let folder: TempFolder;
beforeAll(async () => {
  folder = await createTempFolder("tracing");
  await mkdir(folder.file("films"));
  await makeSource(folder.file("films/film.mp4"), film);
}, 60_000);
afterAll(() => folder[Symbol.asyncDispose]());

const serve = (name: string, env: Readonly<Record<string, string>>): Promise<ServerUnderTest> =>
  startServer({
    ...{ dataDir: folder.file(name), library: [folder.file("films")] },
    env: { TRANSCODE_FILL: "none", ...env },
  });

/** Starts the film, and waits for a segment that nothing makes ahead: its name and the time that took. */
async function play(server: ServerUnderTest, headers: Readonly<Record<string, string>> = {}) {
  const api = createApiClient(server.url, headers);
  const id = (await api.awaitFiles(["film.mp4"])).get("film.mp4")?.id ?? "";
  const startedAt = performance.now();
  const playback = await api.start(id, { enable_abr: false });
  const startMs = performance.now() - startedAt;
  const [pictures] = await mapContent(api, playback);
  const object = pictures?.segments.at(-4)?.name ?? "";
  const askedAt = performance.now();
  await api.object(playback, object);
  return { object, startMs, waitedMs: performance.now() - askedAt, hash: playback.content_hash };
}

/** The lines of a debug log in JSON that say so, of all segments. */
function logged(server: ServerUnderTest, message: string): Record<string, unknown>[] {
  const lines = server.log().split("\n");
  return lines
    .filter((line) => line.startsWith("{"))
    .map((line): Record<string, unknown> => JSON.parse(line))
    .filter((line) => line["message"] === message);
}

const millisecondsOf = (line: Readonly<Record<string, unknown>>, stage: string): number =>
  Number(line[`${stage}_ms`] ?? 0);

test("the stages of a segment are what a request waited for it, in the log and in the metrics", async () => {
  await using server = await serve("metrics", { LOG_LEVEL: "debug", LOG_FORMAT: "json" });
  const { object, waitedMs } = await play(server);
  const counted = async (stage: string, what: "sum" | "count"): Promise<number> => {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    const name = `viewra_pipeline_stage_seconds_${what}{stage="${stage}"}`;
    const line = text.split("\n").find((each) => each.startsWith(`${name} `));
    return Number(line?.split(" ").at(-1) ?? 0);
  };
  await awaitRest(server.api);
  const lines = logged(server, "segment made");
  const [line] = lines.filter((each) => each["object"] === object);
  if (line === undefined) throw new Error(`no line tells of ${object}`);
  expect(line).toMatchObject({ wanted: "waited for", encoder: "libx264", attempt: 0 });
  const sum = stages.reduce((total, stage) => total + millisecondsOf(line, stage), 0);
  expect(sum).toBeLessThanOrEqual(waitedMs + 1);
  expect(sum).toBeGreaterThan(waitedMs - besideMs);
  for (const stage of ["encode", "package", "verify", "commit"])
    expect(millisecondsOf(line, stage)).toBeGreaterThan(0);

  expect(await counted("describe", "count")).toBe(1);
  for (const stage of stages) {
    const of = lines.filter((each) => stage !== "queue" || each["wanted"] === "waited for");
    expect([stage, await counted(stage, "count")]).toEqual([stage, of.length]);
    const ms = lines.reduce((total, each) => total + millisecondsOf(each, stage), 0);
    // Lines say tenths of milliseconds.
    expect(Math.abs((await counted(stage, "sum")) * 1000 - ms)).toBeLessThan(lines.length * 0.1);
  }
}, 150_000);

describe("a collector of traces is told", () => {
  const childrenOf = (spans: readonly ReceivedSpan[], parent: ReceivedSpan): ReceivedSpan[] =>
    spans
      .filter((span) => span.parentId === parent.spanId)
      .toSorted((a, b) => a.startMs - b.startMs || a.endMs - b.endMs);
  const only = (spans: readonly ReceivedSpan[], what: string): ReceivedSpan => {
    expect([what, spans.length]).toEqual([what, 1]);
    const [span] = spans;
    if (span === undefined) throw new Error(`no span is ${what}`);
    return span;
  };

  test("of a start and of a segment, each with what it took, within the client's own trace", async () => {
    await using receiver = startOtlpReceiver();
    await using server = await serve("collector", {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_EXPORTER_OTLP_HEADERS: "x-api-key=secret",
      OTEL_RESOURCE_ATTRIBUTES: "deployment.environment.name=test",
      OTEL_BSP_SCHEDULE_DELAY: "50",
    });
    const began = Date.now();
    const { object, waitedMs, hash } = await play(server, {
      traceparent: `00-${clientTrace}-${clientSpan}-01`,
    });
    const isAsked = ({ name, attributes }: ReceivedSpan): boolean =>
      name.startsWith("GET ") && String(attributes["url.path"]).endsWith(`/${object}`);
    const isAhead = ({ attributes }: ReceivedSpan): boolean =>
      attributes["viewra.wanted"] === "look-ahead";
    await receiver.until((all) => all.some(isAsked) && all.some(isAhead));
    await server.stop();
    const { spans } = receiver;
    expect(receiver.headers.map((headers) => headers.get("x-api-key"))).toContain("secret");
    for (const { startMs, endMs, resource } of spans) {
      expect(startMs).toBeGreaterThanOrEqual(began - 1000);
      expect(endMs).toBeGreaterThanOrEqual(startMs);
      expect(endMs).toBeLessThanOrEqual(Date.now() + 1000);
      expect(resource).toMatchObject({
        "service.name": "viewra",
        "deployment.environment.name": "test",
      });
    }

    const start = only(
      spans.filter(({ name }) => name === "POST /api/playback/start"),
      "the start",
    );
    expect(start).toMatchObject({ traceId: clientTrace, parentId: clientSpan, kind: 2 });
    expect(start.attributes).toMatchObject({ "http.response.status_code": 200 });
    const ofStart = childrenOf(spans, start);
    expect(ofStart.map(({ name }) => name).toSorted()).toEqual(["describe", "lookup", "publish"]);
    const [publish, describing] = ["publish", "describe"].map((name) =>
      ofStart.find((span) => span.name === name),
    );
    expect(describing?.startMs).toBeGreaterThanOrEqual(publish?.startMs ?? Infinity);

    const request = only(spans.filter(isAsked), "the request");
    expect(request).toMatchObject({ traceId: clientTrace, parentId: clientSpan, kind: 2 });
    expect(request.attributes).toMatchObject({
      "viewra.served_from": "made",
      "url.path": `/api/v1/content/${hash}/${object}`,
    });
    const segment = only(childrenOf(spans, request), "the segment");
    expect(segment).toMatchObject({ name: "segment", traceId: clientTrace, links: [] });
    expect(segment.attributes).toMatchObject({
      "viewra.object": object,
      "viewra.wanted": "waited for",
      "viewra.provider": "ffmpeg_software",
      "viewra.encoder": "libx264",
      "viewra.attempt": 0,
    });
    const parts = childrenOf(spans, segment);
    const names = parts.map(({ name }) => name);
    expect(names.filter((name) => name !== "queue" && name !== "encode")).toEqual([
      "package",
      "verify",
      "commit",
    ]);
    expect(names).toContain("encode");
    // Without a gap, and nothing twice: a span's times are rounded to nanoseconds.
    let at = segment.startMs;
    for (const { startMs, endMs } of parts) {
      expect(Math.abs(startMs - at)).toBeLessThan(0.01);
      at = endMs;
    }
    expect(Math.abs(segment.endMs - at)).toBeLessThan(0.01);
    expect(segment.startMs).toBeGreaterThanOrEqual(request.startMs - 0.01);
    expect(segment.endMs).toBeLessThanOrEqual(request.endMs + 0.01);
    expect(request.endMs - request.startMs).toBeLessThanOrEqual(waitedMs + 1);
    expect(segment.endMs - segment.startMs).toBeGreaterThan(waitedMs - besideMs);

    // What was made ahead is for nobody's request.
    for (const { parentId, traceId } of spans.filter(isAhead)) {
      expect(parentId).toBe("");
      expect(traceId).not.toBe(clientTrace);
    }
  }, 150_000);

  test("of nothing that its client, or the sampler, does not want traced", async () => {
    await using receiver = startOtlpReceiver();
    await using server = await serve("unsampled", {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_TRACES_SAMPLER: "parentbased_always_off",
      OTEL_BSP_SCHEDULE_DELAY: "50",
    });
    await play(server);
    await play(server, { traceparent: `00-${clientTrace}-${clientSpan}-00` });
    await server.stop();
    expect(receiver.spans).toEqual([]);
  }, 150_000);
});

describe("a collector harms nobody", () => {
  /** So long the exporter tries to deliver what it has. */
  const patienceMs = 75_000;
  /** Answers, or fails to, as collectors do that are in trouble. */
  const troubles: readonly (readonly [string, (() => Response | Promise<Response>) | null])[] = [
    ["is not there", null],
    ["answers 500", () => new Response(null, { status: 500 })],
    ["answers 503", () => new Response(null, { status: 503 })],
    ["never answers", () => new Promise<Response>(() => {})],
  ];

  test.each(troubles)(
    "that %s",
    async (trouble, answer) => {
      await using receiver = startOtlpReceiver(answer ?? undefined);
      if (answer === null) await receiver[Symbol.asyncDispose]();
      await using server = await serve(trouble, {
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
        OTEL_BSP_SCHEDULE_DELAY: "20",
        OTEL_BSP_EXPORT_TIMEOUT: String(patienceMs),
        OTEL_EXPORTER_OTLP_TIMEOUT: String(patienceMs),
      });
      const { startMs, waitedMs } = await play(server);
      // Well before the exporter gives up: nothing waited for it.
      expect(startMs).toBeLessThan(patienceMs / 3);
      expect(waitedMs).toBeLessThan(patienceMs / 3);
      if (answer !== null) expect(receiver.headers.length).toBeGreaterThan(0);
      const stoppedAt = performance.now();
      expect(await server.stop()).toBe(0);
      expect(performance.now() - stoppedAt).toBeLessThan(10_000);
      const lines = server.log().split("\n");
      const told = lines.filter((line) => line.includes("traces cannot be delivered"));
      // The SDK goes on trying what may be well again soon.
      expect(told.length).toBeLessThanOrEqual(1);
      if (trouble === "answers 500") expect(told.length).toBe(1);
      expect(lines.filter((line) => line.includes(receiver.url)).length).toBeLessThanOrEqual(2);
      expect(await server.leftRunning()).toEqual([]);
    },
    150_000,
  );
});
