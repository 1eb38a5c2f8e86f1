import { join, normalize } from "node:path";

export interface StaticServer extends AsyncDisposable {
  /** Without a slash at the end. */
  readonly url: string;
}

const types: Readonly<Record<string, string>> = {
  ".mpd": "application/dash+xml",
  ".m3u8": "application/vnd.apple.mpegurl",
  ".m4s": "video/iso.segment",
  ".mp4": "video/mp4",
};

/** A plain web server over a folder, on a free port of the loopback, open to pages of any origin. */
export function serveFolder(folder: string): StaticServer {
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: async (request) => {
      const path = normalize(decodeURIComponent(new URL(request.url).pathname));
      const file = Bun.file(join(folder, path));
      if (!(await file.exists())) return new Response("not there", { status: 404 });
      const type = types[/\.\w+$/.exec(path)?.[0] ?? ""] ?? "application/octet-stream";
      const headers = { "Content-Type": type, "Access-Control-Allow-Origin": "*" };
      return new Response(await file.bytes(), { headers });
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}
