import { describe, expect, test } from "bun:test";
import { resolve } from "node:path";
import { checkExpectations } from "./architecture/awaited-expectations.ts";
import { checkArchitecture } from "./architecture/check-architecture.ts";
import { readSourceTree, readTestTree } from "./architecture/source-tree.ts";

test("the source tree keeps the rules of the house", async () => {
  const tree = await readSourceTree(resolve(import.meta.dir, ".."));
  expect(tree.size).toBeGreaterThan(20);
  expect(checkArchitecture(tree)).toEqual([]);
});

test("every test awaits what it expects of promises", async () => {
  const tree = await readTestTree(resolve(import.meta.dir, ".."));
  expect(tree.size).toBeGreaterThan(20);
  expect([...tree].flatMap(([path, text]) => checkExpectations(path, text))).toEqual([]);
});

/** What the checker says of a made-up tree. */
function check(files: Readonly<Record<string, string>>): string[] {
  return checkArchitecture(new Map(Object.entries(files)));
}

describe("imports go down the ranks only", () => {
  test("down is allowed, and so is one's own folder", () => {
    const text = `import { a } from "../media/a.ts"; import { b } from "./b.ts";`;
    expect(check({ "src/probe/x.ts": text })).toEqual([]);
  });

  test.each([
    ["static", `import { a } from "../api/a.ts";`],
    ["type", `import type { A } from "../api/a.ts";`],
    ["inline type", `import { type A } from "../api/a.ts";`],
    ["type expression", `let a: import("../api/a.ts").A;`],
    ["dynamic", `const a = await import("../api/a.ts");`],
    ["dynamic with a template", "const a = await import(`../api/a.ts`);"],
    ["side effect", `import "../api/a.ts";`],
    ["re-export", `export { a } from "../api/a.ts"; export const b = 1;`],
    ["required", `const a = require("../api/a.ts");`],
  ])("a climbing %s import is reported with both ranks", (_kind, text) => {
    expect(check({ "src/media/x.ts": text })).toEqual([
      "src/media/x.ts:1 imports src/api/a.ts: media (rank 1) may not reach up to api (rank 6); imports go down the ranks only",
    ]);
  });

  test("folders of one rank do not know each other, and the line is named", () => {
    const said = check({ "src/probe/x.ts": `\n\nimport type { A } from "../packager/a.ts";` });
    expect(said).toEqual([
      "src/probe/x.ts:3 imports src/packager/a.ts: probe and packager are of one rank (2) and do not know each other; declare what probe needs as an interface there and let src/app connect them",
    ]);
  });

  test("nobody imports app but the commands and main.ts", () => {
    const text = `import { a } from "../app/a.ts";`;
    expect(check({ "src/api/x.ts": text })[0]).toContain("nobody imports app");
    expect(check({ "src/cli/x.ts": text })).toEqual([]);
    expect(
      check({ "src/main.ts": `import { a } from "./app/a.ts"; import { b } from "./cli/b.ts";` }),
    ).toEqual([]);
    expect(check({ "src/app/x.ts": `import { b } from "../cli/b.ts";` })).toHaveLength(1);
  });

  test("a folder without a rank is reported", () => {
    expect(check({ "src/new/x.ts": `import "../media/a.ts";` })[0]).toContain(
      "src/new has no rank",
    );
    expect(check({ "src/api/x.ts": `import "../new/a.ts";` })[0]).toContain("src/new has no rank");
  });

  test("the browser app takes types from the API and no code", () => {
    expect(check({ "src/web/x.tsx": `import type { A } from "../api/a.ts";` })).toEqual([]);
    expect(check({ "src/web/x.tsx": `import { a } from "../api/a.ts";` })[0]).toContain(
      "import type",
    );
  });

  test("src imports nothing from tests or scripts", () => {
    expect(check({ "src/media/x.ts": `import "../../test/a.ts";` })[0]).toContain(
      "are not shipped",
    );
  });
});

describe("plugins", () => {
  const plugin = "plugins/transcoding/one/index.ts";

  test("know the SDK and their own folder", () => {
    const text = `import { a } from "../../../src/plugin/sdk.ts"; import { b } from "./args.ts";`;
    expect(check({ [plugin]: text })).toEqual([]);
  });

  test.each(["../../../src/media/rational.ts", "../../../src/plugin/host.ts", "../two/args.ts"])(
    "do not know %s",
    (specifier) => {
      expect(check({ [plugin]: `import type { A } from "${specifier}";` })[0]).toContain(
        "a plugin knows its own folder and src/plugin/sdk.ts",
      );
    },
  );

  test("are named by src/plugin and src/app only", () => {
    const text = `import one from "../../plugins/transcoding/one/index.ts";`;
    expect(check({ "src/plugin/built-in.ts": text })).toEqual([]);
    expect(check({ "src/probe/x.ts": text })[0]).toContain("only src/plugin and src/app");
  });
});

describe("origin, api and web keep to web-standard interfaces", () => {
  test.each([
    [`import { join } from "node:path";`, "node:path"],
    [`import { Database } from "bun:sqlite";`, "bun:sqlite"],
    [`import { serve } from "bun";`, "bun"],
    [`export const a = Bun.file("x");`, "Bun.file"],
    [`export let a: Bun.BunFile;`, "Bun.BunFile"],
    [`export const a = process.env.HOME;`, "process.env"],
    [`export const a = Buffer.from("x");`, "Buffer.from"],
    [`export const a = { Buffer };`, "Buffer"],
  ])("%s is reported", (text, name) => {
    for (const path of ["src/origin/x.ts", "src/api/x.ts", "src/web/x.ts"]) {
      expect(check({ [path]: text })[0]).toStartWith(`${path}:1 uses ${name}: `);
    }
    expect(check({ "src/app/x.ts": text })).toEqual([]);
  });

  test("a name of one's own, a member or a key is not the runtime's", () => {
    const text = `
      export function run(process: { id: number }, { Buffer: inner }: Options) {
        return { process, id: process.id, media: media.process, Bun: inner };
      }`;
    expect(check({ "src/origin/x.ts": text })).toEqual([]);
  });

  test("reaching a runtime through another file is reported with the way there", () => {
    const files = {
      "src/origin/x.ts": `import { a } from "../media/a.ts";`,
      "src/media/a.ts": `export { b } from "./b.ts"; export const a = 1;`,
      "src/media/b.ts": `import { readFile } from "node:fs/promises";`,
    };
    expect(check(files)[0]).toStartWith(
      "src/media/b.ts:1 uses node:fs/promises and is imported by src/media/a.ts, imported by src/origin/x.ts: ",
    );
  });

  test("knowing only the types of such a file is fine", () => {
    const files = {
      "src/origin/x.ts": `import type { A } from "../store/disk.ts";`,
      "src/store/disk.ts": `import { readFile } from "node:fs/promises";`,
    };
    expect(check(files)).toEqual([]);
  });
});

describe("only src/process starts programs", () => {
  test.each([
    `import { spawn } from "node:child_process";`,
    `import { execFile } from "child_process";`,
    `import { $ } from "bun";`,
    `import { spawn as run } from "bun";`,
    `Bun.spawn(["ffmpeg"]);`,
    `Bun.spawnSync(["ffmpeg"]);`,
    "await Bun.$`ffmpeg`;",
  ])("%s is reported elsewhere", (text) => {
    expect(check({ "src/probe/x.ts": text })[0]).toContain("only src/process starts programs");
    expect(check({ "plugins/transcoding/one/x.ts": text })[0]).toContain("only src/process");
    expect(check({ "src/process/x.ts": text })).toEqual([]);
  });
});

describe("files", () => {
  test("over 400 lines are reported, 400 are not", () => {
    const lines = (count: number): string => "const a = 1;\n".repeat(count);
    expect(check({ "src/media/x.ts": lines(400) })).toEqual([]);
    expect(check({ "src/media/x.ts": lines(401) })[0]).toContain("has 401 lines");
    expect(check({ "src/web/x.css": "\n".repeat(401) })[0]).toContain("has 401 lines");
  });

  test("that only export again are reported", () => {
    const text = `export * from "./a.ts"; export type { B } from "./b.ts";`;
    expect(check({ "src/media/index.ts": text })[0]).toContain("import the file itself");
  });

  test("named for nothing are reported", () => {
    expect(check({ "src/media/utils.ts": "" })[0]).toContain("named for nothing");
    expect(check({ "src/media/mime-type.ts": "" })).toEqual([]);
  });

  test("that cannot be parsed are reported", () => {
    expect(check({ "src/media/x.ts": "const = ;" })[0]).toContain("cannot be parsed");
  });
});

describe("an expectation of a promise", () => {
  test.each([
    "await expect(a).rejects.toThrow();",
    "await expect(a()).resolves.not.toEqual({ b: [1] });",
    "expect(await a).toBe(1); expect(a.rejects).toBe(1); a.rejects(b);",
  ])("%s is fine", (text) => {
    expect(checkExpectations("test/x.test.ts", text)).toEqual([]);
  });

  test.each([
    "expect(a).rejects.toThrow();",
    "expect(a).resolves.not.toBe(1);",
    "void expect(a).rejects.toThrow();",
    "for (const b of c) expect(a(b)).rejects.toMatchObject({ code: b });",
    "const b = expect(a).rejects.toThrow();",
    "await a(expect(b).rejects.toThrow());",
    "await expect(expect(a).rejects.toThrow()).toBe(1);",
    "const b = () => expect(a).rejects;",
  ])("%s is reported", (text) => {
    const said = checkExpectations("test/x.test.ts", `\n${text}`);
    expect(said).toHaveLength(1);
    expect(said[0]).toStartWith("test/x.test.ts:2 expects what a promise re");
  });
});
