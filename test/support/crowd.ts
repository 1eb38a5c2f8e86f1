import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdir, readdir } from "node:fs/promises";
import { get } from "node:http";
import type { StartedPlayback } from "./api-client.ts";
import { residentMiB } from "../../scripts/bench/process-figures.ts";
import { runTool } from "./run-tool.ts";
import { startServer, type ServerUnderTest } from "./server.ts";
import { createRandom } from "./shuffle.ts";
import { createTempFolder, type TempFolder } from "./temp-folder.ts";

export interface CrowdSize {
  /** Requests that are dropped after a moment. */
  readonly drops: number;
  /** Sound tracks of one film, all asked for at once. */
  readonly sounds: number;
  /** Segments that one client waits for. */
  readonly hogWaits: number;
  /** Seeks to places drawn at random, of all clients together. */
  readonly seeks: number;
  /** Seeks of one viewer, five a second. */
  readonly scrubs: number;
}

const capacity = 2;
/** As ARCHITECTURE.md says under "Scheduling". */
const mostRuns = 2 * capacity + 4;

let folder: TempFolder;
let server: ServerUnderTest;

/** What one server and its viewers must bear from others, as tests. */
export function describeCrowd({ drops, sounds, hogWaits, seeks, scrubs }: CrowdSize): void {
  beforeAll(async () => {
    folder = await createTempFolder("crowd");
    await mkdir(folder.file("films"));
    const picture = (seconds: number): string[] => [
      ...["-f", "lavfi", "-i", `testsrc2=size=128x96:rate=10:duration=${seconds}`],
      ...["-f", "lavfi", "-i", `sine=sample_rate=8000:duration=${seconds}`],
      ...["-c:v", "libx264", "-preset", "ultrafast", "-g", "20", "-c:a", "pcm_s16le"],
    ];
    const make = (args: string[], name: string): Promise<unknown> =>
      runTool(["ffmpeg", "-nostdin", "-v", "error", ...args, folder.file(`films/${name}`)]);
    await make([...picture(900), "-map", "0:v"], "long.mkv");
    const again = ["-stream_loop", "7", "-i", folder.file("films/long.mkv"), "-c", "copy"];
    await make(again, "longer.mkv");
    const maps = Array.from({ length: sounds }, () => ["-map", "1:a"]).flat();
    await make([...picture(4), "-map", "0:v", ...maps], "sounds.mkv");
    server = await startServer({
      dataDir: folder.file("data"),
      library: [folder.file("films")],
      env: { TRANSCODE_FILL: "none", TRANSCODE_MAX_CONCURRENT: String(capacity) },
    });
  }, 120_000);

  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  }, 30_000);

  test(`${drops} requests, each dropped after a moment, leave few FFmpegs, and none seconds later`, async () => {
    const playback = await start("long.mkv");
    const asked = Array.from({ length: drops }, async (_, i) => {
      await Bun.sleep(i * 30);
      const drop = AbortSignal.timeout(250);
      await fetch(segmentUrl(playback, `v96/${1 + ((i * 37) % 440)}.m4s`), { signal: drop }).catch(
        () => undefined,
      );
    });
    expect(await mostRunsDuring(Promise.all(asked))).toBeLessThanOrEqual(mostRuns);
    await server.api.end(playback.session_id);
    await nobodyIsLeft();
  }, 60_000);

  test(`${sounds} sounds asked for at once come, from few FFmpegs`, async () => {
    const playback = await start("sounds.mkv");
    const names = Array.from({ length: sounds }, (_, i) => `a${i + 1}/1.m4s`);
    const wrong: string[] = [];
    const asked = names.map(async (name) => {
      let answer = await fetch(segmentUrl(playback, name));
      // As a player does when it is told to.
      for (let i = 0; i < 20 && answer.headers.has("retry-after"); i++) {
        answer = await fetch(segmentUrl(playback, name));
      }
      const body = await answer.bytes();
      if (answer.ok && body.byteLength > 500) return;
      wrong.push(`${name} ${answer.status} ${new TextDecoder().decode(body.slice(0, 500))}`);
    });
    expect(await mostRunsDuring(Promise.all(asked))).toBeLessThanOrEqual(mostRuns);
    expect(wrong).toEqual([]);
    await server.api.end(playback.session_id);
  }, 300_000);

  test(`a viewer gets its segments beside one who waits for ${hogWaits}`, async () => {
    const playback = await start("long.mkv");
    const timeOf = async (numbers: readonly number[]): Promise<number> => {
      const began = performance.now();
      for (const n of numbers) {
        const answer = await fetch(segmentUrl(playback, `v96/${n}.m4s`));
        expect([n, answer.status]).toEqual([n, 200]);
        await answer.bytes();
      }
      return performance.now() - began;
    };
    const aloneMs = await timeOf([401, 411, 421, 431, 441]);
    const leave = new AbortController();
    const hog = Array.from({ length: hogWaits }, (_, i) =>
      askFrom("127.0.0.9", segmentUrl(playback, `v96/${1 + i}.m4s`), leave.signal),
    );
    await Bun.sleep(500);
    const besideMs = await timeOf([406, 416, 426, 436, 446]);
    // Twice as long at most, and what the machine's other work adds; without turns it is never.
    expect(besideMs).toBeLessThan(2 * aloneMs + 5000);
    leave.abort();
    await Promise.all(hog);
    await server.api.end(playback.session_id);
  }, 120_000);

  test(`${seeks} random seeks by ten clients leave no process, no waiter and no file, and few runs meanwhile`, async () => {
    const playback = await start("longer.mkv");
    const random = createRandom(seeks);
    const place = (): string => segmentUrl(playback, `v96/${1 + Math.floor(random() * 3600)}.m4s`);
    expect(await askFrom("127.0.0.20", place(), AbortSignal.timeout(30_000))).toBe(200);
    const before = await held();
    const clients = Array.from({ length: 10 }, async (_, client) => {
      const answers: number[] = [];
      for (let i = 0; i < seeks / 10; i++) {
        // One in five waits for what it asked for.
        const isPatient = i % 5 === 4;
        const patience = AbortSignal.timeout(isPatient ? 30_000 : 10 + Math.floor(random() * 300));
        const answer = await askFrom(`127.0.0.${20 + client}`, place(), patience);
        if (isPatient) answers.push(answer);
      }
      return answers;
    });
    const sought = Promise.all(clients);
    expect(await mostRunsDuring(sought)).toBeLessThanOrEqual(mostRuns);
    expect(new Set((await sought).flat())).toEqual(new Set([200]));
    await server.api.end(playback.session_id);
    await nobodyIsLeft();
    const after = await held();
    expect(after.files).toBeLessThanOrEqual(before.files + 16);
    expect(after.mebibytes).toBeLessThanOrEqual(before.mebibytes * 1.5 + 64);
  }, 120_000);

  test(`${scrubs} seeks of one viewer leave no heap of runs, and another viewer's segments come as ever`, async () => {
    const playback = await start("longer.mkv");
    const random = createRandom(scrubs);
    const timeOf = async (from: number): Promise<number> => {
      const began = performance.now();
      for (let n = from; n < from + 5; n++) {
        const url = segmentUrl(playback, `v96/${n * 20}.m4s`);
        expect(await askFrom("127.0.0.40", url, AbortSignal.timeout(30_000))).toBe(200);
      }
      return performance.now() - began;
    };
    const aloneMs = await timeOf(1);
    const scrub = async (): Promise<void> => {
      for (let i = 0; i < scrubs; i++) {
        const url = segmentUrl(playback, `v96/${200 + Math.floor(random() * 3000)}.m4s`);
        await askFrom("127.0.0.41", url, AbortSignal.timeout(200));
      }
    };
    const scrubbing = scrub();
    const watching = timeOf(170);
    const both = Promise.all([scrubbing, watching]);
    expect(await mostRunsDuring(both)).toBeLessThanOrEqual(mostRuns);
    // Twice as long at most, and what the machine's other work adds.
    expect(await watching).toBeLessThan(2 * aloneMs + 5000);
    await server.api.end(playback.session_id);
    await nobodyIsLeft();
  }, 120_000);
}

/** Waits until the server is its only process, which takes seconds, and nobody waits. */
async function nobodyIsLeft(): Promise<void> {
  for (let waited = 0; ; waited++) {
    const left = await server.leftRunning();
    if (left.length === 1) break;
    expect(waited, `nobody wants them any more: ${left.join("\n")}`).toBeLessThan(15);
    await Bun.sleep(1000);
  }
  expect(await server.api.metric("viewra_queue_depth")).toBe(0);
}

/** What the server has open, and its memory. */
async function held(): Promise<{ readonly files: number; readonly mebibytes: number }> {
  const files = (await readdir(`/proc/${server.pid}/fd`)).length;
  return { files, mebibytes: await residentMiB(server.pid) };
}

async function start(name: string): Promise<StartedPlayback> {
  const film = (await server.api.awaitFiles([name])).get(name);
  return server.api.start(film?.id ?? "", { container: "dash" });
}

/** FFmpegs that make segments, running or stopped. */
async function runs(): Promise<number> {
  return (await server.leftRunning()).filter((line) => line.includes("-segment_list")).length;
}

/** Looks again and again how many there are, while something goes on. */
async function mostRunsDuring(work: Promise<unknown>): Promise<number> {
  let most = 0;
  const over = work.then(() => "over" as const);
  while ((await Promise.race([over, Bun.sleep(50)])) !== "over") {
    most = Math.max(most, await runs());
  }
  return most;
}

/** Asks from another address of this machine, and may leave. Resolves with the status, 0 when it left. */
function askFrom(address: string, url: string, signal: AbortSignal): Promise<number> {
  return new Promise((resolve) => {
    const request = get(url, { localAddress: address, signal, agent: false }, (response) => {
      response.resume().on("end", () => resolve(response.statusCode ?? 0));
    });
    request.on("error", () => resolve(0));
  });
}

const segmentUrl = (playback: StartedPlayback, name: string): string =>
  server.api.url(`${playback.content_url}/${name}`.replace(/([^:])\/\//g, "$1/"));
