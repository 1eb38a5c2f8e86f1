import { createOrigin, type OriginOptions, type ServedFrom } from "../../src/origin/origin.ts";
import { createDiskStore, type DiskStore } from "../../src/store/disk-store.ts";
import { hex, plan, planHash } from "../contract/content-store.ts";
import { silentLog } from "../store/silent-log.ts";
import { createTempFolder } from "../support/temp-folder.ts";

/** An origin over a real store, in a real server, and what it told its observer. */
export interface OriginUnderTest extends AsyncDisposable {
  readonly store: DiskStore;
  readonly observed: [ServedFrom, number][];
  /** `http://127.0.0.1:<port>` */
  readonly base: string;
  /** A request for an object of the one content. Never follows, decodes or caches. */
  get(name: string, headers?: Record<string, string>, method?: string): Promise<Response>;
}

export const text = "0123456789".repeat(10);
export const tag = `"sha256-${hex(text)}"`;

/** `memoryBytes` 0 makes every answer come from disk. */
export async function startOrigin(
  memoryBytes: number,
  ensure: OriginOptions["ensure"] = () => Promise.resolve(),
  openFile: OriginOptions["openFile"] = () => Promise.resolve(null),
): Promise<OriginUnderTest> {
  const folder = await createTempFolder("origin");
  const options = { root: folder.path, judge: () => false, log: silentLog, memoryBytes };
  const store = createDiskStore(options);
  await store.create(planHash, plan);
  const observed: [ServedFrom, number][] = [];
  const observe = (from: ServedFrom, status: number): void => {
    observed.push([from, status]);
  };
  const origin = createOrigin({
    ...{ store, ensure, openFile, observe, log: silentLog },
    titleOf: () => Promise.resolve(null),
  });
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    development: false,
    fetch: (request) => origin.handle(request) ?? new Response("elsewhere", { status: 418 }),
  });
  const base = `http://127.0.0.1:${server.port}`;
  return {
    store,
    observed,
    base,
    get: (name, headers = {}, method = "GET") =>
      fetch(`${base}/api/v1/content/${planHash}/${name}`, { headers, method, decompress: false }),
    [Symbol.asyncDispose]: async () => {
      await server.stop(true);
      await store.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** Sends bytes as they are and answers with everything that came back: fetch would tidy both. */
export async function rawExchange(base: string, request: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  let received = "";
  const socket = await Bun.connect({
    hostname: "127.0.0.1",
    port: Number(new URL(base).port),
    socket: {
      data: (_socket, piece) => {
        received += piece.toString("latin1");
      },
      close: () => resolve(received),
      error: () => resolve(received),
    },
  });
  socket.write(request);
  return await promise;
}
