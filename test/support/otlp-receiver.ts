import { readFields, type Fields } from "./protobuf.ts";

/** A span as a collector gets it. Ids in hexadecimal; times in milliseconds since 1970. */
export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty where it is a trace's first. */
  readonly parentId: string;
  readonly name: string;
  readonly kind: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Readonly<Record<string, string | number>>;
  /** Ids of the spans it is linked with. */
  readonly links: readonly string[];
  /** 2: an error. */
  readonly status: number;
  readonly resource: Readonly<Record<string, string | number>>;
}

export interface OtlpReceiver extends AsyncDisposable {
  /** What OTEL_EXPORTER_OTLP_ENDPOINT is to be. */
  readonly url: string;
  readonly spans: readonly ReceivedSpan[];
  /** Of each request. */
  readonly headers: readonly Headers[];
  /** Waits until there are spans that `found` is satisfied with. */
  until(found: (spans: readonly ReceivedSpan[]) => boolean): Promise<void>;
}

/** A collector of traces: OTLP over HTTP in protobuf, by opentelemetry-proto's trace service. `answer`: instead of 200. */
export function startOtlpReceiver(answer?: () => Response | Promise<Response>): OtlpReceiver {
  const spans: ReceivedSpan[] = [];
  const headers: Headers[] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 0,
    fetch: async (request) => {
      headers.push(request.headers);
      if (answer) return answer();
      const isTrace = new URL(request.url).pathname === "/v1/traces" && request.method === "POST";
      if (!isTrace) return new Response(null, { status: 404 });
      spans.push(...readRequest(new Uint8Array(await request.arrayBuffer())));
      return new Response(null, { headers: { "Content-Type": "application/x-protobuf" } });
    },
  });
  return {
    ...{ url: server.url.href.replace(/\/$/, ""), spans, headers },
    until: async (found) => {
      const deadline = Date.now() + 20_000;
      while (!found(spans)) {
        if (Date.now() > deadline) {
          throw new Error(`the spans did not come: ${spans.map(({ name }) => name).join(", ")}`);
        }
        await Bun.sleep(20);
      }
    },
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}

/** ExportTraceServiceRequest → ResourceSpans → ScopeSpans → Span. */
function readRequest(bytes: Uint8Array): ReceivedSpan[] {
  return readFields(bytes)
    .messages(1)
    .flatMap((resourceSpans) => {
      const resource = attributes(resourceSpans.messages(1).flatMap((of) => of.messages(1)));
      return resourceSpans
        .messages(2)
        .flatMap((scopeSpans) => scopeSpans.messages(2).map((span) => readSpan(span, resource)));
    });
}

function readSpan(span: Fields, resource: ReceivedSpan["resource"]): ReceivedSpan {
  return {
    traceId: span.bytes(1).toHex(),
    spanId: span.bytes(2).toHex(),
    parentId: span.bytes(4).toHex(),
    name: span.text(5),
    kind: span.number(6),
    startMs: span.number(7) / 1e6,
    endMs: span.number(8) / 1e6,
    attributes: attributes(span.messages(9)),
    links: span.messages(13).map((link) => link.bytes(2).toHex()),
    status: span.messages(15)[0]?.number(3) ?? 0,
    resource,
  };
}

function attributes(pairs: readonly Fields[]): Record<string, string | number> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [value] = pair.messages(2);
      const isText = value?.has(1) ?? false;
      return [pair.text(1), (isText ? value?.text(1) : value?.number(3)) ?? ""];
    }),
  );
}
