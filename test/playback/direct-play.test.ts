import { describe, expect, test } from "bun:test";
import { ViewraError } from "../../src/errors/viewra-error.ts";
import { fileHash } from "../../src/media/file-address.ts";
import type { StartRequest } from "../../src/playback/start-request.ts";
import { createPlaybackRig, sampleFile, type PlaybackRig } from "./playback-rig.ts";
import { sampleAudio, sampleSource } from "./sample-source.ts";

const chrome =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36";
const saysItself = { supportedContainers: ["mp4"] };
const hash = fileHash(sampleSource.fingerprint, sampleFile.modifiedMs);

async function codeOf(work: Promise<unknown>): Promise<string> {
  const thrown: unknown = await work.then(
    () => null,
    (error: unknown) => error,
  );
  return thrown instanceof ViewraError ? thrown.code : "no error";
}

/** Who asks, how its manifest is to be written, and how the title is to be delivered; whether it gets the file. */
const askers: readonly (readonly [StartRequest["deviceProfile"], string])[] = [
  [undefined, "nobody"],
  [{ userAgent: "curl/8.0" }, "nobody"],
  [{ userAgent: chrome }, "table"],
  [saysItself, "client"],
  [{ ...saysItself, userAgent: chrome }, "client"],
];
const cases = askers.flatMap(([deviceProfile, saidBy]) =>
  ([undefined, "dash", "hls"] as const).flatMap((container) =>
    (["auto", "direct_play", "transcode", undefined] as const).map((delivery) => ({
      name: `${saidBy === "nobody" ? "an unknown client" : `one whose files ${saidBy} names`}, ${container}, ${delivery}`,
      deviceProfile,
      container,
      delivery,
      isFile:
        delivery === "direct_play" ||
        ((delivery === "auto" || delivery === undefined) &&
          (saidBy === "client" || (saidBy === "table" && container === undefined))),
    })),
  ),
);

test.each(cases)(
  "who gets the file: $name: $isFile",
  async ({ isFile, deviceProfile, container, delivery }) => {
    await using rig = await createPlaybackRig();
    const request = { mediaFileId: "film", deviceProfile, container, delivery };
    const decided = await rig.playback.decide(request);
    const started = await rig.playback.start(request);
    expect(started.decision).toBe(isFile ? "direct_play" : "transcode");
    expect(decided.decision).toMatchObject({ kind: started.decision, reasons: started.reasons });
    expect(decided.contentHash).toBe(started.contentHash);
    expect(decided.container).toBe(started.container);
    expect(decided.plan === null).toBe(isFile);
    expect(rig.pipeline.publishes).toBe(isFile ? 0 : 1);
    expect(rig.pipeline.lookedAhead.length > 0).toBe(!isFile);
  },
);

describe("a session of a file", () => {
  const request: StartRequest = { mediaFileId: "film", deviceProfile: saysItself };

  test("has the file's address, and nothing that is made", async () => {
    await using rig = await createPlaybackRig();
    const started = await rig.playback.start({ ...request, seekPositionSeconds: 12 });
    expect(started).toMatchObject({
      decision: "direct_play",
      reasons: [],
      provider: "none",
      container: "mp4",
      contentHash: hash,
      contentUrl: `/api/v1/content/${hash}/`,
      manifestUrl: `/api/v1/content/${hash}/file.mp4`,
      legacyManifestUrl: `/api/playback/stream/${started.id}/file.mp4`,
      durationSeconds: 60,
      seekPositionSeconds: 12,
      startRendition: null,
      audioRendition: null,
      cached: true,
    });
    expect(started.tracks).toEqual([
      expect.objectContaining({ kind: "video", action: "copy", renditions: [], reasons: [] }),
      expect.objectContaining({ kind: "audio", action: "copy", renditions: [], reasons: [] }),
    ]);
  });

  test("lives, is listed, ends and is kept like every other", async () => {
    await using rig = await createPlaybackRig();
    const { id } = await rig.playback.start(request);
    const report = { positionSeconds: 30, state: "playing" as const };
    expect(await rig.playback.heartbeat(id, report)).toMatchObject({ positionSeconds: 30 });
    expect(rig.playback.list()).toMatchObject([{ id, decision: "direct_play", contentHash: hash }]);
    expect((await rig.playback.get(id)).progress).toMatchObject({ percent: 100, segmentsTotal: 0 });
    expect(await rig.playback.contentUrlOf(id)).toBe(`/api/v1/content/${hash}/`);
    const ahead = await rig.playback.seekAhead(id, 45);
    expect(ahead).toMatchObject({ seekPositionSeconds: 45, contentHash: hash });
    await rig.playback.stop(id);
    await rig.playback.stop(ahead.id);
    await rig.playback.close();
    const ended = await rig.again().get(id);
    expect(ended).toMatchObject({
      status: "closed",
      decision: "direct_play",
      manifestUrl: `/api/v1/content/${hash}/file.mp4`,
    });
  });
});

describe("a file is not given", () => {
  const wish = { mediaFileId: "film", delivery: "direct_play" } as const;
  const auto: StartRequest = { mediaFileId: "film", deviceProfile: saysItself };
  const refusals = async (change: (rig: PlaybackRig) => void): Promise<readonly string[]> => {
    await using rig = await createPlaybackRig();
    change(rig);
    expect(await codeOf(rig.playback.start(wish))).toBe("DELIVERY_IMPOSSIBLE");
    const started = await rig.playback.start(auto);
    expect(started.decision).not.toBe("direct_play");
    return started.reasons.map(({ code }) => code);
  };
  const onDisk = (change: object) => (rig: PlaybackRig) => {
    const { path, sizeBytes, modifiedMs } = sampleFile;
    const file = { ...sampleFile, sizeBytes, modifiedMs, ...change };
    rig.files.set("film", file);
    rig.disk.set(path, { allocatedBytes: 0, ...file });
  };

  test("while it may be growing", async () => {
    await using rig = await createPlaybackRig();
    const now = rig.clock.now();
    for (const age of [0, 1, 1999]) {
      expect(await refusals(onDisk({ modifiedMs: now - age }))).toContain("FILE_GROWING");
    }
    for (const age of [2000, 1e9, -1e9]) {
      onDisk({ modifiedMs: now - age })(rig);
      await rig.clock.pass(1500);
      expect((await rig.playback.start(auto)).decision, String(age)).toBe("direct_play");
    }
  });

  test.each([
    [1_000_000, 1_000_000, true],
    [1_000_000, 1_003_520, true],
    [100_000_000, 99_500_000, true],
    [100_000_000, 97_000_000, false],
    [100_000_000, 4096, false],
    [60_000_000_000, 30_000_000_000, false],
    // A file system that does not tell, and one that keeps small files with their names.
    [100_000_000, 0, true],
    [3000, 512, true],
  ])("of %p bytes with %p of them on disk: %p", async (sizeBytes, allocatedBytes, isGiven) => {
    const change = onDisk({ sizeBytes, allocatedBytes });
    if (!isGiven) expect(await refusals(change)).toContain("FILE_HAS_HOLES");
    else {
      await using rig = await createPlaybackRig();
      change(rig);
      expect((await rig.playback.start(wish)).decision).toBe("direct_play");
    }
  });
});

describe("a player that cannot play what it was given", () => {
  const request: StartRequest = { mediaFileId: "film", deviceProfile: saysItself };

  test("goes on with a stream at its position, once, and its session knows of the other", async () => {
    await using rig = await createPlaybackRig();
    const { id } = await rig.playback.start(request);
    const [next, same] = await Promise.all([
      rig.playback.failed(id, 33, "MEDIA_ERR_DECODE"),
      rig.playback.failed(id, 33, "MEDIA_ERR_DECODE"),
    ]);
    expect(same.id).toBe(next.id);
    expect(next).toMatchObject({ decision: "transcode", seekPositionSeconds: 33 });
    expect(next.reasons[0]).toMatchObject({ code: "DELIVERY_FAILED" });
    expect(next.reasons[0]?.message).toContain("direct_play: MEDIA_ERR_DECODE");
    expect((await rig.playback.get(id)).replacedBy).toMatchObject({ sessionId: next.id });
    expect((await rig.playback.failed(id, 40)).id).toBe(next.id);
    expect(rig.playback.list().map((session) => session.id)).toEqual([id, next.id]);
    expect(await codeOf(rig.playback.failed(next.id, 40))).toBe("NO_OTHER_DELIVERY");
  });

  test("that wanted this way and no other is told that there is none", async () => {
    await using rig = await createPlaybackRig();
    const { id } = await rig.playback.start({ ...request, delivery: "direct_play" });
    expect(await codeOf(rig.playback.failed(id, 5))).toBe("NO_OTHER_DELIVERY");
  });

  test("goes on also where all places are taken: it has one", async () => {
    await using rig = await createPlaybackRig({
      config: {
        ...{ segmentSeconds: 4, quality: "medium", adaptive: true },
        ...{ contentBaseUrl: "/api/v1/content", maxSessions: 1 },
      },
    });
    const { id } = await rig.playback.start(request);
    expect(await codeOf(rig.playback.start(request))).toBe("SESSION_LIMIT_REACHED");
    expect((await rig.playback.failed(id, 5)).decision).toBe("transcode");
  });

  test("is told the truth when the film is gone", async () => {
    await using rig = await createPlaybackRig();
    const { id } = await rig.playback.start(request);
    rig.disk.clear();
    await rig.clock.pass(1500);
    expect(await codeOf(rig.playback.failed(id, 5))).toBe("MEDIA_MISSING");
  });
});

test("a second sound that is to be heard is a stream where the device chooses none by itself", async () => {
  await using rig = await createPlaybackRig();
  const second = { ...sampleAudio, index: 2, isDefault: false };
  const source = { ...sampleSource, audio: [sampleAudio, second] };
  rig.files.set("film", { ...sampleFile, source });
  const request = { mediaFileId: "film", deviceProfile: saysItself };
  expect((await rig.playback.start({ ...request, audioTrack: 1 })).decision).toBe("direct_play");
  const other = await rig.playback.start({ ...request, audioTrack: 2 });
  expect(other.decision).toBe("transcode");
  expect(other.reasons.map(({ code }) => code)).toContain("AUDIO_TRACK_FIXED");
});
