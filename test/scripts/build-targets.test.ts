import { expect, test } from "bun:test";
import { resolve } from "node:path";
import { lockedByBun, lockedByNpm } from "../../scripts/build/npm-package.ts";
import { findTarget, hostTarget, targets } from "../../scripts/build/targets.ts";

const root = resolve(import.meta.dir, "../..");

test.each(targets.map((target) => [target.name, target] as const))(
  "every part of %s is in a lock file by its digest, and its packager is there",
  async (_name, target) => {
    const runtime = await lockedByNpm(
      resolve(root, "scripts/toolchain/package-lock.json"),
      target.runtimePackage,
    );
    expect(runtime?.version).toBe(Bun.version);
    expect(runtime?.integrity).toStartWith("sha512-");
    if (target.libsqlPackage !== null) {
      const addon = await lockedByBun(resolve(root, "bun.lock"), target.libsqlPackage);
      expect(addon?.integrity).toStartWith("sha512-");
    }
    if (target.packagerFile !== null) {
      const packager = resolve(root, "node_modules/shaka-packager/bin", target.packagerFile);
      expect(await Bun.file(packager).exists()).toBe(true);
    }
  },
);

test("a target may be written as Bun writes it, and an unknown one is answered with the known ones", () => {
  expect(findTarget("bun-linux-arm64").name).toBe("linux-arm64");
  expect(() => findTarget("plan9-x64")).toThrow(
    /expected a target of linux-x64, .*; got plan9-x64/,
  );
});

test("the machine that runs this is a target", () => {
  expect(targets).toContain(hostTarget());
});
