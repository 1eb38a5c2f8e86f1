import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { PipelineObserver, SegmentTrace, Stage } from "../pipeline/ports.ts";
import type { PipelineStats } from "../pipeline/pipeline.ts";
import type { StoreStats } from "../store/content-store.ts";

/** What is read at the moment somebody asks for the metrics. */
export interface MetricSources {
  readonly pipeline: () => PipelineStats;
  readonly store: () => Promise<StoreStats>;
  readonly activeSessions: () => number;
  readonly childProcesses: () => number;
}

export interface Metrics {
  readonly contentType: string;
  render(): Promise<string>;
  readonly pipeline: PipelineObserver;
  /** A content request: served from the store, made first, or not served. */
  content(result: "hit" | "miss" | "absent"): void;
  /** A request of the control API. */
  request(method: string, status: number, seconds: number): void;
  /** A stage of a playback start. */
  start(stage: string, seconds: number): void;
}

const stageBuckets = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 32, 64];

/** The Prometheus metrics of one server. */
export function createMetrics(sources: MetricSources): Metrics {
  const registers = [new Registry()];
  const [registry] = registers;
  const counter = <L extends string>(name: string, help: string, labelNames: L[]): Counter<L> =>
    new Counter({ name: `viewra_${name}`, help, labelNames, registers });
  const histogram = <L extends string>(
    name: string,
    help: string,
    labelNames: L[],
    buckets: number[],
  ): Histogram<L> =>
    new Histogram({ name: `viewra_${name}`, help, labelNames, buckets, registers });
  const gauge = (name: string, help: string, read: () => number | Promise<number>): void => {
    void new Gauge({
      name: `viewra_${name}`,
      help,
      registers,
      async collect() {
        this.set(await read());
      },
    });
  };

  // Counted in plain numbers and told when asked: the hot path pays for no label.
  const served = { hit: 0, miss: 0, absent: 0 };
  void new Counter({
    name: "viewra_content_requests_total",
    help: "Content requests: hit = in the store, miss = made first, absent = not served",
    labelNames: ["result"],
    registers,
    collect() {
      this.reset();
      for (const [result, count] of Object.entries(served)) this.inc({ result }, count);
    },
  });
  const apiSeconds = histogram(
    "api_request_seconds",
    "Control API requests",
    ["method", "status"],
    [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10],
  );
  const startSeconds = histogram(
    "playback_start_seconds",
    "Stages of a playback start",
    ["stage"],
    [0.0005, 0.002, 0.01, 0.05, 0.25, 1, 5],
  );
  const stageSeconds = histogram(
    "pipeline_stage_seconds",
    "What the time of each segment made went to, queue only where somebody waited; and each plan described",
    ["stage"],
    stageBuckets,
  );
  const speed = histogram(
    "encode_speed_ratio",
    "Film seconds encoded per second of work",
    ["kind"],
    [0.25, 0.5, 1, 2, 4, 8, 16, 32, 64],
  );
  const segments = counter("segments_made_total", "Segments encoded and stored", ["kind"]);
  const segmentBytes = counter("segment_bytes_total", "Bytes of segments stored", []);
  const failures = counter("segment_failures_total", "Tries that gave no segment", ["code"]);

  gauge("runs_active", "FFmpeg runs that may work", () => sources.pipeline().runsActive);
  gauge("runs_suspended", "FFmpeg runs held", () => sources.pipeline().runsSuspended);
  gauge("queue_depth", "Segment requests that wait", () => sources.pipeline().waiting);
  gauge("sessions_active", "Playback sessions", sources.activeSessions);
  gauge("child_processes", "Programs running", sources.childProcesses);
  gauge("store_bytes", "Bytes of stored objects", async () => (await sources.store()).bytes);
  gauge("store_objects", "Stored objects", async () => (await sources.store()).objects);
  gauge("store_contents", "Stored contents", async () => (await sources.store()).contents);
  gauge("store_free_bytes", "Room on the store's disk", async () => {
    return (await sources.store()).freeBytes;
  });
  gauge("process_resident_bytes", "Memory of this process", () => process.memoryUsage.rss());
  gauge("process_cpu_seconds_total", "Processor time of this process", () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });

  return {
    contentType: registry?.contentType ?? "text/plain",
    render: async () => (await registry?.metrics()) ?? "",
    pipeline: {
      described: ({ code, startMs, endMs }) => {
        if (code === null) stageSeconds.observe({ stage: "describe" }, (endMs - startMs) / 1000);
      },
      segment: (trace) => {
        if (trace.code !== null) return;
        for (const [stage, ms] of stageSums(trace)) stageSeconds.observe({ stage }, ms / 1000);
      },
      speed: ({ kind }, ratio) => speed.observe({ kind }, ratio),
      segmentMade: (_hash, name, sizeBytes) => {
        segments.inc({ kind: name.startsWith("v") ? "video" : "audio" });
        segmentBytes.inc(sizeBytes);
      },
      failure: (_hash, _name, code) => failures.inc({ code }),
    },
    content: (result) => void served[result]++,
    request: (method, status, seconds) =>
      apiSeconds.observe({ method, status: String(status) }, seconds),
    start: (stage, seconds) => startSeconds.observe({ stage }, seconds),
  };
}

/**
 * What each stage of a segment took, milliseconds. One that somebody waited for has a `queue`, of nothing perhaps; one
 * that was made ahead has none.
 */
export function stageSums({ parts, wanted }: SegmentTrace): ReadonlyMap<Stage, number> {
  const sums = new Map<Stage, number>(wanted === "waited for" ? [["queue", 0]] : []);
  for (const { stage, startMs, endMs } of parts) {
    sums.set(stage, (sums.get(stage) ?? 0) + endMs - startMs);
  }
  return sums;
}
