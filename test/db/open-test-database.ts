import { pathToFileURL } from "node:url";
import { openDatabase, type Database } from "../../src/db/database.ts";
import { insertLibrary, type LibraryRow } from "../../src/db/libraries.ts";
import type { FileChange } from "../../src/db/media-file-changes.ts";
import { createLogger, type Logger } from "../../src/log/logger.ts";
import type { Source } from "../../src/media/source.ts";
import { plainNames } from "./plain-names.ts";
import { createTempFolder } from "../support/temp-folder.ts";

export interface TestDatabase extends AsyncDisposable {
  readonly db: Database;
  readonly path: string;
  readonly url: string;
}

/** A database of its own for one test, closed and deleted at the end of the scope. */
export async function openTestDatabase(): Promise<TestDatabase> {
  const folder = await createTempFolder("db");
  const path = folder.file("viewra.db");
  const url = pathToFileURL(path).href;
  const db = await openDatabase({ url, log: quietLog() });
  return {
    db,
    path,
    url,
    [Symbol.asyncDispose]: async () => {
      await db.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

export function quietLog(lines: string[] = []): Logger {
  return createLogger({ level: "debug", format: "text", write: (line) => lines.push(line) });
}

export async function addTestLibrary(
  db: Database,
  { id = "library-1", path = "/films" } = {},
): Promise<LibraryRow> {
  const library: LibraryRow = { id, path, name: "Films", type: "movie", createdAt: 1 };
  await insertLibrary(db, library);
  return library;
}

export function testSource(change: Partial<Source> = {}): Source {
  return {
    fingerprint: "sha256-sampled:1000:00",
    sizeBytes: 1000,
    container: "matroska,webm",
    startTimeSeconds: 0,
    durationSeconds: 60,
    bitrateBps: 1_000_000,
    video: {
      index: 0,
      codec: "h264",
      language: "und",
      title: null,
      isDefault: true,
      startTimeSeconds: 0,
      endTimeSeconds: 60,
      profile: "High",
      level: null,
      codecTag: null,
      dolbyVision: null,
      hdrMetadata: null,
      width: 320,
      height: 180,
      sampleAspectRatio: { num: 1, den: 1 },
      rotationDegrees: 0,
      isMirrored: false,
      frameRate: { num: 24_000, den: 1001 },
      isVariableFrameRate: false,
      isInterlaced: false,
      reorderFrames: 2,
      pixelFormat: "yuv420p",
      isHdr: false,
      color: { matrix: "bt709", primaries: "bt709", transfer: "bt709", chromaLocation: "left" },
      bitrateBps: null,
    },
    audio: [
      {
        index: 1,
        codec: "aac",
        language: "en",
        title: "Stereo",
        isDefault: true,
        startTimeSeconds: 0,
        endTimeSeconds: 60,
        profile: "LC",
        bitDepth: null,
        channels: 2,
        channelLayout: "stereo",
        sampleRateHz: 48_000,
        packetTimeSeconds: null,
        bitrateBps: 128_000,
        isCommentary: false,
        isDescription: false,
      },
    ],
    subtitles: [
      {
        index: 2,
        codec: "subrip",
        language: "de",
        title: null,
        isDefault: false,
        startTimeSeconds: 0,
        endTimeSeconds: 60,
        isForced: true,
        isForHearingImpaired: false,
        isCommentary: false,
      },
    ],
    leftOut: [{ kind: "cover", index: 3, codec: "tiff" }],
    covers: [],
    chapters: [{ startSeconds: 0, endSeconds: 60, title: "Beginning" }],
    truncated: { declaredDurationSeconds: 90 },
    ...change,
  };
}

/** A film that a scan found, by its title. */
export function testFile(
  title: string,
  change: { libraryId?: string; sizeBytes?: number; source?: Partial<Source> } = {},
): FileChange {
  const { libraryId = "library-1", sizeBytes = 1000 } = change;
  const outcome = testSource({ sizeBytes, ...change.source });
  return {
    kind: "add",
    place: {
      libraryId,
      mediaType: "movie",
      path: `/films/${title}.mkv`,
      relativePath: `${title}.mkv`,
      names: plainNames(title),
    },
    facts: { sizeBytes, mtimeMs: 5, fingerprint: outcome.fingerprint, outcome },
  };
}
