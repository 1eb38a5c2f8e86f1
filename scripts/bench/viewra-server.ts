import { readFile } from "node:fs/promises";
import { join } from "node:path";

export interface ServerOptions {
  readonly viewra: string;
  readonly dataDir: string;
  readonly library?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The only core it may use; all when left out. */
  readonly core?: number;
  /** Words before its command, which become it in the end. */
  readonly wrapper?: readonly string[];
}

/** The executable as it serves. Disposing stops it as a service manager would. */
export interface ViewraServer extends AsyncDisposable {
  /** Without a slash at the end. */
  readonly url: string;
  readonly pid: number;
  /** From the spawn to the URL on its standard output, milliseconds. */
  readonly startMs: number;
}

/** Keeps a server that is measured from measuring its encoders, a minute after its start. */
export const undisturbed = { TRANSCODE_CODECS: "h264" } as const;

/** Starts the executable on a free port. What it logs goes to `serve.log` in its data folder. */
export async function startViewra(options: ServerOptions): Promise<ViewraServer> {
  const { viewra, dataDir, library, core, env, wrapper = [] } = options;
  // A benchmark that is killed must not leave a server behind; the server ends its own children.
  const guarded = Bun.which("setpriv") === null ? [] : ["setpriv", "--pdeathsig", "TERM", "--"];
  const pinned = core === undefined ? [] : ["taskset", "-c", String(core)];
  const folders = library === undefined ? [] : ["--library", library];
  const startedAt = performance.now();
  const child = Bun.spawn(
    [
      ...guarded,
      ...pinned,
      ...wrapper,
      viewra,
      "serve",
      "--port",
      "0",
      "--data-dir",
      dataDir,
      ...folders,
    ],
    {
      env: { ...process.env, LOG_LEVEL: "warn", ...undisturbed, ...env },
      stdin: "ignore",
      stdout: "pipe",
      stderr: Bun.file(`${dataDir}.log`),
    },
  );
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    await child.exited;
  };
  const url = await printedUrl(child.stdout);
  if (url === undefined) {
    await stop();
    const log = await readFile(`${dataDir}.log`, "utf8");
    throw new Error(`${viewra} ended before it listened:\n${log.slice(-2000)}`);
  }
  const startMs = performance.now() - startedAt;
  return { url, pid: child.pid, startMs, [Symbol.asyncDispose]: stop };
}

async function printedUrl(stdout: ReadableStream<Uint8Array>): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const bytes of stdout) {
    text += decoder.decode(bytes, { stream: true });
    const url = /(https?:\/\/[^\s/]+)\/?\s/.exec(text)?.[1];
    if (url !== undefined) return url;
  }
  return undefined;
}

/** A data folder of its own for each server of a benchmark. */
export const dataFolder = (workDir: string, name: string): string => join(workDir, `data-${name}`);
