import { expect, test } from "bun:test";
import type { KnownFile } from "../../src/db/media-file-changes.ts";
import { compare, resolve } from "../../src/library/reconcile.ts";
import type { SeenFile } from "../../src/library/walk.ts";

function known(id: string, path: string, change: Partial<KnownFile> = {}): KnownFile {
  const look = { sizeBytes: 10, mtimeMs: 1, status: "ready" as const };
  return {
    id,
    path,
    ...look,
    fingerprint: id,
    isReadable: true,
    isOutdated: false,
    namingKey: "",
    ...change,
  };
}

function seen(path: string, change: Partial<SeenFile> = {}): SeenFile {
  return { path, sizeBytes: 10, mtimeMs: 1, obstacle: null, ...change };
}

/** `{path: verdict and known id}` and the ids that are lost; content is written `path=content`. */
function judge(before: KnownFile[], after: Record<string, string>) {
  const fingerprints = new Map<SeenFile, string>();
  const files = Object.entries(after).map(([path, content]) => {
    const same = before.find((file) => file.path === path && file.fingerprint === content);
    const file = seen(path, { mtimeMs: same ? 1 : 2 });
    fingerprints.set(file, content);
    return file;
  });
  const comparison = compare(before, files, () => false);
  const { verdicts, lost } = resolve(comparison, fingerprints);
  const told: Record<string, string> = {};
  for (const [file, verdict] of verdicts) {
    told[file.path] = verdict.kind === "new" ? "new" : `${verdict.kind} ${verdict.known.id}`;
  }
  return { told, lost: lost.map(({ id }) => id), back: comparison.back.map(({ id }) => id) };
}

const nothing = { told: {}, lost: [], back: [] };

test("files that look as before are no suspects", () => {
  expect(judge([known("a", "/a"), known("b", "/b")], { "/a": "a", "/b": "b" })).toEqual(nothing);
});

test("a file under a new path is the one that is gone from the old", () => {
  const told = { "/new/a": "moved a" };
  expect(judge([known("a", "/a")], { "/new/a": "a" })).toEqual({ ...nothing, told });
});

test("two films that swap names keep their ids", () => {
  const told = { "/a": "moved b", "/b": "moved a" };
  expect(judge([known("a", "/a"), known("b", "/b")], { "/a": "b", "/b": "a" })).toEqual({
    ...nothing,
    told,
  });
});

test("a chain of renames loses only the film that was written over", () => {
  const before = [known("a", "/1"), known("b", "/2"), known("c", "/3")];
  expect(judge(before, { "/1": "b", "/2": "c" })).toEqual({
    told: { "/1": "moved b", "/2": "moved c" },
    lost: ["a"],
    back: [],
  });
});

test("other content under a known path is that file, replaced", () => {
  const told = { "/a": "replaced a" };
  expect(judge([known("a", "/a")], { "/a": "new content" })).toEqual({ ...nothing, told });
});

test("a film that moved away while another took its path keeps its id, and the other is new", () => {
  const told = { "/a": "new", "/old/a": "moved a" };
  expect(judge([known("a", "/a")], { "/a": "other", "/old/a": "a" })).toEqual({ ...nothing, told });
});

test("a copy is a file of its own", () => {
  expect(judge([known("a", "/a")], { "/a": "a", "/copy": "a" })).toEqual({
    ...nothing,
    told: { "/copy": "new" },
  });
});

test("of two lost copies the one with the same name moves", () => {
  const before = [
    known("x", "/1/a", { fingerprint: "f" }),
    known("y", "/2/b", { fingerprint: "f" }),
  ];
  expect(judge(before, { "/3/b": "f" })).toEqual({
    told: { "/3/b": "moved y" },
    lost: ["x"],
    back: [],
  });
});

test("a missing file comes back at its path without a look inside, elsewhere by its content", () => {
  const missing = known("a", "/a", { status: "missing" });
  expect(judge([missing], { "/a": "a" })).toEqual({ ...nothing, back: ["a"] });
  expect(judge([missing], { "/b": "a" })).toEqual({ ...nothing, told: { "/b": "moved a" } });
  expect(judge([missing], { "/a": "better" })).toEqual({
    ...nothing,
    told: { "/a": "replaced a" },
  });
  expect(judge([missing], {})).toEqual(nothing);
});

test("a file with only another time is the same", () => {
  const file = seen("/a", { mtimeMs: 2 });
  const comparison = compare([known("a", "/a")], [file], () => false);
  const { verdicts } = resolve(comparison, new Map([[file, "a"]]));
  expect(verdicts.get(file)).toMatchObject({ kind: "same", known: { id: "a" } });
});

test("files without a fingerprint are never taken for one another", () => {
  const before = [known("a", "/a", { fingerprint: null })];
  const file = seen("/b");
  const { verdicts, lost } = resolve(
    compare(before, [file], () => false),
    new Map(),
  );
  expect(verdicts.get(file)).toEqual({ kind: "new" });
  expect(lost.map(({ id }) => id)).toEqual(["a"]);
});
