import { AsyncLocalStorage } from "node:async_hooks";
import {
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span,
  type Tracer,
} from "@opentelemetry/api";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { parseContentAddress, type ContentAddress } from "../../origin/content-address.ts";
import type { TraceParent } from "../../pipeline/ports.ts";
import type { TracedHandlers, Tracing } from "./tracing.ts";
import type { WallClock } from "./wall-clock.ts";

const propagator = new W3CTraceContextPropagator();

/** A request that is handled. */
interface Handled {
  readonly span: Span;
  /** That what is done for it belongs to it. */
  readonly within: Context;
}

const contentPath = ({ hash, name }: ContentAddress): string => `/api/v1/content/${hash}/${name}`;
const contentRoute = contentPath({ hash: "{hash}", name: "{object}" });
/** What begins a playback, or tells what would. */
const startRoute = /^\/api\/playback\/(?:start|decide|seek-ahead)$/;

/** Spans of requests, named and described by OpenTelemetry's conventions for HTTP servers. */
export function createRequestSpans(
  tracer: Tracer,
  clock: WallClock,
): Omit<Tracing, "segment" | "stop"> {
  const handled = new AsyncLocalStorage<Handled>();

  const begin = (request: Request, route: string, path: string): Handled => {
    const { method, headers } = request;
    const carrier = {
      traceparent: headers.get("traceparent"),
      tracestate: headers.get("tracestate"),
    };
    const attributes: Attributes = {
      "http.request.method": method,
      "http.route": route,
      "url.path": path,
      "user_agent.original": headers.get("user-agent") ?? undefined,
    };
    const span = tracer.startSpan(
      `${method} ${route}`,
      { kind: SpanKind.SERVER, startTime: clock(performance.now()), attributes },
      propagator.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter),
    );
    return { span, within: trace.setSpan(ROOT_CONTEXT, span) };
  };
  const end = ({ span }: Handled, status: number): void => {
    span.setAttribute("http.response.status_code", status);
    if (status >= 500) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      span.setAttribute("error.type", String(status));
    }
    span.end(clock(performance.now()));
  };
  const follow = async (of: Handled, answer: Promise<Response>): Promise<Response> => {
    try {
      const response = await answer;
      end(of, response.status);
      return response;
    } catch (thrown) {
      end(of, 500);
      throw thrown;
    }
  };
  const stage = (name: string, startMs: number, endMs: number, code: string | null): void => {
    const current = handled.getStore();
    if (current === undefined) return;
    const span = tracer.startSpan(name, { startTime: clock(startMs) }, current.within);
    if (code !== null) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      span.setAttribute("error.type", code);
    }
    span.end(clock(endMs));
  };

  return {
    around: ({ origin, api }: TracedHandlers): TracedHandlers => ({
      origin: (request, client) => {
        const address = parseContentAddress(request.url);
        if (address === undefined) return origin(request, client);
        const current = begin(request, contentRoute, contentPath(address));
        const answer = handled.run(current, () => origin(request, client));
        if (answer instanceof Promise) return follow(current, answer);
        if (answer !== undefined) end(current, answer.status);
        return answer;
      },
      api: (request, client) => {
        const { pathname } = new URL(request.url);
        if (!startRoute.test(pathname)) return api(request, client);
        const current = begin(request, pathname, pathname);
        return follow(
          current,
          handled.run(current, async () => api(request, client)),
        );
      },
    }),

    asker: (): TraceParent | null => {
      const current = handled.getStore();
      if (current === undefined) return null;
      const carrier: Record<string, string> = {};
      propagator.inject(current.within, carrier, defaultTextMapSetter);
      const { traceparent, tracestate } = carrier;
      if (traceparent === undefined) return null;
      return tracestate === undefined ? { traceparent } : { traceparent, tracestate };
    },

    served: (from) => {
      handled.getStore()?.span.setAttribute("viewra.served_from", from);
    },

    startStage: (name, seconds) => {
      const endMs = performance.now();
      // The whole of a start is the request itself.
      if (name !== "start") stage(name, endMs - seconds * 1000, endMs, null);
    },

    described: ({ startMs, endMs, code }) => stage("describe", startMs, endMs, code),
  };
}
