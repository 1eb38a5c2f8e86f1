import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createLayout } from "../../src/store/layout.ts";
import { fillStore, loadedObjects, type LoadedObject } from "./origin-content.ts";
import { median, residentMiB, runLoad, type Round } from "./origin-load.ts";
import { startNginx, startViewra } from "./origin-servers.ts";
import { undisturbed } from "./viewra-server.ts";

/*
 * Requests per second for stored objects ÷ nginx (one worker, sendfile) serving the very same files. Both
 * on one core, wrk on another, 64 connections; short rounds in turn, and the median of their ratios, so
 * that what else the machine does falls on both alike.
 *
 *   bun scripts/bench/origin.ts [--command "dist/viewra serve"] [--rounds 9] [--seconds 1]
 *
 * The command is told CONTENT_STORE_PATH, VIEWRA_DATA_DIR and VIEWRA_PORT=0, and prints its URL on stdout.
 */
export interface OriginResult {
  readonly label: string;
  readonly target: number;
  readonly ratio: number;
  /** Of each round; `ratio` is their median. */
  readonly ratios: readonly number[];
  readonly requestsPerSecond: number;
  readonly nginxRequestsPerSecond: number;
  readonly cpuMicroseconds: number;
  readonly nginxCpuMicroseconds: number;
  /** Resident memory of the server at its highest so far. */
  readonly peakMiB: number;
}

const [serverCore, loadCore] = [0, 1];

export async function measureOrigin(
  command: readonly string[],
  rounds: number,
  seconds: number,
): Promise<OriginResult[]> {
  const work = await mkdtemp(join(tmpdir(), "viewra-bench-origin-"));
  try {
    const root = join(work, "content-store");
    const hash = await fillStore(root);
    const env = {
      ...undisturbed,
      CONTENT_STORE_PATH: root,
      VIEWRA_DATA_DIR: join(work, "data"),
      VIEWRA_PORT: "0",
      NODE_ENV: "production",
    };
    await using viewra = await startViewra(command, env, serverCore);
    const folder = createLayout(root).folder(hash);
    await using nginx = await startNginx(join(work, "nginx"), folder, serverCore);
    const results: OriginResult[] = [];
    for (const object of loadedObjects) {
      const ours = `${viewra.base}/api/v1/content/${hash}/${object.name}`;
      const theirs = `${nginx.base}/${object.name}`;
      const servers = {
        viewra: { url: ours, pid: viewra.pid },
        nginx: { url: theirs, pid: nginx.pid },
      };
      results.push(await measureObject(servers, object, rounds, seconds));
    }
    return results;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function measureObject(
  { viewra, nginx }: Readonly<Record<"viewra" | "nginx", { url: string; pid: number }>>,
  object: LoadedObject,
  rounds: number,
  seconds: number,
): Promise<OriginResult> {
  // The second read brings it into memory, as with any object that is asked for.
  for (const { url } of [viewra, viewra, viewra, nginx]) await expectBytes(url, object.bytes);
  const load = { seconds, connections: 64, core: loadCore };
  const pairs: { readonly ours: Round; readonly theirs: Round }[] = [];
  for (let round = 0; round < rounds; round++) {
    pairs.push({
      ours: await runLoad({ ...load, ...viewra }),
      theirs: await runLoad({ ...load, ...nginx }),
    });
  }
  const over = (value: (pair: (typeof pairs)[number]) => number): number =>
    median(pairs.map(value));
  const ratios = pairs.map(({ ours, theirs }) => ours.requestsPerSecond / theirs.requestsPerSecond);
  return {
    label: object.label,
    target: object.target,
    ratio: median(ratios),
    ratios,
    requestsPerSecond: over((pair) => pair.ours.requestsPerSecond),
    nginxRequestsPerSecond: over((pair) => pair.theirs.requestsPerSecond),
    cpuMicroseconds: over((pair) => pair.ours.cpuMicroseconds),
    nginxCpuMicroseconds: over((pair) => pair.theirs.cpuMicroseconds),
    peakMiB: (await residentMiB(viewra.pid)).peak,
  };
}

async function expectBytes(url: string, bytes: number): Promise<void> {
  const response = await fetch(url);
  const { byteLength } = await response.arrayBuffer();
  if (response.status !== 200 || byteLength !== bytes) {
    throw new Error(
      `${url}: expected ${bytes} bytes, got ${byteLength}, status ${response.status}`,
    );
  }
}

function printTable(results: readonly OriginResult[]): void {
  console.log(
    "| object | ÷ nginx | target | requests/s | nginx | CPU µs each | nginx | peak MiB |",
  );
  console.log("|---|---|---|---|---|---|---|---|");
  for (const result of results) {
    const cells = [
      result.label,
      result.ratio.toFixed(2),
      `≥ ${result.target}`,
      Math.round(result.requestsPerSecond),
      Math.round(result.nginxRequestsPerSecond),
      result.cpuMicroseconds.toFixed(1),
      result.nginxCpuMicroseconds.toFixed(1),
      result.peakMiB,
    ];
    console.log(`| ${cells.join(" | ")} |`);
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      command: { type: "string", default: "bun scripts/bench/origin-server.ts" },
      rounds: { type: "string", default: "9" },
      seconds: { type: "string", default: "1" },
    },
  });
  const command = values.command.split(" ");
  const results = await measureOrigin(command, Number(values.rounds), Number(values.seconds));
  printTable(results);
  if (results.some((result) => result.ratio < result.target)) process.exitCode = 1;
}
