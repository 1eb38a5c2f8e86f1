import { expect, test } from "bun:test";
import { chmod } from "node:fs/promises";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";
import { startViewra } from "../../scripts/bench/viewra-server.ts";
import { isAlive } from "../support/is-alive.ts";

/** A server that does nothing but say where it listens. */
async function fakeServer(folder: TempFolder, script: string): Promise<string> {
  const path = folder.file("viewra");
  await Bun.write(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}

const listens = "echo Viewra is listening on http://127.0.0.1:1234/\nexec sleep 60";

test("a server is known by the URL it prints, and ended by disposing", async () => {
  await using folder = await createTempFolder("bench");
  const viewra = await fakeServer(folder, listens);
  const server = await startViewra({ viewra, dataDir: folder.file("data") });
  expect(server.url).toBe("http://127.0.0.1:1234");
  expect(server.startMs).toBeGreaterThan(0);
  expect(isAlive(server.pid)).toBe(true);
  await server[Symbol.asyncDispose]();
  expect(isAlive(server.pid)).toBe(false);
});

test("a server that ends before it listens is an error with what it logged", async () => {
  await using folder = await createTempFolder("bench");
  const viewra = await fakeServer(folder, "echo the disk is gone >&2\nexit 1");
  await expect(startViewra({ viewra, dataDir: folder.file("data") })).rejects.toThrow(
    "the disk is gone",
  );
});

test.if(Bun.which("setpriv") !== null)("a killed benchmark leaves no server behind", async () => {
  await using folder = await createTempFolder("bench");
  const options = { viewra: await fakeServer(folder, listens), dataDir: folder.file("data") };
  const script = folder.file("benchmark.ts");
  const modulePath = require.resolve("../../scripts/bench/viewra-server.ts");
  await Bun.write(
    script,
    `import { startViewra } from ${JSON.stringify(modulePath)};
     console.log((await startViewra(${JSON.stringify(options)})).pid);
     await Bun.sleep(60_000);`,
  );
  const benchmark = Bun.spawn([process.execPath, script], { stdout: "pipe" });
  const { value } = await benchmark.stdout.getReader().read();
  const pid = Number(new TextDecoder().decode(value));
  expect(isAlive(pid)).toBe(true);
  benchmark.kill("SIGKILL");
  await benchmark.exited;
  for (let attempt = 0; attempt < 200 && isAlive(pid); attempt++) await Bun.sleep(20);
  expect(isAlive(pid)).toBe(false);
});
