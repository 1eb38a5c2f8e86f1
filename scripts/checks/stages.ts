import { availableParallelism } from "node:os";

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
 * As many files at once as there are processors: most keep one busy, with FFmpeg or with themselves. The dearest
 * begin first, so that no processor waits long for another's last file; `--update-timings` beside it writes their
 * times, milliseconds, which are for the order alone. Bun counts a worker that dies as a failure
 * of the file it ran, and goes on with a new one. Modules stay loaded from file to file, as without workers.
 */
const sideBySide: readonly string[] = [
  `--parallel=${availableParallelism()}`,
  "--no-isolate",
  "--timings=scripts/checks/timings.json",
];

/**
 * One file at a time, as nothing may take their time from them: what opens a browser and watches it play, and what
 * judges by times or by how many processes there are at a time.
 */
const testsAlone: readonly string[] = [
  "test/e2e/broken-encoder.test.ts",
  "test/e2e/crowd.test.ts",
  "test/e2e/header-follows-film.test.ts",
  "test/e2e/hostile.test.ts",
  "test/e2e/shutdown.test.ts",
  "test/e2e/truncated.test.ts",
  "test/process/priority.test.ts",
  "test/store/damage.test.ts",
  "test/device/chromium.test.ts",
  "test/e2e/burnt-subtitles.test.ts",
  "test/e2e/copied.test.ts",
  "test/e2e/direct-play.test.ts",
  "test/e2e/dying-card.test.ts",
  "test/e2e/picture-codecs.test.ts",
  "test/e2e/players.test.ts",
  "test/e2e/storyboard.test.ts",
  "test/e2e/subtitles.test.ts",
  "test/e2e/uneven-tracks.test.ts",
  "test/subtitle/ass-script.test.ts",
  "test/support/browser.test.ts",
  "test/web/library-page.test.ts",
  "test/web/watch-page.test.ts",
];

/** What has stages of its own, by the folders' names. */
const otherFolders = ["e2e", "integration", "golden", "zoo", "nightly"];

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
    ignoring([
      ...otherFolders.map((name) => `test/${name}/**`),
      "test/architecture.test.ts",
      ...testsAlone,
    ]),
    1200,
  ),
  tests("integration", ["test/integration", "test/golden", "--pass-with-no-tests"], 600),
  check("build", ["bun", "run", "build"]),
  tests("e2e", ["test/e2e", ...ignoring(testsAlone)], 1200),
  oneByOne("alone", testsAlone, 900),
  // The few shapes that meet the most property values; needs the build, as the stages before it do.
  tests("zoo", ["test/zoo"], 900),
  nightly(),
];

/** Every shape of the zoo and every whole product of properties: `scripts/test build nightly`. */
function nightly(): Stage {
  const stage = oneByOne("nightly", ["test/nightly", "test/zoo"], 6 * 3600);
  return { ...stage, command: ["env", "ZOO=.", ...stage.command], onlyWhenNamed: true };
}

function check(name: string, command: readonly string[]): Stage {
  return { name, command, isTest: false, limitSeconds: 300 };
}

function tests(name: string, args: readonly string[], limitSeconds: number): Stage {
  return oneByOne(name, [...sideBySide, ...args], limitSeconds);
}

function oneByOne(name: string, args: readonly string[], limitSeconds: number): Stage {
  // A test that meets a busy machine is slow, not wrong.
  const command = ["bun", "test", "--timeout", "60000", ...args];
  return { name, command, isTest: true, limitSeconds };
}

function ignoring(patterns: readonly string[]): readonly string[] {
  return ["--path-ignore-patterns", `{${patterns.join(",")}}`];
}
