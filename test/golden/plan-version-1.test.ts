import { expect, test } from "bun:test";
import { parsePlan } from "../../src/rendition/parse-plan.ts";
import { contentHash, renditionTimeline } from "../../src/rendition/plan.ts";

interface Golden {
  readonly title: string;
  readonly hash: string;
  readonly plan: string;
  readonly timelines: Readonly<Record<string, { timescale: number; sha256: string }>>;
}

/** Plans, and what was made of them, as the last program of version 1 wrote them. */
const golden: readonly Golden[] = await Bun.file(
  new URL("plans-version-1.json", import.meta.url).pathname,
).json();

test.each(golden.map((each) => [each.title, each] as const))(
  "a plan of version 1 is read, and cut where it was: %s",
  async (_title, { hash, plan: json, timelines }) => {
    expect(await contentHash(json)).toBe(hash);
    const plan = parsePlan(json);
    if (plan === null) throw new Error("expected a plan");
    const found = plan.renditions.map((rendition) => {
      const { timescale, boundaries } = renditionTimeline(plan, rendition);
      const sha256 = new Bun.CryptoHasher("sha256")
        .update(JSON.stringify(boundaries))
        .digest("hex");
      return [rendition.id, { timescale, sha256 }];
    });
    expect(Object.fromEntries(found)).toEqual(timelines);
  },
);

test("a plan of version 1 says what it said before of everything but its boundaries and who made it", () => {
  for (const { plan: json } of golden) {
    const before: unknown = JSON.parse(json);
    const { boundaries: _cut, ...plan } = parsePlan(json) ?? { boundaries: null };
    const after: unknown = JSON.parse(
      JSON.stringify(plan, (key, value: unknown) =>
        key === "method" || key === "provider" ? undefined : value,
      ),
    );
    expect(before).toMatchObject({ ...Object(after), version: 1 });
  }
});
