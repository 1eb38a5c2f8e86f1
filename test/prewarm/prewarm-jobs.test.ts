import { expect, test } from "bun:test";
import { ViewraError } from "../../src/errors/viewra-error.ts";
import { copied, createJobsRig, encoded, filmSeconds, until, wishFor } from "./jobs-rig.ts";

const signal = new AbortController().signal;

test("jobs run one at a time, in the order in which they came, and tell how far they have come", async () => {
  await using rig = await createJobsRig();
  const ids: string[] = [];
  for (const title of ["t0", "t1", "t2"]) ids.push((await rig.jobs.submit(wishFor(title))).id);
  for (const [i, id] of ids.entries()) {
    const work = await rig.pipeline.asked(i + 1);
    expect(work).toMatchObject({ hash: `hash-${i}`, from: 0, to: undefined });
    expect(rig.pipeline.active()).toHaveLength(1);
    work.progress({ done: 2, total: 8, bytes: 1000 });
    work.progress({ done: 4, total: 8, bytes: 2000 });
    work.finish();
    await until(async () => (await rig.status(id)) === "done");
    expect(await rig.jobs.get(id)).toMatchObject({
      ...{ decision: "transcode", contentHash: `hash-${i}`, note: null, error: null },
      ...{ segmentsReady: 4, segmentsTotal: 8, bytes: 2000 },
    });
  }
  const told = rig.events.filter(({ job }) => job.id === ids[1]).map(({ event }) => event);
  expect([told[0], told[1], told.at(-1)]).toEqual(["queued", "started", "done"]);
  expect(new Set(told.slice(2, -1))).toEqual(new Set(["progress"]));
  expect((await rig.jobs.list({ limit: 2 })).map(({ id }) => id)).toEqual(
    [ids[2], ids[1]].map(String),
  );
});

test("what the device plays as it is, and what is only copied, is done at once and says so", async () => {
  await using rig = await createJobsRig();
  rig.titles.set("t0", { kind: "file", hash: "f", decision: { kind: "direct_play" } });
  rig.titles.set("t1", copied("c"));
  const direct = await rig.jobs.submit(wishFor("t0"));
  const remuxed = await rig.jobs.submit(wishFor("t1"));
  await until(async () => (await rig.status(remuxed.id)) === "done");
  expect(await rig.jobs.get(direct.id)).toMatchObject({ decision: "direct_play", status: "done" });
  expect((await rig.jobs.get(direct.id)).note).toContain("as it is");
  expect((await rig.jobs.get(remuxed.id)).note).toContain("copied");
  expect(rig.pipeline.works).toEqual([]);
});

test("the same asked for a hundred times at once is one job, another device or part another", async () => {
  await using rig = await createJobsRig();
  const asked = await Promise.all(
    Array.from({ length: 100 }, () => rig.jobs.submit(wishFor("t0"))),
  );
  expect(new Set(asked.map(({ id }) => id)).size).toBe(1);
  const others = [
    wishFor("t1"),
    wishFor("t0", { toSeconds: 60 }),
    wishFor("t0", { device: { quality: "high" } }),
    wishFor("t0", { device: { deviceProfile: { supportedCodecs: ["h264"] } } }),
  ];
  for (const other of others) asked.push(await rig.jobs.submit(other));
  expect(new Set(asked.map(({ id }) => id)).size).toBe(5);
  // Said in another order, and with what is beyond the end.
  const same = await rig.jobs.submit(wishFor("t0", { toSeconds: filmSeconds + 1 }));
  expect(same.id).toBe(asked[0]?.id ?? "");
  (await rig.pipeline.asked(1)).finish();
  await until(async () => (await rig.status(same.id)) === "done");
  // One that is done says nothing of whether all is still there.
  expect((await rig.jobs.submit(wishFor("t0"))).id).not.toBe(same.id);
});

test("a part that is not in the film is refused, as is a title that is not there", async () => {
  await using rig = await createJobsRig();
  const refused = rig.jobs.submit(wishFor("t0", { fromSeconds: filmSeconds }));
  await expect(refused).rejects.toMatchObject({ code: "INVALID_REQUEST" });
  await expect(rig.jobs.submit(wishFor("none"))).rejects.toMatchObject({ code: "MEDIA_NOT_FOUND" });
  expect(await rig.jobs.list({ limit: 10 })).toEqual([]);
});

test("no more jobs wait than there is a limit of, and what is waiting goes on", async () => {
  await using rig = await createJobsRig(5);
  const submitted = Array.from({ length: 500 }, (_, i) =>
    rig.jobs.submit(wishFor("t0", { fromSeconds: i })),
  );
  const answers = await Promise.allSettled(submitted);
  const refused = answers.filter(({ status }) => status === "rejected");
  expect(answers.length - refused.length).toBe(5);
  for (const answer of refused) {
    expect(answer).toMatchObject({ reason: { code: "JOB_LIMIT_REACHED", retryAfterSeconds: 60 } });
  }
  for (let i = 1; i <= 5; i++) (await rig.pipeline.asked(i)).finish();
  await until(async () => (await rig.jobs.list({ limit: 9, status: "done" })).length === 5);
  await rig.jobs.submit(wishFor("t0", { fromSeconds: 500 }));
});

test("a job that waits or runs is cancelled at once, and cancelling one that ended changes nothing", async () => {
  await using rig = await createJobsRig();
  const one = await rig.jobs.submit(wishFor("t0"));
  const two = await rig.jobs.submit(wishFor("t1"));
  const three = await rig.jobs.submit(wishFor("t2"));
  const work = await rig.pipeline.asked(1);
  work.progress({ done: 3, total: 9, bytes: 300 });
  await rig.jobs.cancel(two.id);
  await rig.jobs.cancel(one.id);
  expect(work.state).toBe("stopped");
  expect(await rig.records.find(one.id)).toMatchObject({ status: "cancelled", bytes: 300 });
  expect(await rig.records.find(two.id)).toMatchObject({ status: "cancelled", startedAt: null });
  const ended = await rig.jobs.get(one.id);
  await rig.jobs.cancel(one.id);
  expect(await rig.jobs.get(one.id)).toEqual(ended);
  (await rig.pipeline.asked(2)).finish();
  await until(async () => (await rig.status(three.id)) === "done");
  expect(rig.pipeline.works.map(({ hash }) => hash)).toEqual(["hash-0", "hash-2"]);
  await expect(rig.jobs.cancel("none")).rejects.toMatchObject({ code: "JOB_NOT_FOUND" });
  await expect(rig.jobs.get("none")).rejects.toMatchObject({ code: "JOB_NOT_FOUND" });
  expect(rig.events.filter(({ event }) => event === "failed")).toEqual([]);
});

test("a job that fails says why, and the next one runs", async () => {
  await using rig = await createJobsRig();
  const { id } = await rig.jobs.submit(wishFor("t0"));
  const next = await rig.jobs.submit(wishFor("t1"));
  (await rig.pipeline.asked(1)).fail(new ViewraError("STORAGE_FULL"));
  await rig.pipeline.asked(2);
  const { status, error, finishedAt } = await rig.jobs.get(id);
  expect([status, error?.code, finishedAt === null]).toEqual(["failed", "STORAGE_FULL", false]);
  expect(await rig.status(next.id)).toBe("running");
  // A title that vanishes between its job and its turn.
  const gone = await rig.jobs.submit(wishFor("t2"));
  rig.titles.delete("t2");
  (await rig.pipeline.asked(2)).finish();
  await until(async () => (await rig.status(gone.id)) === "failed");
  expect((await rig.jobs.get(gone.id)).error?.code).toBe("MEDIA_NOT_FOUND");
});

test("where another content took its content's place, that one is made", async () => {
  await using rig = await createJobsRig();
  const { id } = await rig.jobs.submit(wishFor("t0", { fromSeconds: 30, toSeconds: 90 }));
  const first = await rig.pipeline.asked(1);
  first.progress({ done: 1, total: 9, bytes: 100 });
  rig.titles.set("t0", encoded("another"));
  first.fail(new ViewraError("MEDIA_UNREADABLE"));
  const second = await rig.pipeline.asked(2);
  expect(second).toMatchObject({ hash: "another", from: 30, to: 90 });
  second.progress({ done: 9, total: 9, bytes: 900 });
  second.finish();
  await until(async () => (await rig.status(id)) === "done");
  expect(await rig.jobs.get(id)).toMatchObject({ contentHash: "another", bytes: 1000 });
});

test("a restart goes on with what was queued and running, in its order, and loses nothing", async () => {
  await using rig = await createJobsRig();
  const ids: string[] = [];
  for (const title of ["t3", "t1", "t2"]) ids.push((await rig.jobs.submit(wishFor(title))).id);
  (await rig.pipeline.asked(1)).progress({ done: 5, total: 9, bytes: 500 });
  await rig.jobs.close();
  expect(rig.pipeline.active()).toEqual([]);
  await expect(rig.jobs.submit(wishFor("t4"))).rejects.toMatchObject({ code: "SHUTTING_DOWN" });
  const again = await rig.restart();
  const work = await rig.pipeline.asked(2);
  expect(work.hash).toBe("hash-3");
  work.progress({ done: 9, total: 9, bytes: 400 });
  work.finish();
  (await rig.pipeline.asked(3)).finish();
  (await rig.pipeline.asked(4)).finish();
  await until(async () => (await again.list({ limit: 9, status: "done" })).length === 3);
  expect(rig.pipeline.works.map(({ hash }) => hash)).toEqual([
    ...["hash-3", "hash-3", "hash-1", "hash-2"],
  ]);
  expect((await again.get(ids[0] ?? "")).bytes).toBe(900);
});

test("what a killed process left running is gone on with", async () => {
  await using rig = await createJobsRig();
  const { id } = await rig.jobs.submit(wishFor("t0"));
  await rig.pipeline.asked(1);
  await until(async () => (await rig.records.find(id))?.status === "running");
  const again = await rig.restart();
  (await rig.pipeline.asked(2)).finish();
  await until(async () => (await again.get(id)).status === "done");
});

test("what the database refuses is saved when it takes it again, and jobs go on meanwhile", async () => {
  await using rig = await createJobsRig();
  const one = await rig.jobs.submit(wishFor("t0"));
  const two = await rig.jobs.submit(wishFor("t1"));
  await rig.pipeline.asked(1);
  rig.refusal = new ViewraError("STORAGE_FULL");
  (await rig.pipeline.asked(1)).finish();
  (await rig.pipeline.asked(2)).finish();
  await until(async () => (await rig.status(two.id)) === "done");
  await expect(rig.jobs.submit(wishFor("t2"))).rejects.toMatchObject({ code: "STORAGE_FULL" });
  expect((await rig.records.find(one.id))?.status).not.toBe("done");
  rig.refusal = undefined;
  await until(async () => (await rig.records.find(two.id))?.status === "done");
  expect((await rig.records.find(one.id))?.status).toBe("done");
  expect(rig.log.filter((line) => line.includes("could not be saved"))).toHaveLength(1);
});

test("what a client asks for goes before what policies do, which is put back and gone on with", async () => {
  await using rig = await createJobsRig();
  rig.jobs.holdPolicies(false);
  const policys = await rig.jobs.submit(wishFor("t0"), "recently-added");
  const work = await rig.pipeline.asked(1);
  work.progress({ done: 1, total: 9, bytes: 100 });
  const asked = await rig.jobs.submit(wishFor("t1"));
  expect(work.state).toBe("stopped");
  (await rig.pipeline.asked(2)).finish();
  const again = await rig.pipeline.asked(3);
  expect([again.hash, await rig.status(asked.id)]).toEqual(["hash-0", "done"]);
  // Asked for by a client as well, it is one that the client waits for.
  expect((await rig.jobs.submit(wishFor("t0"))).id).toBe(policys.id);
  rig.jobs.holdPolicies(true);
  expect([again.state, (await rig.jobs.get(policys.id)).policy]).toEqual(["active", null]);
});

test("policies' jobs rest while they are held, and go on afterwards", async () => {
  await using rig = await createJobsRig();
  const { id } = await rig.jobs.submit(wishFor("t0"), "most-watched");
  // Nobody said yet that they may.
  await Bun.sleep(20);
  expect(rig.pipeline.works).toEqual([]);
  rig.jobs.holdPolicies(false);
  const first = await rig.pipeline.asked(1);
  rig.jobs.holdPolicies(true);
  await until(async () => (await rig.status(id)) === "queued");
  expect(first.state).toBe("stopped");
  const leave = new AbortController();
  const abandoned = rig.jobs.policiesSettled(leave.signal);
  leave.abort();
  await expect(abandoned).rejects.toMatchObject({ code: "CANCELLED" });
  const settled = rig.jobs.policiesSettled(signal);
  rig.jobs.holdPolicies(false);
  (await rig.pipeline.asked(2)).finish();
  await settled;
  expect(await rig.status(id)).toBe("done");
});

test("a policy that is asked no more has its jobs cancelled at the next start", async () => {
  await using rig = await createJobsRig();
  const one = await rig.jobs.submit(wishFor("t0"), "most-watched");
  const two = await rig.jobs.submit(wishFor("t1"), "next-episode");
  await rig.jobs.close();
  const again = await rig.restart(["next-episode"]);
  expect((await again.get(one.id)).status).toBe("cancelled");
  expect((await again.get(two.id)).status).toBe("queued");
});
