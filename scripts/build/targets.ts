/** A machine Viewra is built for, and the parts that differ from machine to machine. */
export interface BuildTarget {
  /** Also the end of the release file's name. */
  readonly name: string;
  readonly compileTarget: Bun.Build.CompileTarget;
  /** npm package that holds the Bun runtime of the target. */
  readonly runtimePackage: string;
  /** npm package that holds libSQL's native addon; null where none is published. */
  readonly libsqlPackage: string | null;
  /** File of shaka-packager's bin folder (its Linux ones are static: glibc and musl alike). */
  readonly packagerFile: string | null;
}

export const targets: readonly BuildTarget[] = [
  {
    name: "linux-x64",
    compileTarget: "bun-linux-x64",
    runtimePackage: "@oven/bun-linux-x64",
    libsqlPackage: "@libsql/linux-x64-gnu",
    packagerFile: "packager-linux-x64",
  },
  {
    name: "linux-x64-musl",
    compileTarget: "bun-linux-x64-musl",
    runtimePackage: "@oven/bun-linux-x64-musl",
    libsqlPackage: "@libsql/linux-x64-musl",
    packagerFile: "packager-linux-x64",
  },
  {
    name: "linux-arm64",
    compileTarget: "bun-linux-arm64",
    runtimePackage: "@oven/bun-linux-aarch64",
    libsqlPackage: "@libsql/linux-arm64-gnu",
    packagerFile: "packager-linux-arm64",
  },
  {
    name: "linux-arm64-musl",
    compileTarget: "bun-linux-arm64-musl",
    runtimePackage: "@oven/bun-linux-aarch64-musl",
    libsqlPackage: "@libsql/linux-arm64-musl",
    packagerFile: "packager-linux-arm64",
  },
  {
    name: "darwin-x64",
    compileTarget: "bun-darwin-x64",
    runtimePackage: "@oven/bun-darwin-x64",
    libsqlPackage: "@libsql/darwin-x64",
    packagerFile: "packager-osx-x64",
  },
  {
    name: "darwin-arm64",
    compileTarget: "bun-darwin-arm64",
    runtimePackage: "@oven/bun-darwin-aarch64",
    libsqlPackage: "@libsql/darwin-arm64",
    packagerFile: "packager-osx-arm64",
  },
  {
    name: "windows-x64",
    compileTarget: "bun-windows-x64",
    runtimePackage: "@oven/bun-windows-x64",
    libsqlPackage: "@libsql/win32-x64-msvc",
    packagerFile: "packager-win-x64.exe",
  },
  {
    name: "windows-arm64",
    compileTarget: "bun-windows-arm64",
    runtimePackage: "@oven/bun-windows-aarch64",
    libsqlPackage: null,
    packagerFile: null,
  },
];

/** Finds a target by its name, with or without Bun's `bun-` in front. */
export function findTarget(name: string): BuildTarget {
  const wanted = name.replace(/^bun-/, "");
  const found = targets.find((target) => target.name === wanted);
  if (found) return found;
  const known = targets.map((target) => target.name).join(", ");
  throw new Error(`expected a target of ${known}; got ${name}`);
}

/** The target of the machine this runs on. */
export function hostTarget(): BuildTarget {
  const system = process.platform === "win32" ? "windows" : process.platform;
  const musl = process.platform === "linux" && isMusl() ? "-musl" : "";
  return findTarget(`${system}-${process.arch}${musl}`);
}

function isMusl(): boolean {
  const report: unknown = process.report?.getReport();
  const header =
    typeof report === "object" && report !== null && "header" in report ? report.header : null;
  return typeof header === "object" && header !== null && !("glibcVersionRuntime" in header);
}
