import software from "../../plugins/transcoding/ffmpeg_software/index.ts";
import { ViewraError } from "../../src/errors/viewra-error.ts";
import type { Database } from "../../src/db/database.ts";
import { createPlayback } from "../../src/playback/create-playback.ts";
import { createSessionRecords } from "../../src/playback/database-ports.ts";
import type { Playback, PlaybackDeps } from "../../src/playback/playback.ts";
import type { FileState, PlayableFile, SessionEvent } from "../../src/playback/ports.ts";
import { openTestDatabase, quietLog } from "../db/open-test-database.ts";
import { createFakeClock, type FakeClock } from "./fake-clock.ts";
import { createFakePipeline, type FakePipeline } from "./fake-pipeline.ts";
import { sampleSource } from "./sample-source.ts";

export const sampleFile: PlayableFile = {
  id: "film",
  path: "/films/film.mp4",
  status: "ready",
  reasonCode: null,
  reason: null,
  source: sampleSource,
  sizeBytes: 1000,
  modifiedMs: 1_600_000_000_000,
};

export interface PlaybackRig extends AsyncDisposable {
  readonly playback: Playback;
  readonly db: Database;
  readonly pipeline: FakePipeline;
  readonly clock: FakeClock;
  readonly events: SessionEvent[];
  /** What the library knows, and what lies on disk; a test may change both. */
  readonly files: Map<string, PlayableFile>;
  readonly disk: Map<string, FileState>;
  readonly log: string[];
  /** A second server on the same database. */
  again(overrides?: Partial<PlaybackDeps>): Playback;
}

/** Playback on a real database in a temporary folder, with a pipeline and a clock that a test drives. */
export async function createPlaybackRig(
  overrides: Partial<PlaybackDeps> = {},
): Promise<PlaybackRig> {
  const database = await openTestDatabase();
  const { db } = database;
  const lines: string[] = [];
  const log = quietLog(lines);
  const pipeline = createFakePipeline();
  const clock = createFakeClock();
  const events: SessionEvent[] = [];
  const files = new Map([[sampleFile.id, sampleFile]]);
  const { path, sizeBytes, modifiedMs } = sampleFile;
  const disk = new Map([[path, { sizeBytes, modifiedMs, allocatedBytes: 4096 }]]);
  const again = (more: Partial<PlaybackDeps> = {}): Playback =>
    createPlayback({
      files: {
        find: async (id) => files.get(id) ?? null,
        stat: async (path) => disk.get(path) ?? null,
      },
      records: createSessionRecords(db),
      pipeline,
      providers: () => [software],
      films: {
        // No film lies anywhere: what could be copied is encoded, and says why.
        use: () => Promise.reject(new ViewraError("MEDIA_UNREADABLE", "There is no film")),
        close: async () => {},
      },
      config: {
        segmentSeconds: 4,
        quality: "medium",
        adaptive: true,
        contentBaseUrl: "/api/v1/content",
        maxSessions: 100,
      },
      clock,
      log,
      emit: (event) => events.push(event),
      ...overrides,
      ...more,
    });
  const playback = again();
  await playback.open();
  return {
    playback,
    db,
    pipeline,
    clock,
    events,
    files,
    disk,
    log: lines,
    again,
    [Symbol.asyncDispose]: async () => {
      await playback.close();
      await database[Symbol.asyncDispose]();
    },
  };
}
