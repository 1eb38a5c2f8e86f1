import { describe, expect, test } from "bun:test";
import software from "../../plugins/transcoding/ffmpeg_software/index.ts";
import { listContentsOf } from "../../src/db/contents.ts";
import { getMediaFile } from "../../src/db/media-files.ts";
import { mediaFiles } from "../../src/db/schema.ts";
import { getSession, saveSessions, type SessionRow } from "../../src/db/transcode-sessions.ts";
import { ViewraError } from "../../src/errors/viewra-error.ts";
import type { StartRequest } from "../../src/playback/start-request.ts";
import type { TranscodingProvider } from "../../src/plugin/sdk.ts";
import { addTestLibrary } from "../db/open-test-database.ts";
import { createPlaybackRig, sampleFile, type PlaybackRig } from "./playback-rig.ts";
import { sampleAudio, sampleSource, sampleSubtitle } from "./sample-source.ts";

const start = { mediaFileId: "film" };

async function refusal(work: Promise<unknown>): Promise<ViewraError> {
  const thrown = await work.then(
    () => new Error("expected a refusal, got an answer"),
    (error: unknown) => error,
  );
  if (thrown instanceof ViewraError) return thrown;
  throw thrown;
}

describe("a start", () => {
  test("answers with the content's final addresses and sets the first segments going", async () => {
    await using rig = await createPlaybackRig();
    const started = await rig.playback.start(start);
    const [hash] = rig.pipeline.published.keys();
    expect(started).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      status: "active",
      decision: "transcode",
      reasons: [
        { code: "DELIVERY_ADAPTIVE", message: expect.stringContaining("supported_containers") },
        { code: "COPY_IMPOSSIBLE", message: "There is no film" },
        { code: "COPY_IMPOSSIBLE", message: "There is no film" },
      ],
      tracks: expect.arrayContaining([
        expect.objectContaining({ kind: "video", action: "encode" }),
        expect.objectContaining({ kind: "audio", action: "encode", renditions: ["a1"] }),
      ]),
      startRendition: "v360",
      warnings: [],
      provider: "ffmpeg_software",
      container: "dash",
      contentHash: hash ?? "",
      contentUrl: `/api/v1/content/${hash}/`,
      manifestUrl: `/api/v1/content/${hash}/manifest.mpd`,
      legacyManifestUrl: `/api/playback/stream/${started.id}/manifest.mpd`,
      storyboardUrl: `/api/v1/content/${hash}/storyboard.vtt`,
      durationSeconds: 60,
      seekPositionSeconds: 0,
      audioRendition: "a1",
      cached: false,
    });
    expect(rig.pipeline.lookedAhead).toEqual([
      { hash: started.contentHash, rendition: "v360", n: 1 },
      { hash: started.contentHash, rendition: "a1", n: 1 },
    ]);
    expect(rig.pipeline.viewers.get(started.contentHash)).toBe(1);
  });

  test("prepares the lowest rung for hls.js and the segments of the seek position", async () => {
    await using rig = await createPlaybackRig();
    const wishes = { ...start, container: "hls", seekPositionSeconds: 41 } as const;
    const started = await rig.playback.start(wishes);
    expect(started.manifestUrl).toEndWith("/master.m3u8");
    expect(started.seekPositionSeconds).toBe(41);
    expect(rig.pipeline.lookedAhead.map(({ rendition, n }) => [rendition, n])).toEqual([
      ["v240", 11],
      ["a1", 11],
    ]);
  });

  test("beyond the end starts at the end", async () => {
    await using rig = await createPlaybackRig();
    const started = await rig.playback.start({ ...start, seekPositionSeconds: 1e9 });
    expect(started.seekPositionSeconds).toBe(60);
    expect(rig.pipeline.lookedAhead[0]?.n).toBe(15);
  });

  test("of what was published a moment ago publishes nothing and is cached", async () => {
    await using rig = await createPlaybackRig();
    const first = await rig.playback.start(start);
    const second = await rig.playback.start(start);
    expect(second.contentHash).toBe(first.contentHash);
    expect([first.cached, second.cached]).toEqual([false, true]);
    expect(rig.pipeline.publishes).toBe(1);
    await rig.clock.pass(5000);
    // By then it may have been deleted from the store.
    expect((await rig.playback.start(start)).cached).toBe(true);
    expect(rig.pipeline.publishes).toBe(2);
    expect(rig.playback.stats()).toMatchObject({ hits: 2, misses: 1, started: 3, active: 3 });
  });

  test("by twenty at once publishes once", async () => {
    await using rig = await createPlaybackRig();
    await Promise.all(Array.from({ length: 20 }, () => rig.playback.start(start)));
    expect(rig.pipeline.publishes).toBe(1);
  });

  test("publishes again at once when the content was deleted", async () => {
    await using rig = await createPlaybackRig();
    const { contentHash } = await rig.playback.start(start);
    rig.pipeline.published.clear();
    rig.playback.forgetContent(contentHash);
    expect((await rig.playback.start(start)).cached).toBe(false);
  });

  test("gives one content to requests that differ in nothing that matters, and others to those that do", async () => {
    await using rig = await createPlaybackRig();
    const hashOf = async (wishes: object) =>
      (await rig.playback.start({ ...start, ...wishes })).contentHash;
    const plain = await hashOf({});
    expect(await hashOf({ container: "hls", seekPositionSeconds: 9, audioTrack: 1 })).toBe(plain);
    expect(await hashOf({ quality: "medium", enableAbr: true })).toBe(plain);
    expect(await hashOf({ deviceProfile: { maxAudioChannels: 8 } })).toBe(plain);
    const measured = await hashOf({ deviceProfile: { maxBitrate: 1_234_567 } });
    expect(await hashOf({ deviceProfile: { maxBitrate: 1_254_321 } })).not.toBe(measured);
    expect(await hashOf({ deviceProfile: { maxBitrate: 1_198_765 } })).toBe(measured);
    const others = [
      await hashOf({ quality: "high" }),
      await hashOf({ quality: "720p" }),
      await hashOf({ enableAbr: false }),
      await hashOf({ deviceProfile: { maxResolution: "480p" } }),
      await hashOf({ deviceProfile: { maxBitrate: 2e6 } }),
    ];
    expect(new Set([plain, ...others]).size).toBe(6);
  });

  test("with quality 720p offers no taller rung, and without adaptation one alone", async () => {
    await using rig = await createPlaybackRig();
    await rig.playback.start({ ...start, quality: "720p" });
    await rig.playback.start({ ...start, quality: "v720", enableAbr: false });
    const rungs = [...rig.pipeline.published.values()].map(({ renditions }) =>
      renditions.filter(({ kind }) => kind === "video").map(({ id }) => id),
    );
    expect(rungs).toEqual([["v240", "v360", "v480", "v720"], ["v720"]]);
  });

  test("prepares the sound that was asked for", async () => {
    await using rig = await createPlaybackRig();
    const second = { ...sampleAudio, index: 2, isDefault: false, language: "fra" };
    const pictures = { ...sampleSubtitle, codec: "hdmv_pgs_subtitle" };
    const source = { ...sampleSource, audio: [sampleAudio, second], subtitles: [pictures] };
    rig.files.set("film", { ...sampleFile, source });
    const started = await rig.playback.start({ ...start, audioTrack: 2, subtitleTrack: 3 });
    expect(started.audioRendition).toBe("a2");
    expect(rig.pipeline.lookedAhead.map(({ rendition }) => rendition)).toContain("a2");
    expect(started.warnings).toEqual([]);
    for (const wishes of [{ audioTrack: 3 }, { audioTrack: 0 }, { subtitleTrack: 1 }]) {
      expect((await refusal(rig.playback.start({ ...start, ...wishes }))).code).toBe(
        "INVALID_REQUEST",
      );
    }
  });

  test("subtitles of pictures, and text that the device does not show, become part of every rung", async () => {
    await using rig = await createPlaybackRig();
    const pictures = { ...sampleSubtitle, codec: "hdmv_pgs_subtitle" };
    const text = { ...sampleSubtitle, index: 4, codec: "ass" };
    const teletext = { ...sampleSubtitle, index: 5, codec: "dvb_teletext" };
    const source = { ...sampleSource, subtitles: [pictures, text, teletext] };
    rig.files.set("film", { ...sampleFile, source });
    const noText = { deviceProfile: { supportedSubtitles: [] } };
    const cases: { wishes: Partial<StartRequest>; burnt: number | null; texts: number }[] = [
      { wishes: {}, burnt: null, texts: 2 },
      { wishes: { subtitleTrack: 3 }, burnt: 3, texts: 2 },
      { wishes: { subtitleTrack: 3, burnSubtitles: false }, burnt: null, texts: 2 },
      { wishes: { subtitleTrack: 4 }, burnt: null, texts: 2 },
      { wishes: { subtitleTrack: 4, ...noText }, burnt: 4, texts: 0 },
      {
        wishes: { subtitleTrack: 4, burnSubtitles: true, delivery: "transcode" },
        burnt: 4,
        texts: 0,
      },
      { wishes: { subtitleTrack: 5, burnSubtitles: true }, burnt: null, texts: 2 },
    ];
    const hashes = new Set<string>();
    for (const { wishes, burnt, texts } of cases) {
      const started = await rig.playback.start({ ...start, ...wishes });
      hashes.add(started.contentHash);
      const plan = rig.pipeline.published.get(started.contentHash);
      const drawn = plan?.renditions.flatMap((each) =>
        each.kind === "video" && each.method === "encode" ? [each.burnt?.track ?? null] : [],
      );
      expect(new Set(drawn)).toEqual(new Set([burnt]));
      expect(plan?.renditions.filter(({ kind }) => kind === "text")).toHaveLength(texts);
      const rungs =
        plan?.renditions.flatMap(({ kind, id }) => (kind === "video" ? [id] : [])) ?? [];
      const said = started.tracks.find(({ index }) => index === burnt);
      if (burnt !== null) {
        expect(said).toMatchObject({ action: "burn", renditions: rungs });
        expect(started.reasons.map(({ code }) => code)).toContain("SUBTITLES_BURNT_IN");
      }
      const isLost = started.warnings.some(({ code }) => code === "SUBTITLES_NOT_DELIVERED");
      expect(isLost).toBe(wishes.subtitleTrack === 5);
    }
    expect(hashes.size).toBe(3);
    for (const delivery of ["remux", "direct_play"] as const) {
      const refused = await refusal(rig.playback.start({ ...start, subtitleTrack: 3, delivery }));
      expect(refused.code).toBe("DELIVERY_IMPOSSIBLE");
      expect(refused.message).toContain("are pictures");
    }
  });

  test("for the night every sound is encoded anew, whatever the device could play", async () => {
    await using rig = await createPlaybackRig();
    const second = { ...sampleAudio, index: 2, isDefault: false, language: "fra" };
    rig.files.set("film", {
      ...sampleFile,
      source: { ...sampleSource, audio: [sampleAudio, second] },
    });
    const [day, night] = [
      await rig.playback.start({ ...start, nightMode: false }),
      await rig.playback.start({ ...start, nightMode: true }),
    ];
    expect(day.contentHash).toBe((await rig.playback.start(start)).contentHash);
    expect(night.contentHash).not.toBe(day.contentHash);
    expect(night.decision).toBe("transcode");
    expect(night.reasons.map(({ code }) => code)).toContain("NIGHT_MODE_REQUESTED");
    const dynamics = (hash: string) =>
      rig.pipeline.published
        .get(hash)
        ?.renditions.flatMap((each) =>
          each.kind === "audio" && each.method === "encode" ? [each.recipe.dynamics] : [],
        );
    expect(dynamics(night.contentHash)).toEqual(["night", "night"]);
    expect(dynamics(day.contentHash)).toEqual([undefined, undefined]);
    for (const delivery of ["remux", "direct_play"] as const) {
      const refused = await refusal(rig.playback.start({ ...start, nightMode: true, delivery }));
      expect(refused.code).toBe("DELIVERY_IMPOSSIBLE");
      expect(refused.message).toContain("night mode");
    }
  });

  test("of a truncated file says where it ends, in the answer and in the session", async () => {
    await using rig = await createPlaybackRig();
    const source = { ...sampleSource, truncated: { declaredDurationSeconds: 90 } };
    rig.files.set("film", { ...sampleFile, source });
    const started = await rig.playback.start(start);
    expect(started.warnings[0]?.message).toContain("because the file is truncated");
    expect((await rig.playback.get(started.id)).warnings).toEqual(started.warnings);
  });
});

describe("a start is refused", () => {
  test("when the file is unknown, unreadable, gone, changed or holds nothing to play", async () => {
    await using rig = await createPlaybackRig();
    const { sizeBytes, modifiedMs } = sampleFile;
    const onDisk = { sizeBytes, modifiedMs, allocatedBytes: 4096 };
    const codeOf = async (change: () => void): Promise<string> => {
      rig.files.set("film", sampleFile);
      rig.disk.set(sampleFile.path, onDisk);
      change();
      await rig.clock.pass(1500);
      return (await refusal(rig.playback.start(start))).code;
    };
    const record = (change: object) => () =>
      void rig.files.set("film", { ...sampleFile, ...change });
    expect(await codeOf(() => rig.files.clear())).toBe("MEDIA_NOT_FOUND");
    expect(await codeOf(() => rig.disk.clear())).toBe("MEDIA_MISSING");
    expect(
      await codeOf(() => void rig.disk.set(sampleFile.path, { ...onDisk, sizeBytes: 999 })),
    ).toBe("MEDIA_CHANGED");
    expect(
      await codeOf(() => void rig.disk.set(sampleFile.path, { ...onDisk, modifiedMs: 5 })),
    ).toBe("MEDIA_CHANGED");
    expect(await codeOf(record({ status: "missing" }))).toBe("MEDIA_CHANGED");
    expect(await codeOf(record({ status: "unreadable", source: null }))).toBe("MEDIA_UNREADABLE");
    expect(
      await codeOf(record({ status: "unreadable", source: null, reasonCode: "MEDIA_UNSUPPORTED" })),
    ).toBe("MEDIA_UNSUPPORTED");
    const silent = { ...sampleSource, video: null, audio: [] };
    expect(await codeOf(record({ source: silent }))).toBe("MEDIA_UNSUPPORTED");
    expect(rig.playback.list()).toEqual([]);
    expect([...rig.pipeline.viewers.values()]).toEqual([]);
  });

  test("with the reason of the scan when the file is unreadable", async () => {
    await using rig = await createPlaybackRig();
    const broken = { status: "unreadable", reasonCode: "PROBE_FAILED", reason: "no moov" } as const;
    rig.files.set("film", { ...sampleFile, ...broken, source: null });
    const error = await refusal(rig.playback.start(start));
    expect(error.message).toBe("no moov");
    expect(error.details).toEqual({ id: "film", reason_code: "PROBE_FAILED" });
  });

  test("when packets were wanted as they are and cannot be copied, as a decision is", async () => {
    await using rig = await createPlaybackRig();
    const wished = { ...start, delivery: "remux" } as const;
    for (const asked of [rig.playback.start(wished), rig.playback.decide(wished)]) {
      const error = await refusal(asked);
      expect(error.code).toBe("DELIVERY_IMPOSSIBLE");
      expect(error.message).toContain("There is no film");
    }
    expect(rig.playback.list()).toEqual([]);
    expect(rig.pipeline.publishes).toBe(0);
  });

  test("when what cannot be copied would reach the device in a codec it does not play", async () => {
    await using rig = await createPlaybackRig();
    const { video } = sampleSource;
    if (video === null) throw new Error("expected pictures");
    const source = { ...sampleSource, video: { ...video, codec: "hevc", profile: "Main" } };
    rig.files.set("film", { ...sampleFile, source });
    const onlyHevc = { ...start, deviceProfile: { supportedCodecs: ["hevc", "aac"] } };
    const refusals = [rig.playback.start(onlyHevc), rig.playback.decide(onlyHevc)].map(refusal);
    const messages = (await Promise.all(refusals)).map(({ code, message }) => `${code} ${message}`);
    const said = "TRANSCODING_UNAVAILABLE The device plays hevc, this server makes h264";
    expect(messages).toEqual([said, said]);
    expect(rig.pipeline.publishes).toBe(0);
  });

  test("when no encoder is there, none can, or the device plays nothing that is made", async () => {
    await using rig = await createPlaybackRig();
    const none = rig.again({ providers: () => [] });
    expect((await refusal(none.start(start))).code).toBe("TRANSCODING_UNAVAILABLE");
    rig.pipeline.refusal = () => new ViewraError("ENCODE_FAILED", "libx264 is not there");
    const error = await refusal(rig.playback.start(start));
    expect(error.code).toBe("TRANSCODING_UNAVAILABLE");
    expect(error.message).toContain("ffmpeg_software: libx264 is not there");
    expect(error.retryAfterSeconds).toBe(30);
    const deviceProfile = { supportedCodecs: ["vp9", "opus"] };
    expect((await refusal(rig.playback.start({ ...start, deviceProfile }))).code).toBe(
      "TRANSCODING_UNAVAILABLE",
    );
  });

  test("and each provider that encodes nothing then is told, unless it is nobody's fault", async () => {
    await using rig = await createPlaybackRig();
    const failed: string[] = [];
    const card = { ...software, id: "card" };
    const two = rig.again({
      providers: () => [card, software],
      providerFailed: (id) => failed.push(id),
    });
    rig.pipeline.refusal = () => new ViewraError("ENCODE_FAILED");
    await refusal(two.start(start));
    expect(failed).toEqual(["card", "ffmpeg_software"]);
    for (const code of ["STORAGE_FULL", "TRANSCODING_UNAVAILABLE"] as const) {
      rig.pipeline.refusal = () => new ViewraError(code);
      await refusal(two.start(start));
    }
    expect(failed).toHaveLength(2);
  });

  test("never for good: what failed is tried again at the next start", async () => {
    await using rig = await createPlaybackRig();
    rig.pipeline.refusal = () => new ViewraError("STORAGE_FULL");
    expect((await refusal(rig.playback.start(start))).code).toBe("STORAGE_FULL");
    rig.pipeline.refusal = null;
    expect((await rig.playback.start(start)).cached).toBe(false);
  });

  test("at the limit of sessions, with when to come again", async () => {
    await using rig = await createPlaybackRig();
    const few = rig.again({ config: { ...fewSessions, maxSessions: 2 } });
    await few.start(start);
    await rig.clock.pass(15_000);
    const last = await few.start(start);
    const error = await refusal(few.start(start));
    expect(error.code).toBe("SESSION_LIMIT_REACHED");
    expect(error.retryAfterSeconds).toBe(45);
    await few.stop(last.id);
    await few.start(start);
    await few.close();
  });

  test("at the limit also for those who come at once", async () => {
    await using rig = await createPlaybackRig();
    const few = rig.again({ config: { ...fewSessions, maxSessions: 5 } });
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => few.start(start)));
    expect(results.filter(({ status }) => status === "fulfilled").length).toBe(5);
    expect(few.stats().active).toBe(5);
    await few.close();
  });

  test("at the limit before anything is published, whatever each of them asks for", async () => {
    await using rig = await createPlaybackRig();
    const few = rig.again({ config: { ...fewSessions, maxSessions: 3 } });
    const qualities = ["240p", "360p", "480p", "720p"];
    const presets = ["low", "medium", "high"];
    const wishes = [...qualities, ...presets].flatMap((quality) =>
      [true, false].map((enableAbr) => ({ ...start, quality, enableAbr })),
    );
    const results = await Promise.allSettled(wishes.map((wish) => few.start(wish)));
    expect(results.filter(({ status }) => status === "fulfilled").length).toBe(3);
    expect(rig.pipeline.publishes).toBe(3);
    await few.close();
  });

  test("no longer once a start that kept a place has failed", async () => {
    await using rig = await createPlaybackRig();
    const one = rig.again({ config: { ...fewSessions, maxSessions: 1 } });
    rig.pipeline.refusal = () => new ViewraError("STORAGE_FULL");
    expect((await refusal(one.start(start))).code).toBe("STORAGE_FULL");
    rig.pipeline.refusal = null;
    expect((await one.start(start)).status).toBe("active");
    expect((await refusal(one.start(start))).code).toBe("SESSION_LIMIT_REACHED");
    await one.close();
  });
});

const fewSessions = {
  segmentSeconds: 4,
  quality: "medium",
  adaptive: true,
  contentBaseUrl: "https://cdn.example/c/",
} as const;

test("the next provider is asked when the first cannot", async () => {
  const broken: TranscodingProvider = {
    ...software,
    id: "ffmpeg_gpu",
    priority: 10,
    tune: (target, quality) => ({ ...software.tune(target, quality), encoder: "h264_gpu" }),
  };
  await using rig = await createPlaybackRig({ providers: () => [broken, software] });
  rig.pipeline.refusal = (plan) =>
    JSON.stringify(plan).includes("h264_gpu") ? new ViewraError("TRANSCODING_UNAVAILABLE") : null;
  expect((await rig.playback.start(start)).provider).toBe("ffmpeg_software");
  expect(rig.pipeline.publishes).toBe(2);
});

test("deciding tells the same content as starting, and leaves nothing behind", async () => {
  await using rig = await createPlaybackRig();
  const decided = await rig.playback.decide({ ...start, quality: "480p" });
  expect(rig.playback.list()).toEqual([]);
  expect(rig.pipeline.publishes).toBe(0);
  const started = await rig.playback.start({ ...start, quality: "480p" });
  expect(started.contentHash).toBe(decided.contentHash);
  expect(decided.decision.reasons.map(({ code }) => code)).toEqual([
    "QUALITY_REQUESTED",
    "COPY_IMPOSSIBLE",
  ]);
  expect(started.tracks).toEqual(decided.decision.tracks);
  expect(started.startRendition).toBe(decided.startRendition);
  expect(decided.plan?.renditions.map(({ id }) => id)).toEqual([
    "v240",
    "v360",
    "v480",
    "a1",
    "s1",
  ]);
});

test("seeking ahead is a new session on the same content, and the original goes on", async () => {
  await using rig = await createPlaybackRig();
  const first = await rig.playback.start({ ...start, quality: "480p" });
  const second = await rig.playback.seekAhead(first.id, 33);
  expect(second.contentHash).toBe(first.contentHash);
  expect(second.id).not.toBe(first.id);
  expect(second.seekPositionSeconds).toBe(33);
  expect(rig.playback.list().map(({ id }) => id)).toEqual([first.id, second.id]);
  expect(rig.pipeline.viewers.get(first.contentHash)).toBe(2);
  expect((await refusal(rig.playback.seekAhead("nobody", 1))).code).toBe("SESSION_NOT_FOUND");
});

describe("a content that cannot be made as promised", () => {
  const reason = "Its header follows the film";
  const replacedRig = async () => {
    const rig = await createPlaybackRig();
    const first = await rig.playback.start({ ...start, quality: "480p", seekPositionSeconds: 5 });
    const other = await rig.playback.start({ ...start, quality: "720p" });
    const plan = rig.pipeline.published.get(first.contentHash);
    if (plan === undefined) throw new Error("nothing was published");
    const by = { hash: "b".repeat(64), plan };
    rig.pipeline.published.set(by.hash, plan);
    await rig.playback.heartbeat(first.id, { positionSeconds: 21 });
    return { rig, first, other, by };
  };

  test("sends its viewers, and no others, to the one in its stead, where they are", async () => {
    const { rig, first, other, by } = await replacedRig();
    await using _ = rig;
    rig.pipeline.lookedAhead.length = 0;
    rig.playback.contentReplaced({ hash: first.contentHash, by, reason });
    const { replacedBy } = await rig.playback.get(first.id);
    expect(replacedBy).toEqual({
      sessionId: expect.any(String),
      manifestUrl: `/api/v1/content/${by.hash}/manifest.mpd`,
      reason,
    });
    expect(rig.pipeline.lookedAhead[0]).toEqual({ hash: by.hash, rendition: "v360", n: 6 });
    expect((await rig.playback.get(other.id)).replacedBy).toBeNull();
    const next = await rig.playback.get(replacedBy?.sessionId ?? "");
    expect(next).toMatchObject({ contentHash: by.hash, positionSeconds: 21, status: "active" });
    expect((await rig.playback.heartbeat(first.id, { positionSeconds: 22 })).replacedBy).toEqual(
      replacedBy,
    );
    const told: string[] = rig.events.map(({ event }) => event);
    expect(told).toEqual(["started", "started", "started", "replaced"]);
  });

  test("answers a player that failed with the session that goes on, at its position", async () => {
    const { rig, first, by } = await replacedRig();
    await using _ = rig;
    const early = await refusal(rig.playback.failed(first.id, 21));
    expect(early.code).toBe("NO_OTHER_DELIVERY");
    rig.playback.contentReplaced({ hash: first.contentHash, by, reason });
    const next = await rig.playback.failed(first.id, 23);
    expect(next).toMatchObject({
      contentHash: by.hash,
      seekPositionSeconds: 23,
      container: "dash",
    });
    expect((await refusal(rig.playback.failed(next.id, 23))).code).toBe("NO_OTHER_DELIVERY");
    expect((await refusal(rig.playback.failed("nobody", 1))).code).toBe("SESSION_NOT_FOUND");
  });

  test("sends nobody on twice, and leaves every viewer once", async () => {
    const { rig, first, by } = await replacedRig();
    await using _ = rig;
    rig.playback.contentReplaced({ hash: first.contentHash, by, reason });
    rig.playback.contentReplaced({ hash: first.contentHash, by, reason });
    expect(rig.playback.list()).toHaveLength(3);
    expect(rig.pipeline.viewers.get(by.hash)).toBe(1);
    await rig.playback.close();
    expect([...rig.pipeline.viewers.values()]).toEqual([0, 0, 0]);
  });
});

describe("a session", () => {
  test("has what follows its viewer made ahead, also when a CDN keeps his requests to itself", async () => {
    await using rig = await createPlaybackRig();
    const { id, contentHash: hash } = await rig.playback.start(start);
    rig.pipeline.lookedAhead.length = 0;
    await rig.playback.heartbeat(id, { positionSeconds: 12.5, quality: "360p" });
    expect(rig.pipeline.lookedAhead).toContainEqual({ hash, rendition: "v360", n: 4 });
    expect(rig.pipeline.lookedAhead).toContainEqual({ hash, rendition: "a1", n: 4 });
    rig.pipeline.lookedAhead.length = 0;
    await rig.playback.heartbeat(id, { positionSeconds: 12.5, quality: "360p", state: "paused" });
    expect(rig.pipeline.lookedAhead).toEqual([]);
  });

  test("tells how far its content has come", async () => {
    await using rig = await createPlaybackRig();
    const { id } = await rig.playback.start(start);
    await rig.playback.heartbeat(id, { positionSeconds: 12.5, quality: "v360" });
    expect(await rig.playback.get(id)).toMatchObject({
      status: "active",
      quality: "v360",
      durationSeconds: 60,
      progress: {
        percent: 5,
        speed: 2.5,
        fps: 62.5,
        segmentsReady: 3,
        segmentsTotal: 60,
        positionSeconds: 12.5,
      },
      failure: null,
    });
  });

  test("is in the database within a moment, and its content on record as used", async () => {
    await using rig = await createPlaybackRig();
    const { id, contentHash } = await rig.playback.start({ ...start, container: "hls" });
    await rig.clock.pass(250);
    expect(await savedSession(rig, id)).toMatchObject({
      id,
      status: "active",
      provider: "ffmpeg_software",
      contentHash,
      mediaFileId: "film",
      decision: "transcode",
      container: "hls",
      position: 0,
      quality: null,
      error: null,
    });
    const used = await listContentsOf(rig.db, sampleSource.fingerprint);
    expect(used.map((row) => row.contentHash)).toEqual([contentHash]);
    await rig.clock.pass(9000);
    await rig.playback.heartbeat(id, { positionSeconds: 9 });
    const [later] = await listContentsOf(rig.db, sampleSource.fingerprint);
    expect(later?.lastUsedAt).toBe(rig.clock.now());
    expect(later?.createdAt).toBe(used[0]?.createdAt ?? NaN);
  });

  test("keeps the resume point before it answers, and forgets it when the film was seen", async () => {
    await using rig = await createPlaybackRig();
    await insertFilm(rig);
    const { id } = await rig.playback.start(start);
    await rig.playback.heartbeat(id, { positionSeconds: 30 });
    expect(await resumePosition(rig)).toBe(30);
    expect((await getSession(rig.db, id))?.position).toBe(30);
    await rig.playback.heartbeat(id, { positionSeconds: 58 });
    expect(await resumePosition(rig)).toBe(0);
  });

  test("stops once, is kept as it ended, and its viewer is gone", async () => {
    await using rig = await createPlaybackRig();
    const { id, contentHash } = await rig.playback.start(start);
    await rig.playback.stop(id);
    await rig.playback.stop(id);
    expect(rig.pipeline.viewers.get(contentHash)).toBe(0);
    expect(rig.playback.list()).toEqual([]);
    expect((await rig.playback.get(id)).status).toBe("closed");
    await rig.clock.pass(250);
    expect((await savedSession(rig, id)).status).toBe("closed");
    expect(await rig.playback.contentUrlOf(id)).toBe(`/api/v1/content/${contentHash}/`);
    const late = rig.playback.heartbeat(id, { positionSeconds: 1 });
    expect((await refusal(late)).code).toBe("SESSION_NOT_FOUND");
    expect((await refusal(rig.playback.stop("nobody"))).code).toBe("SESSION_NOT_FOUND");
    expect((await refusal(rig.playback.get("nobody"))).code).toBe("SESSION_NOT_FOUND");
    expect(rig.events.map(({ event, status }) => [event, status])).toEqual([
      ["started", "active"],
      ["ended", "closed"],
    ]);
  });

  test("leads to a content of its title for ever, whatever became of the one it played", async () => {
    await using rig = await createPlaybackRig();
    const { id, contentHash } = await rig.playback.start(start);
    await rig.playback.stop(id);
    await rig.clock.pass(250);
    const foreign = "f".repeat(64);
    const row = await savedSession(rig, id);
    const kept = (change: Partial<SessionRow>): SessionRow => ({ ...row, ...change });
    const rows = [
      kept({ id: "no-hash", contentHash: "" }),
      kept({ id: "foreign", contentHash: foreign, container: "hls" }),
      kept({ id: "gone-foreign", contentHash: foreign, mediaFileId: "gone" }),
      kept({ id: "gone", contentHash: "", mediaFileId: "gone" }),
    ];
    await saveSessions(rig.db, { sessions: rows, resumePoints: [], contentUses: [] });
    rig.pipeline.published.clear();
    await rig.clock.pass(5000);
    const hashOf = async (session: string): Promise<string | undefined> =>
      (await rig.playback.contentUrlOf(session)).split("/").at(-2);
    for (const session of [id, "no-hash", "foreign"]) {
      expect(rig.pipeline.published.has((await hashOf(session)) ?? "")).toBe(true);
    }
    expect(await hashOf(id)).toBe(contentHash);
    expect(rig.playback.list()).toEqual([]);
    expect(await hashOf("gone-foreign")).toBe(foreign);
    expect((await refusal(rig.playback.contentUrlOf("gone"))).code).toBe("MEDIA_NOT_FOUND");
    expect((await refusal(rig.playback.contentUrlOf("nobody"))).code).toBe("SESSION_NOT_FOUND");
  });

  test("watched to the end is completed, one whose player failed is failed", async () => {
    await using rig = await createPlaybackRig();
    const ends = [
      { positionSeconds: 59 },
      { positionSeconds: 1, state: "ended" },
      { positionSeconds: 1, state: "error" },
      { positionSeconds: 1, state: "paused" },
    ] as const;
    for (const heartbeat of ends) {
      const { id } = await rig.playback.start(start);
      await rig.playback.heartbeat(id, heartbeat);
      await rig.playback.stop(id);
    }
    expect(rig.playback.stats()).toMatchObject({ completed: 2, failed: 1, closed: 1, active: 0 });
  });

  test("is closed after 60 s of silence, and not as long as it is heard of", async () => {
    await using rig = await createPlaybackRig();
    const heard = await rig.playback.start(start);
    const silent = await rig.playback.start(start);
    for (let i = 0; i < 6; i++) {
      await rig.clock.pass(10_000);
      await rig.playback.heartbeat(heard.id, { positionSeconds: i });
    }
    await rig.clock.pass(5_000);
    expect(rig.playback.list().map(({ id }) => id)).toEqual([heard.id]);
    expect((await rig.playback.get(silent.id)).status).toBe("closed");
    expect(rig.pipeline.viewers.get(heard.contentHash)).toBe(1);
  });

  test("of a deleted content still tells of itself", async () => {
    await using rig = await createPlaybackRig();
    const { id } = await rig.playback.start(start);
    rig.pipeline.published.clear();
    expect((await rig.playback.get(id)).progress).toMatchObject({ percent: 0, segmentsTotal: 0 });
  });
});

describe("at the end", () => {
  test("every session is saved as closed, no timer is left, and nothing starts any more", async () => {
    await using rig = await createPlaybackRig();
    const { id, contentHash } = await rig.playback.start(start);
    await rig.playback.close();
    expect((await getSession(rig.db, id))?.status).toBe("closed");
    expect(rig.pipeline.viewers.get(contentHash)).toBe(0);
    expect(rig.clock.armed).toBe(0);
    expect((await refusal(rig.playback.start(start))).code).toBe("SHUTTING_DOWN");
  });

  test("what a killed server left active is closed by the next one", async () => {
    await using rig = await createPlaybackRig();
    const { id } = await rig.playback.start(start);
    await rig.playback.heartbeat(id, { positionSeconds: 7 });
    const next = rig.again();
    await next.open();
    expect(await next.get(id)).toMatchObject({ status: "closed", positionSeconds: 7 });
    await next.close();
  });
});

async function insertFilm({ db }: PlaybackRig): Promise<void> {
  await addTestLibrary(db, { id: "films" });
  await db.write(async (queries) => {
    await queries.insert(mediaFiles).values({
      id: "film",
      libraryId: "films",
      path: sampleFile.path,
      title: "Film",
      sortTitle: "film",
      searchText: "film",
      mediaType: "movie",
      fileSize: 1000,
      mtimeMs: 1,
      status: "ready",
      addedAt: 1,
      updatedAt: 1,
    });
  });
}

/** Waits for the write that the clock has set going. */
async function savedSession({ db }: PlaybackRig, id: string): Promise<SessionRow> {
  for (;;) {
    const row = await getSession(db, id);
    if (row !== undefined) return row;
    await Bun.sleep(1);
  }
}

async function resumePosition({ db }: PlaybackRig): Promise<number | undefined> {
  return (await getMediaFile(db, "film"))?.resumePosition;
}
