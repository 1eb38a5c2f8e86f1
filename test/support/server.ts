import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { createApiClient, type ApiClient } from "./api-client.ts";
import { endProcesses, markedProcesses } from "./marked-processes.ts";

export interface ServerOptions {
  /** Keeps the database, the store and the cache; the same folder again is a restart. */
  readonly dataDir: string;
  /** Folders with films. */
  readonly library?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Words before its command; they become it in the end. */
  readonly wrapper?: readonly string[];
}

export interface ServerUnderTest extends AsyncDisposable {
  /** As printed on stdout, without a slash at the end. */
  readonly url: string;
  readonly pid: number;
  readonly api: ApiClient;
  /** What the server logged so far. */
  log(): string;
  /** SIGTERM, then waits for the end; SIGKILL after 15 s. Resolves with the exit code. */
  stop(): Promise<number>;
  /** SIGKILL to the server process alone: its children must notice by themselves. */
  kill(): Promise<void>;
  /** Command lines of the server's processes that still run: empty once it has ended as it should. */
  leftRunning(): Promise<string[]>;
}

const root = join(import.meta.dir, "../..");
/** Found by it in /proc, whatever became of their parents. */
const markName = "VIEWRA_TEST_MARK";

/** The words that start Viewra: `VIEWRA_BIN`, else the built executable, else the sources. */
export function serverCommand(): string[] {
  const named = process.env["VIEWRA_BIN"];
  if (named) return [named];
  const built = join(root, "dist/viewra");
  return existsSync(built) ? [built] : [process.execPath, join(root, "src/main.ts")];
}

/** A server process from its first instant, before it is known to listen. */
export interface LaunchedServer extends AsyncDisposable {
  readonly pid: number;
  /** null when it ended before it listened. Never rejects. */
  readonly url: Promise<string | null>;
  readonly exited: Promise<number>;
  log(): string;
  signal(name: "SIGTERM" | "SIGKILL"): void;
  /** Command lines of what this launch started and still runs, the server among it. */
  leftRunning(): Promise<string[]>;
}

/** Nothing is measured beside what is tested, after which the same film would be another content. */
const usualEnv = { SEGMENT_DURATION: "2", TRANSCODE_CODECS: "h264" };

/** Starts a server process and comes back at once. Disposing kills it and whatever it left behind. */
export function launchServer(options: ServerOptions): LaunchedServer {
  const mark = crypto.randomUUID();
  const folders = (options.library ?? []).flatMap((folder) => ["--library", folder]);
  const args = ["serve", "--port", "0", "--data-dir", options.dataDir, ...folders];
  const child = Bun.spawn([...(options.wrapper ?? []), ...serverCommand(), ...args], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    env: { ...process.env, ...usualEnv, ...options.env, [markName]: mark },
  });
  let log = "";
  let printed = "";
  const found = Promise.withResolvers<string | null>();
  const streams = [
    drain(child.stderr, (text) => (log = (log + text).slice(-1_000_000))),
    drain(child.stdout, (text) => {
      printed = (printed + text).slice(-1_000_000);
      const url = /https?:\/\/[^\s"]+(?=[\s"])/.exec(printed)?.[0];
      if (url) found.resolve(url.replace(/\/$/, ""));
    }),
  ];
  void Promise.all([...streams, child.exited]).then(() => found.resolve(null));
  return {
    pid: child.pid,
    url: found.promise,
    exited: child.exited,
    log: () => `${printed}${log}`,
    signal: (name) => {
      if (child.exitCode === null && child.signalCode === null) child.kill(name);
    },
    leftRunning: async () => {
      const left = await markedProcesses(markName, mark);
      return left.map(({ commandLine }) => commandLine);
    },
    [Symbol.asyncDispose]: async () => {
      await endProcesses(await markedProcesses(markName, mark));
      await child.exited;
    },
  };
}

/**
 * Starts the real server on a free port and waits until it listens. Ends with `await using`, and then
 * nothing it started is left: what survived its parent is killed by its environment mark.
 */
export async function startServer(options: ServerOptions): Promise<ServerUnderTest> {
  await mkdir(options.dataDir, { recursive: true });
  const launched = launchServer(options);
  const late = setTimeout(() => launched.signal("SIGKILL"), 30_000);
  const url = await launched.url;
  clearTimeout(late);
  if (url === null) {
    await launched[Symbol.asyncDispose]();
    throw new Error(`the server ended before it listened:\n${launched.log()}`);
  }
  const stop = async (): Promise<number> => {
    launched.signal("SIGTERM");
    const timer = setTimeout(() => launched.signal("SIGKILL"), 15_000);
    const exitCode = await launched.exited;
    clearTimeout(timer);
    return exitCode;
  };
  return {
    url,
    pid: launched.pid,
    api: createApiClient(url),
    log: () => launched.log(),
    stop,
    kill: async () => {
      launched.signal("SIGKILL");
      await launched.exited;
    },
    leftRunning: () => launched.leftRunning(),
    [Symbol.asyncDispose]: async () => {
      await stop();
      await launched[Symbol.asyncDispose]();
    },
  };
}

async function drain(
  stream: ReadableStream<Uint8Array>,
  onText: (text: string) => void,
): Promise<void> {
  const decoder = new TextDecoder();
  for await (const bytes of stream) onText(decoder.decode(bytes, { stream: true }));
}
