import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** A server under load: where it listens and which process does the serving. */
export interface RunningServer extends AsyncDisposable {
  readonly base: string;
  readonly pid: number;
}

/**
 * Starts a command as `viewra serve` is started: told by its environment, and printing its URL on stdout.
 * `core` is the only core it may use.
 */
export async function startViewra(
  command: readonly string[],
  env: Readonly<Record<string, string>>,
  core: number,
): Promise<RunningServer> {
  const child = Bun.spawn(["taskset", "-c", String(core), ...command], {
    env: { ...process.env, ...env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "inherit",
  });
  let text = "";
  for await (const piece of child.stdout) {
    text += new TextDecoder().decode(piece);
    const base = /https?:\/\/[^\s/]+/.exec(text)?.[0];
    if (base && text.includes("\n")) return { base, pid: child.pid, ...endOf(child) };
  }
  throw new Error(`${command.join(" ")} ended without printing its URL`);
}

/** One nginx worker with sendfile over a plain folder. `folder` is served under `/`. */
export async function startNginx(
  workDir: string,
  folder: string,
  core: number,
): Promise<RunningServer> {
  await mkdir(workDir, { recursive: true });
  const port = freePort();
  const configPath = join(workDir, "nginx.conf");
  await writeFile(configPath, nginxConfig(workDir, folder, port));
  const child = Bun.spawn(["taskset", "-c", String(core), "nginx", "-c", configPath], {
    stdin: "ignore",
    stdout: "ignore",
    stderr: "inherit",
  });
  const base = `http://127.0.0.1:${port}`;
  for (let attempt = 0; attempt < 50; attempt++) {
    const answered = await fetch(base).then(
      () => true,
      () => false,
    );
    if (answered) return { base, pid: await onlyChildOf(child.pid), ...endOf(child) };
    await Bun.sleep(100);
  }
  throw new Error("nginx did not start");
}

function nginxConfig(workDir: string, folder: string, port: number): string {
  const scratch = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (kind) => `${kind}_temp_path ${workDir}/${kind};`,
  );
  return `
worker_processes 1;
daemon off;
user root;
pid ${workDir}/nginx.pid;
error_log ${workDir}/error.log;
events { worker_connections 1024; }
http {
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 10000000;
  ${scratch.join("\n  ")}
  server {
    listen 127.0.0.1:${port};
    root ${folder};
    add_header Cache-Control "public, max-age=31536000, immutable";
  }
}
`;
}

/** nginx' master does not serve; its one worker does. */
async function onlyChildOf(pid: number): Promise<number> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, "latin1");
  return Number(children.trim().split(" ")[0]);
}

function freePort(): number {
  const probe = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => {} } });
  const { port } = probe;
  probe.stop(true);
  return port;
}

function endOf(child: Bun.Subprocess): AsyncDisposable {
  return {
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGTERM");
      await child.exited;
    },
  };
}
