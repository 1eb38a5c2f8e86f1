import { afterAll, beforeAll, expect, test } from "bun:test";
import { ViewraError } from "../../src/errors/viewra-error.ts";
import type { Source } from "../../src/media/source.ts";
import { createProber } from "../../src/probe/prober.ts";
import { createProcessRunner } from "../../src/process/process-runner.ts";
import { createFilmOpener } from "../../src/rendition/copy/film-packets.ts";
import type { Plan } from "../../src/rendition/plan.ts";
import { quietLog } from "../db/open-test-database.ts";
import { makeSource } from "../support/make-source.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";
import { createPlaybackRig, sampleFile } from "./playback-rig.ts";

/* A film that is really copied, on a pipeline that is not. */

let folder: TempFolder;
let source: Source;
let path: string;
beforeAll(async () => {
  folder = await createTempFolder("decided-copy");
  path = folder.file("film.mp4");
  await makeSource(path, { durationSeconds: 4, width: 160, height: 90 });
  const runner = createProcessRunner({ log: quietLog(), setprivPath: null });
  source = await createProber({ runner, ffprobePath: "ffprobe" }).probe(path);
  await runner.close();
});
afterAll(() => folder[Symbol.asyncDispose]());

async function open() {
  const films = createFilmOpener();
  const rig = await createPlaybackRig({ films });
  const { sizeBytes } = source;
  rig.files.set("film", { ...sampleFile, path, source, sizeBytes });
  rig.disk.set(path, {
    ...{ sizeBytes, modifiedMs: sampleFile.modifiedMs, allocatedBytes: sizeBytes },
  });
  return {
    ...rig,
    [Symbol.asyncDispose]: async () => {
      await rig[Symbol.asyncDispose]();
      await films.close();
    },
  };
}

const stream = { mediaFileId: "film", container: "dash" } as const;
const notAsSaid = ({ renditions }: Plan): ViewraError | null =>
  renditions.some(({ method }) => method === "copy")
    ? new ViewraError("PACKAGE_FAILED", "No time passes after a packet")
    : null;

test("a decision and a start agree on a film that is copied", async () => {
  await using rig = await open();
  const decided = await rig.playback.decide(stream);
  const started = await rig.playback.start(stream);
  expect([decided.decision.kind, started.decision]).toEqual(["remux", "remux"]);
  expect(started.contentHash).toBe(decided.contentHash);
});

test("and on one whose packets turn out not to be what the film says, before and after a start", async () => {
  await using rig = await open();
  rig.pipeline.refusal = notAsSaid;
  const before = await rig.playback.decide(stream);
  const started = await rig.playback.start(stream);
  const after = await rig.playback.decide(stream);
  for (const { decision, contentHash } of [before, after]) {
    expect(decision.kind).toBe("transcode");
    expect(decision.reasons.map(({ message }) => message)).toContain(
      "No time passes after a packet",
    );
    expect(contentHash).toBe(started.contentHash);
  }
  expect(started.decision).toBe("transcode");
});

test("where packets alone are wanted, both refuse it", async () => {
  await using rig = await open();
  rig.pipeline.refusal = notAsSaid;
  const wish = { ...stream, delivery: "remux" } as const;
  for (const ask of [rig.playback.decide, rig.playback.start]) {
    await expect(ask(wish)).rejects.toMatchObject({
      code: "DELIVERY_IMPOSSIBLE",
      message: expect.stringContaining("No time passes"),
    });
  }
});

test("who wants packets alone is refused, and who plays what is made is not, also when both ask at once", async () => {
  const device = (codecs: readonly string[]) => ({ deviceProfile: { supportedCodecs: codecs } });
  const fussy = [
    [{ ...stream, delivery: "remux" }, "DELIVERY_IMPOSSIBLE"],
    [{ ...stream, ...device(["hevc", "aac"]) }, "TRANSCODING_UNAVAILABLE"],
  ] as const;
  for (const [wish, code] of fussy) {
    for (const isFirst of [true, false]) {
      await using rig = await open();
      rig.pipeline.refusal = notAsSaid;
      const pictures = source.video;
      if (pictures === null) throw new Error("expected pictures");
      const isHevc = code === "TRANSCODING_UNAVAILABLE";
      const own = isHevc
        ? { ...source, video: { ...pictures, codec: "hevc", profile: "Main" } }
        : source;
      const file = rig.files.get("film");
      if (file) rig.files.set("film", { ...file, source: own });
      const easy = isHevc ? { ...stream, ...device(["hevc", "h264", "aac"]) } : stream;
      const both = [
        rig.playback.start(isFirst ? wish : easy),
        rig.playback.start(isFirst ? easy : wish),
      ];
      const [first, second] = await Promise.allSettled(both);
      const [refused, given] = isFirst ? [first, second] : [second, first];
      expect(refused).toMatchObject({ status: "rejected", reason: { code } });
      expect(given).toMatchObject({ status: "fulfilled", value: { decision: "transcode" } });
      // What is kept for a moment is not given to who does not want it either.
      await expect(rig.playback.start(wish)).rejects.toMatchObject({ code });
    }
  }
});

test("a content that is encoded in the stead of a copied one says so, and is for nobody who wished for packets alone", async () => {
  await using rig = await open();
  const anybody = await rig.playback.start(stream);
  const picky = await rig.playback.start({ ...stream, delivery: "remux" });
  expect(picky.contentHash).toBe(anybody.contentHash);
  const encoded = await rig.playback.decide({ ...stream, delivery: "transcode" });
  if (encoded.plan === null) throw new Error("expected a plan");
  const by = { hash: encoded.contentHash, plan: encoded.plan };
  rig.pipeline.published.set(by.hash, by.plan);
  const reason = "v0 is not what the film says of it";
  rig.playback.contentReplaced({ hash: anybody.contentHash, by, reason });

  const { replacedBy } = await rig.playback.get(anybody.id);
  const next = await rig.playback.get(replacedBy?.sessionId ?? "");
  expect(next).toMatchObject({
    decision: "transcode",
    contentHash: by.hash,
    reasons: expect.arrayContaining([{ code: "COPY_IMPOSSIBLE", message: reason }]),
  });
  expect((await rig.playback.get(picky.id)).replacedBy).toBeNull();
  const told = await rig.playback.failed(picky.id, 1).catch((error: unknown) => error);
  expect(told).toMatchObject({ code: "NO_OTHER_DELIVERY" });
});
