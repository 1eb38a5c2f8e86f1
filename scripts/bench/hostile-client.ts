/**
 * Does what an attack says to a server, in a process of its own, so that whoever measures is not slowed:
 *
 *   bun scripts/bench/hostile-client.ts URL ATTACK.json
 *
 * Prints `under way` when as many requests are open as there will be, and at the end how many were
 * answered with which status (0: none).
 */
import { connect } from "node:net";
import type { Attack, HostileRequest } from "./hostile-attacks.ts";

/** Another of this machine's addresses than the honest viewer's: a server tells clients apart by them. */
const localAddress = "127.0.0.2";

const [, , base = "", attackPath = ""] = process.argv;
const { hostname, port, host } = new URL(base);

async function main(): Promise<void> {
  const attack: Attack = await Bun.file(attackPath).json();
  const statuses = new Map<number, number>();
  let next = 0;
  let sent = 0;
  const lane = async (): Promise<void> => {
    for (let at = next++; at < attack.requests.length; at = next++) {
      const request = attack.requests[at];
      if (request === undefined) return;
      const onSent = (): void => {
        if (++sent === Math.min(attack.atOnce, attack.requests.length)) console.log("under way");
      };
      const status = await ask(request, attack.dropAfterMs, onSent);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: attack.atOnce }, lane));
  console.log(JSON.stringify(Object.fromEntries(statuses)));
}

/** The status of the answer; 0 when there was none, or we hung up before it came. */
async function ask(
  { method, path, body = "" }: HostileRequest,
  dropAfterMs: number | null,
  onSent: () => void,
): Promise<number> {
  const ended = Promise.withResolvers<number>();
  let head = "";
  const fields = [`Host: ${host}`, "Connection: close", "Content-Type: application/json"];
  const text = `${method} ${path} HTTP/1.1\r\n${fields.join("\r\n")}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  let timer: NodeJS.Timeout | undefined;
  const socket = connect({ host: hostname, port: Number(port), localAddress });
  socket.on("connect", () => {
    socket.write(text);
    if (dropAfterMs !== null) timer = setTimeout(() => socket.destroy(), dropAfterMs);
    onSent();
  });
  socket.on("data", (bytes) => {
    if (head.length < 64) head += bytes.toString("latin1", 0, 64);
  });
  socket.on("close", () => ended.resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0)));
  socket.on("error", () => ended.resolve(0));
  const status = await ended.promise;
  clearTimeout(timer);
  return status;
}

await main();
