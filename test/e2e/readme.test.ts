import { expect, test } from "bun:test";
import { access, constants, mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { environmentSchema } from "../../src/config/environment.ts";
import { tracingSchema } from "../../src/config/tracing.ts";
import { makeSource } from "../support/make-source.ts";
import { startServer } from "../support/server.ts";
import { createTempFolder } from "../support/temp-folder.ts";

const root = resolve(import.meta.dir, "../..");
const readme = await Bun.file(resolve(root, "README.md")).text();
/** Printed between two blocks, so that the output of each can be told. */
const divider = "=== end of block ===";

test("the curl tour of the README works as printed, in its order", async () => {
  await using folder = await createTempFolder("readme");
  const library = folder.file("films");
  await mkdir(library);
  await makeSource(`${library}/clock.mp4`, { durationSeconds: 14, sound: [{}] });
  await using server = await startServer({ dataDir: folder.file("data"), library: [library] });
  await server.api.awaitFiles(["clock.mp4"]);

  const blocks = bashBlocks(readme);
  const outputs = await runBlocks(blocks, { VIEWRA: server.url });
  expect(outputs).toHaveLength(blocks.length);

  const whole = outputs.join("\n");
  expect(whole).toContain('"status": "ok"');
  expect(whole).toContain('"status": "done"');
  expect(whole).toMatch(/"content_hash": "[0-9a-f]{64}"/);
  expect(whole).toMatch(/<MPD [^>]*type="static"/);
  expect(whole).toContain("#EXT-X-ENDLIST");
  expect(whole).toMatch(/first time: {2}[\d.]+ s, [1-9]\d* bytes/);
  expect(whole).toMatch(/cache-control: public, max-age=31536000, immutable/i);
  expect(whole).toContain("FFmpeg plays it");
  expect(whole).toContain('"segments_ready"');
}, 60_000);

test("the commands the README names can be run", async () => {
  const named = new Set(readme.match(/\bscripts\/[a-z]+\b(?!\.)/g));
  expect([...named].toSorted()).toEqual(["scripts/start", "scripts/test"]);
  for (const script of named) await access(resolve(root, script), constants.X_OK);
});

test("every file the README points to is there", async () => {
  const links = [...readme.matchAll(/\]\(([^)#:]+)\)/g)].flatMap((match) => match[1] ?? []);
  expect(links.length).toBeGreaterThan(3);
  const missing: string[] = [];
  for (const link of new Set(links)) {
    if (!(await Bun.file(resolve(root, link)).exists())) missing.push(link);
  }
  expect(missing).toEqual([]);
});

test("every setting is in the README, and no other", () => {
  const { shape } = environmentSchema({ os: "linux", home: "/", cwd: "/" });
  const rows = readme.split("\n").filter((line) => /^\| `[A-Z]/.test(line));
  const named = rows.flatMap((row) => (row.split("|")[1] ?? "").match(/[A-Z_]{5,}/g) ?? []);
  const settings = [...Object.keys(shape), ...Object.keys(tracingSchema.shape)];
  expect(named.toSorted()).toEqual(settings.toSorted());
});

function bashBlocks(markdown: string): string[] {
  return [...markdown.matchAll(/^```bash\n([\s\S]*?)^```$/gm)].flatMap((match) => match[1] ?? []);
}

/** Runs the blocks one after another in one shell; throws with the block at which it stopped. */
async function runBlocks(
  blocks: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<string[]> {
  const script = blocks.map((block) => `${block}\necho '${divider}'\n`).join("");
  const child = Bun.spawn(["bash", "-euo", "pipefail", "-c", script], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    env: { ...process.env, ...env },
  });
  const [stdout, stderr, exitCode] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  const outputs = stdout.split(`${divider}\n`);
  const unfinished = outputs.pop() ?? "";
  if (exitCode !== 0) {
    throw new Error(
      `the README's block\n${blocks[outputs.length]}ended with ${exitCode}: ${unfinished}${stderr}`,
    );
  }
  return outputs;
}
