import { expect, test } from "bun:test";
import { eq } from "drizzle-orm";
import fc from "fast-check";
import { startRequestSchema } from "../../src/api/schemas/playback-schemas.ts";
import { toStartRequest } from "../../src/api/playback-body.ts";
import { listPolicyWork } from "../../src/db/jobs.ts";
import { jobs, jobStatuses } from "../../src/db/schema.ts";
import { prewarmPolicies } from "../../src/config/prewarm.ts";
import { createJobRecords } from "../../src/prewarm/database-ports.ts";
import { newJob, type PrewarmJob } from "../../src/prewarm/job.ts";
import { needsNoJob } from "../../src/prewarm/past-jobs.ts";
import {
  covers,
  parseDevice,
  parseWish,
  subjectOf,
  type PrewarmWish,
} from "../../src/prewarm/prewarm-wish.ts";
import { openTestDatabase } from "../db/open-test-database.ts";

const hourMs = 3_600_000;
const now = 1_795_000_000_000;
const seconds = fc.integer({ min: 0, max: 300 });
const part = fc.record({ fromSeconds: seconds, toSeconds: fc.option(seconds) });

/** All that a client may say, in the API's names. */
const body = fc.record(
  {
    media_file_id: fc.constant("film"),
    container: fc.constantFrom("dash", "hls"),
    audio_track: fc.integer({ min: 0, max: 9 }),
    subtitle_track: fc.integer({ min: 0, max: 9 }),
    burn_subtitles: fc.boolean(),
    night_mode: fc.boolean(),
    enable_abr: fc.boolean(),
    quality: fc.constantFrom("auto", "720p"),
    delivery: fc.constantFrom("auto", "transcode"),
    seek_position: seconds,
    device_profile: fc.record(
      {
        user_agent: fc.string(),
        supported_containers: fc.array(fc.string()),
        supported_codecs: fc.array(fc.string()),
        max_resolution: fc.constantFrom("1080p", "4k"),
        max_bitrate: fc.integer({ min: 1 }),
        supports_hdr: fc.boolean(),
        max_audio_channels: fc.integer({ min: 1, max: 8 }),
        supported_subtitles: fc.array(fc.string()),
        media_capabilities: fc.array(
          fc.record(
            {
              content_type: fc.string(),
              supported: fc.boolean(),
              hdr: fc.constantFrom("hdr10", "hdr10+", "hlg"),
              ...{ width: fc.integer({ min: 1, max: 9 }), height: fc.integer({ min: 1, max: 9 }) },
              ...{ framerate: fc.constant(25), bitrate: fc.constant(1), channels: fc.constant(2) },
              ...{ smooth: fc.boolean(), power_efficient: fc.boolean() },
            },
            { requiredKeys: ["content_type", "supported"] },
          ),
        ),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ["media_file_id"] },
);

test("a start on record is read as the device that it came from, with all that it said", () => {
  fc.assert(
    fc.property(body, part, (said, { fromSeconds, toSeconds }) => {
      const start = toStartRequest(startRequestSchema.parse(said), "Browser/1");
      const { mediaFileId, seekPositionSeconds: _, ...device } = start;
      const wish: PrewarmWish = { mediaFileId, device, fromSeconds, toSeconds };
      // JSON knows no undefined, and neither does a plan.
      const plain: unknown = JSON.parse(JSON.stringify(wish));
      expect(parseDevice(JSON.stringify(start))).toEqual(JSON.parse(JSON.stringify(device)));
      const read = parseWish(JSON.stringify(wish));
      expect(JSON.parse(JSON.stringify(read))).toEqual(plain);
      expect(read && subjectOf(read)).toBe(subjectOf(wish));
    }),
  );
});

test.each(["", "{", '"film"', '{"deviceProfile":{"supportsHdr":"yes"}}'])(
  "%j is no device, and does no harm",
  (json) => {
    expect(parseDevice(json)).toBeNull();
    expect(parseWish(json)).toBeNull();
  },
);

test("jobs are kept as they are, and found by what they are about", async () => {
  await using temp = await openTestDatabase();
  const records = createJobRecords(temp.db);
  const wish = { mediaFileId: "a", device: { quality: "high" }, fromSeconds: 1, toSeconds: null };
  const job: PrewarmJob = {
    ...newJob(wish, "most-watched", now),
    ...{ status: "failed", decision: "transcode", contentHash: "c", note: "n", bytes: 7 },
    ...{ segmentsReady: 1, segmentsTotal: 2, worked: { day: "2026-11-20", seconds: 1.5 } },
    ...{
      error: { code: "STORAGE_FULL", message: "full" },
      startedAt: now + 1,
      finishedAt: now + 2,
    },
  };
  const queued = newJob({ ...wish, fromSeconds: 5 }, null, now);
  await records.save(queued);
  await records.save(job);
  await records.save(job);
  expect(await records.find(job.id)).toEqual(job);
  expect(await records.find("none")).toBeNull();
  expect(await records.unfinished()).toEqual([queued]);
  expect(await records.ended({ ...wish, fromSeconds: 9 })).toEqual([job]);
  expect(await records.ended({ ...wish, device: {} })).toEqual([]);
  expect(await records.list({ limit: 9 })).toEqual([job, queued]);
  expect(await records.list({ limit: 9, status: "queued" })).toEqual([queued]);
});

test("ended jobs are forgotten after 30 days, or behind 500 others, but for what counts against a budget", async () => {
  await using temp = await openTestDatabase();
  const records = createJobRecords(temp.db);
  const wish = { mediaFileId: "a", device: {}, fromSeconds: 0, toSeconds: null };
  const ended = (at: number, change: Partial<PrewarmJob> = {}): PrewarmJob => ({
    ...newJob(wish, null, at),
    ...{ status: "done", finishedAt: at, ...change },
  });
  const [waiting, counted, idle] = [
    newJob(wish, null, 1),
    ended(now, { policy: "next-episode", bytes: 5 }),
    ended(now, { policy: "next-episode", bytes: 0 }),
  ];
  const old = ended(now - 31 * 24 * hourMs);
  for (const job of [old, waiting, counted, idle]) await records.save(job);
  await temp.db.write(async (queries) => {
    const [row] = await queries.select().from(jobs).where(eq(jobs.id, idle.id));
    if (row === undefined) throw new Error("nothing is kept");
    const { number: _, ...rest } = row;
    const many = Array.from({ length: 499 }, (_, i) => ({ ...rest, policy: null, id: `${i}` }));
    await queries.insert(jobs).values(many);
  });
  await records.save(ended(now));
  const left = new Set((await records.list({ limit: 1000 })).map(({ id }) => id));
  expect(left.size).toBe(502);
  expect([old, waiting, counted, idle].map(({ id }) => left.has(id))).toEqual([
    ...[false, true, true, false],
  ]);
  expect((await listPolicyWork(temp.db)).map(({ bytes }) => bytes)).toEqual([5]);
  await records.save(ended(now + 31 * 24 * hourMs));
  expect((await records.list({ limit: 1000 })).map(({ id }) => id)).toContain(waiting.id);
  expect(await records.list({ limit: 1000 })).toHaveLength(2);
});

test("a policy asks for nothing that was made and is there, had nothing to be made, or went badly lately", () => {
  const past = fc.record({
    part,
    status: fc.constantFrom(...jobStatuses.slice(2)),
    ageHours: fc.integer({ min: 0, max: 300 }),
    note: fc.option(fc.constant("nothing to make")),
    contentHash: fc.option(fc.constantFrom("stored", "gone")),
  });
  fc.assert(
    fc.property(fc.array(past, { maxLength: 4 }), part, (jobs, wished) => {
      const wish = { mediaFileId: "a", device: {}, ...wished };
      const ended = jobs.map(({ part: of, ageHours, ...job }) => ({
        ...newJob({ ...wish, ...of }, prewarmPolicies[0], 0),
        ...{ ...job, finishedAt: now - ageHours * hourMs },
      }));
      const counts = jobs.filter(({ part: of, status, ageHours, note, contentHash }) => {
        if (!covers(of, wished)) return false;
        if (status === "failed") return ageHours < 24;
        if (status === "cancelled") return ageHours < 168;
        return note !== null || contentHash === "stored";
      });
      expect(needsNoJob(wish, ended, new Set(["stored"]), now)).toBe(counts.length > 0);
    }),
  );
});
