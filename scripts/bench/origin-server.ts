import { createLogger } from "../../src/log/logger.ts";
import { createOrigin } from "../../src/origin/origin.ts";
import { createDiskStore } from "../../src/store/disk-store.ts";

/* Nothing but the origin over a store, to tell its cost from that of the whole program. */
const log = createLogger({
  level: "warn",
  format: "text",
  write: (line) => void process.stderr.write(`${line}\n`),
});
const root = process.env["CONTENT_STORE_PATH"];
if (!root) throw new Error("CONTENT_STORE_PATH: expected the folder of a store, got nothing");
const store = createDiskStore({ root, judge: () => false, log });
const ensure = () => Promise.resolve();
const openFile = () => Promise.resolve(null);
const titleOf = () => Promise.resolve(null);
const origin = createOrigin({ store, ensure, openFile, titleOf, log });
const server = Bun.serve({
  port: Number(process.env["VIEWRA_PORT"] ?? 0),
  hostname: "127.0.0.1",
  development: false,
  fetch: (request) => origin.handle(request) ?? new Response(null, { status: 404 }),
});
process.stdout.write(`Listening on ${server.url.href}\n`);
