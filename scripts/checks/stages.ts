export interface Stage {
  readonly name: string;
  /** Words of the command; run in the repository's root without a shell. */
  readonly command: readonly string[];
  /** A run of `bun test`: each test counts by itself. Any other stage counts as one. */
  readonly isTest: boolean;
  /** The stage is ended when it takes longer, and has failed. */
  readonly limitSeconds: number;
  /** Runs only when it is named: what takes longer than a person waits. */
  readonly onlyWhenNamed?: boolean;
}

/**
 * Every check, in the order in which they run; without names, all but those that want to be named. The names are
 * what `scripts/test NAME` takes. */
export const stages: readonly Stage[] = [
  check("install", ["bun", "install", "--frozen-lockfile"]),
  check("format", ["bun", "fmt", "--check"]),
  check("lint", ["bun", "run", "lint"]),
  check("types", ["bun", "run", "types"]),
  check("unused", ["bun", "run", "unused"]),
  tests("architecture", ["test/architecture.test.ts"], 60),
  tests(
    "unit",
    [
      "--path-ignore-patterns",
      "test/{e2e/**,integration/**,golden/**,zoo/**,nightly/**,architecture.test.ts}",
    ],
    1200,
  ),
  tests("integration", ["test/integration", "test/golden", "--pass-with-no-tests"], 600),
  check("build", ["bun", "run", "build"]),
  tests("e2e", ["test/e2e"], 1200),
  // The few shapes that meet the most property values; needs the build, as the stages before it do.
  tests("zoo", ["test/zoo"], 900),
  nightly(),
];

/** Every shape of the zoo and every whole product of properties: `scripts/test build nightly`. */
function nightly(): Stage {
  const stage = tests("nightly", ["test/nightly", "test/zoo"], 6 * 3600);
  return { ...stage, command: ["env", "ZOO=.", ...stage.command], onlyWhenNamed: true };
}

function check(name: string, command: readonly string[]): Stage {
  return { name, command, isTest: false, limitSeconds: 300 };
}

function tests(name: string, args: readonly string[], limitSeconds: number): Stage {
  // A test that meets a busy machine is slow, not wrong.
  const command = ["bun", "test", "--timeout", "60000", ...args];
  return { name, command, isTest: true, limitSeconds };
}
