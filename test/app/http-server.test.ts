import { expect, test } from "bun:test";
import { request } from "node:http";
import { listen, type Handlers } from "../../src/app/http-server.ts";
import { createApiRig } from "../api/api-rig.ts";
import { createPlaybackRig } from "../playback/playback-rig.ts";
import { silentLog } from "../store/silent-log.ts";

const answering = (answer: Handlers["api"]): Handlers => ({
  guard: () => null,
  origin: () => undefined,
  page: async () => null,
  api: answer,
});
const local = { host: "127.0.0.1", port: 0 };
const nobody = async (): Promise<void> => {};

/** A server with one request that waits for `answer`. */
async function askedServer() {
  const answer = Promise.withResolvers<Response>();
  const heard = Promise.withResolvers<void>();
  const server = listen(
    local,
    answering(() => {
      heard.resolve();
      return answer.promise;
    }),
    silentLog,
  );
  const running = fetch(server.url, { keepalive: false });
  await heard.promise;
  return { server, answer, running };
}

test("a running request is answered before the server ends, a later one is refused", async () => {
  const { server, answer, running } = await askedServer();
  const closed = server.close(nobody);
  await expect(fetch(server.url, { keepalive: false })).rejects.toThrow();
  answer.resolve(new Response("whole"));
  expect(await (await running).text()).toBe("whole");
  await closed;
});

test("whoever would wait too long is answered when everything is given up, and not cut off", async () => {
  const { server, answer, running } = await askedServer();
  await server.close(async () => answer.resolve(new Response("stopping", { status: 503 })));
  expect((await running).status).toBe(503);
}, 10_000);

test("an address that cannot be had is told with what to do", async () => {
  const server = listen(
    local,
    answering(() => new Response()),
    silentLog,
  );
  const port = Number(server.url.port);
  const attempt = (host: string, wanted: number) => () =>
    listen(
      { host, port: wanted },
      answering(() => new Response()),
      silentLog,
    );
  try {
    expect(attempt("127.0.0.1", port)).toThrow(
      `Port ${port} of 127.0.0.1 is in use by another program; choose another with --port`,
    );
    // Of a network that is kept for examples (RFC 5737).
    expect(attempt("203.0.113.7", 0)).toThrow("203.0.113.7 is no address of this machine");
  } finally {
    await server.close(nobody);
  }
});

test("a poster is told when whoever asked for it has hung up", async () => {
  const asked = Promise.withResolvers<AbortSignal>();
  await using rig = await createApiRig({
    artwork: async (_id, _wish, signal) => {
      asked.resolve(signal);
      return new Promise(() => {});
    },
  });
  const server = listen(
    local,
    answering((request) => rig.app.fetch(request)),
    silentLog,
  );
  const client = new AbortController();
  const url = new URL("/api/media/files/film/poster", server.url);
  const answer = fetch(url, { signal: client.signal, keepalive: false }).catch(() => "hung up");
  const signal = await asked.promise;
  expect(signal.aborted).toBe(false);
  const told = new Promise((resolve) => signal.addEventListener("abort", resolve));
  client.abort();
  expect(await answer).toBe("hung up");
  await told;
  await server.close(nobody);
}, 15_000);

test("a client that goes away in the middle of its body is no failure of ours", async () => {
  const statuses: number[] = [];
  await using rig = await createApiRig({ onRequest: (_method, status) => statuses.push(status) });
  const server = listen(
    local,
    answering((request) => rig.app.fetch(request)),
    silentLog,
  );
  const head = "POST /api/playback/start HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 500\r\n";
  const socket = await Bun.connect({
    hostname: "127.0.0.1",
    port: Number(server.url.port),
    socket: { data: () => {} },
  });
  socket.write(`${head}Content-Type: application/json\r\n\r\n{"a":`);
  socket.flush();
  await Bun.sleep(100);
  socket.terminate();
  for (let i = 0; i < 200 && statuses.length === 0; i++) await Bun.sleep(10);
  expect(statuses).toEqual([499]);
  expect(rig.log.filter((line) => /ERROR|WARN/.test(line))).toEqual([]);
  await server.close(nobody);
}, 15_000);

test("who asks for a whole store to be hashed gets the answer, however long that takes; others are not waited for", async () => {
  const server = listen(
    local,
    answering(async () => {
      await Bun.sleep(6000);
      return new Response("done");
    }),
    silentLog,
    1,
  );
  const ask = (path: string): Promise<string> =>
    fetch(new URL(path, server.url), { method: "POST", keepalive: false }).then(
      (response) => response.text(),
      () => "cut off",
    );
  try {
    const answers = await Promise.all([ask("/api/v1/content/verify"), ask("/api/playback/start")]);
    expect(answers).toEqual(["done", "cut off"]);
  } finally {
    await server.close(nobody);
  }
}, 20_000);

/** The status of a start that is asked for from another address of this machine. */
function startFrom(localAddress: string, url: URL): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { "Content-Type": "application/json" };
    const options = { method: "POST", localAddress, headers, agent: false } as const;
    const asked = request(new URL("/api/playback/start", url), options, (response) => {
      response.resume().on("end", () => resolve(response.statusCode ?? 0));
    });
    asked.on("error", reject).end(JSON.stringify({ media_file_id: "film" }));
  });
}

test("one address that takes all places for sessions leaves one to another", async () => {
  await using sessions = await createPlaybackRig();
  const playback = sessions.again({
    config: {
      ...{ segmentSeconds: 4, quality: "medium", adaptive: true, contentBaseUrl: "/c" },
      maxSessions: 3,
    },
  });
  await using rig = await createApiRig({ playback });
  const handlers = answering((asked, client) => rig.app.fetch(asked, { client }));
  const server = listen(local, handlers, silentLog);
  const greedy = await Promise.all(
    Array.from({ length: 4 }, () => startFrom("127.0.0.2", server.url)),
  );
  expect(greedy.toSorted((a, b) => a - b)).toEqual([200, 200, 200, 503]);
  expect(await startFrom("127.0.0.3", server.url)).toBe(200);
  expect(await startFrom("127.0.0.2", server.url)).toBe(503);
  await server.close(nobody);
  await playback.close();
});
