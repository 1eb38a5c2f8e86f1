import { expect, test } from "bun:test";
import { ViewraError } from "../../../src/errors/viewra-error.ts";
import { bodyOf, openerThatMakes } from "../../../src/origin/download/film-stream.ts";

test("nothing is made before somebody takes it, and nothing more once he is gone", async () => {
  const made: number[] = [];
  let gone = 0;
  async function* source(): AsyncGenerator<Uint8Array> {
    for (let n = 1; ; n++) {
      made.push(n);
      yield new Uint8Array([n]);
    }
  }
  const body = bodyOf(source(), [new Uint8Array([0])], () => gone++);
  await Bun.sleep(5);
  expect(made).toEqual([]);
  const reader = body.getReader();
  for (let n = 0; n <= 3; n++) expect((await reader.read()).value).toEqual(new Uint8Array([n]));
  await Bun.sleep(5);
  expect(made).toEqual([1, 2, 3]);
  await reader.cancel();
  expect([made.length, gone]).toEqual([3, 1]);
});

test("a wait ends when its reader goes, and when another segment cannot be made", async () => {
  for (const isFailing of [false, true]) {
    const { promise, reject } = Promise.withResolvers<never>();
    const left = Promise.withResolvers<void>();
    async function* source(): AsyncGenerator<Uint8Array> {
      yield await promise;
    }
    let failure: unknown;
    const reader = bodyOf(source(), [], (thrown) => {
      failure = thrown;
      left.resolve();
      reject(new ViewraError("CANCELLED"));
    }).getReader();
    const read = reader.read().then(
      () => "told to the end",
      () => "broken off",
    );
    await Bun.sleep(1);
    if (isFailing) reject(new ViewraError("ENCODE_FAILED"));
    else void reader.cancel().catch(() => undefined);
    await left.promise;
    if (!isFailing) continue;
    expect(await read).toBe("broken off");
    expect(failure).toMatchObject({ code: "ENCODE_FAILED" });
  }
});

test("a segment that did not come in time is waited for again, one that cannot be made is not", async () => {
  const missing = (): never => {
    throw new ViewraError("OBJECT_NOT_READY");
  };
  const asked: string[] = [];
  const slow = openerThatMakes(
    async () => missing(),
    async (name) => {
      asked.push(name);
      if (asked.length === 3) throw new ViewraError("ENCODE_FAILED");
      missing();
    },
  );
  const thrown = await slow("v1/1.m4s").catch((error: unknown) => error);
  expect(thrown).toMatchObject({ code: "ENCODE_FAILED" });
  expect(asked).toEqual(["v1/1.m4s", "v1/1.m4s", "v1/1.m4s"]);
});

test("a client that takes nothing over the network has nothing made for it, and its going is noticed", async () => {
  let made = 0;
  const gone = Promise.withResolvers<void>();
  async function* source(): AsyncGenerator<Uint8Array> {
    for (;;) {
      made++;
      yield new Uint8Array(1_000_000);
    }
  }
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: () => new Response(bodyOf(source(), [], () => gone.resolve())),
  });
  const socket = await Bun.connect({
    hostname: "127.0.0.1",
    port: server.port ?? 0,
    socket: {
      open: (opened) => void opened.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
      data: (from) => from.pause(),
    },
  });
  await Bun.sleep(300);
  const before = made;
  // What lies in the system's buffers.
  expect(before).toBeLessThan(20);
  await Bun.sleep(300);
  expect(made).toBe(before);
  socket.terminate();
  await gone.promise;
  expect(made).toBe(before);
  await server.stop(true);
});
