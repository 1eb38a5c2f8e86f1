import { expect, test } from "bun:test";
import { eventStream } from "../../src/api/event-stream.ts";
import type { ServerEvent } from "../../src/api/services.ts";
import { createApiRig } from "./api-rig.ts";

function source() {
  const listeners = new Set<(event: ServerEvent) => void>();
  return {
    listeners,
    send: (event: ServerEvent) => listeners.forEach((listener) => listener(event)),
    subscribe: (listener: (event: ServerEvent) => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

test("events arrive as they happen, with line breaks kept inside them", async () => {
  await using rig = await createApiRig();
  const response = await rig.get("/api/events");
  expect(response.headers.get("Content-Type")).toBe("text/event-stream");
  expect(response.headers.get("Cache-Control")).toBe("no-store");
  for (const send of rig.listeners) send({ type: "scan", id: "a", path: "x\ny" });
  rig.stop.abort();
  expect(await response.text()).toBe(
    'retry: 2000\n\nevent: scan\ndata: {"type":"scan","id":"a","path":"x\\ny"}\n\n',
  );
});

test("a reader that goes leaves no listener", async () => {
  const events = source();
  const reader = eventStream(events, new AbortController().signal).getReader();
  await reader.read();
  expect(events.listeners.size).toBe(1);
  await reader.cancel();
  expect(events.listeners.size).toBe(0);
});

test("a reader that does not read is let go", () => {
  const events = source();
  const stream = eventStream(events, new AbortController().signal);
  for (let i = 0; i < 300; i++) events.send({ type: "scan", i });
  expect(events.listeners.size).toBe(0);
  expect(stream.locked).toBe(false);
});

test("a server that stops ends the stream at once, also one that just began", async () => {
  const events = source();
  const stop = new AbortController();
  const early = eventStream(events, stop.signal);
  stop.abort();
  const late = eventStream(events, stop.signal);
  expect(await new Response(early).text()).toBe("retry: 2000\n\n");
  expect(await new Response(late).text()).toBe("retry: 2000\n\n");
  expect(events.listeners.size).toBe(0);
});
