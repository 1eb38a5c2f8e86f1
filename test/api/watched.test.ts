import { expect, test } from "bun:test";
import fc from "fast-check";
import { createApiRig, type ApiRig } from "./api-rig.ts";

/** The film of the rig, seconds. */
const duration = 60;

const step = fc.oneof(
  fc.record({
    kind: fc.constant("beat" as const),
    position: fc.oneof(
      fc.double({ min: 0, max: duration * 1.1, noNaN: true }),
      fc.constantFrom(53.99, 54, 54.01),
    ),
    state: fc.constantFrom("playing", "paused", "ended"),
  }),
  fc.record({ kind: fc.constantFrom("put" as const, "delete" as const) }),
);

async function json(rig: ApiRig, path: string): Promise<Record<string, unknown>> {
  return (await rig.app.request(path)).json();
}

async function idsWhere(rig: ApiRig, watched: boolean): Promise<unknown[]> {
  const { files, total } = await json(rig, `/api/media/files?watched=${watched}`);
  expect(total).toBe(Array.isArray(files) ? files.length : -1);
  return Array.isArray(files) ? files.map(({ id }: { id: unknown }) => id) : [];
}

test("watched after 90 %, as said, and where to go on is forgotten then, whatever order it comes in", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
      await using rig = await createApiRig();
      const { id } = await rig.playback.start({ mediaFileId: "film" });
      let [watched, resume] = [false, 0];
      for (const each of steps) {
        if (each.kind === "beat") {
          const { position, state } = each;
          await rig.app.request(`/api/playback/session/${id}/progress`, {
            method: "POST",
            headers: { "content-type": "application/json" },
            body: JSON.stringify({ position, state }),
          });
          const isSeen = state === "ended" || position >= duration * 0.9;
          watched ||= isSeen;
          resume = isSeen ? 0 : position;
        } else {
          const method = each.kind === "put" ? "PUT" : "DELETE";
          const answer = await rig.app.request("/api/media/files/film/watched", { method });
          expect([answer.status, await answer.text()]).toEqual([204, ""]);
          [watched, resume] = [each.kind === "put", 0];
        }
        const file = await json(rig, "/api/media/files/film");
        expect(file).toMatchObject({ watched, resume_position: resume });
        expect(typeof file["watched_at"]).toBe(watched ? "string" : "object");
        expect(await idsWhere(rig, true)).toEqual(watched ? ["film"] : []);
        expect(await idsWhere(rig, false)).toEqual(watched ? [] : ["film"]);
      }
    }),
    { numRuns: 25 },
  );
}, 60_000);

test("of a file that is not there nothing is said, and a filter that is none is refused", async () => {
  await using rig = await createApiRig();
  for (const method of ["PUT", "DELETE"]) {
    const answer = await rig.app.request("/api/media/files/nobody/watched", { method });
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ error: { code: "MEDIA_NOT_FOUND" } });
  }
  expect((await rig.app.request("/api/media/files?watched=1")).status).toBe(400);
});
