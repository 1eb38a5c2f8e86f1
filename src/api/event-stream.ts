import type { EventSource, ServerEvent } from "./services.ts";

/** Often enough that no proxy or server takes a silent connection for a dead one. */
const keepAliveMs = 5_000;
/** A reader this many events behind is let go; it will come again and look. */
const backlog = 256;

/**
 * Events as a `text/event-stream` body. Ends, and leaves nothing behind, when the reader goes, falls
 * behind, or `stopping` fires.
 */
export function eventStream(
  events: EventSource,
  stopping: AbortSignal,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let release: () => void = () => undefined;
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const end = (): void => {
          release();
          controller.close();
        };
        const send = (text: string): void => {
          if ((controller.desiredSize ?? 0) <= 0) end();
          else controller.enqueue(encoder.encode(text));
        };
        const unsubscribe = events.subscribe((event) => send(eventText(event)));
        const keepAlive = setInterval(() => send(":\n\n"), keepAliveMs);
        stopping.addEventListener("abort", end);
        release = () => {
          unsubscribe();
          clearInterval(keepAlive);
          stopping.removeEventListener("abort", end);
        };
        // Browsers tell a page that the stream is open with the first bytes only.
        send("retry: 2000\n\n");
        if (stopping.aborted) end();
      },
      cancel: () => release(),
    },
    { highWaterMark: backlog },
  );
}

function eventText({ type, ...data }: ServerEvent): string {
  // JSON holds no raw line break, which would end the field.
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
}
