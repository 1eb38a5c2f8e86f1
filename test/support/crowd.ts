import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdir } from "node:fs/promises";
import { get } from "node:http";
import type { StartedPlayback } from "./api-client.ts";
import { runTool } from "./run-tool.ts";
import { startServer, type ServerUnderTest } from "./server.ts";
import { createTempFolder, type TempFolder } from "./temp-folder.ts";

export interface CrowdSize {
  /** Requests that are dropped after a moment. */
  readonly drops: number;
  /** Sound tracks of one film, all asked for at once. */
  readonly sounds: number;
  /** Segments that one client waits for. */
  readonly hogWaits: number;
}

const capacity = 2;
/** As ARCHITECTURE.md says under "Scheduling". */
const mostRuns = 2 * capacity + 4;

let folder: TempFolder;
let server: ServerUnderTest;

/** What one server and its viewers must bear from others, as tests. */
export function describeCrowd({ drops, sounds, hogWaits }: CrowdSize): void {
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
    for (let waited = 0; (await runs()) > 0; waited++) {
      expect(waited, "FFmpegs that nobody wants are still there").toBeLessThan(15);
      await Bun.sleep(1000);
    }
    expect(await server.api.metric("viewra_queue_depth")).toBe(0);
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
