import { isAbsolute, join } from "node:path";

export interface Platform {
  readonly os: NodeJS.Platform;
  /** The user's home folder; empty when there is none. */
  readonly home: string;
  readonly cwd: string;
}

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Where programs of this platform keep a user's data (XDG Base Directory on Linux, Application Support,
 * %LOCALAPPDATA%); undefined when the system names no home.
 */
export function defaultDataFolder(env: Env, { os, home }: Platform): string | undefined {
  if (os === "win32") {
    const base = env["LOCALAPPDATA"] ?? (home && join(home, "AppData", "Local"));
    return base ? join(base, "Viewra") : undefined;
  }
  if (os === "darwin") {
    return home ? join(home, "Library", "Application Support", "Viewra") : undefined;
  }
  const xdg = env["XDG_DATA_HOME"];
  // The specification says to ignore a relative one.
  if (xdg && isAbsolute(xdg)) return join(xdg, "viewra");
  return home ? join(home, ".local", "share", "viewra") : undefined;
}

/**
 * Where people keep films: their home, and where this platform mounts disks. A home of `/`, as users of
 * services have it, is none: it would open the whole machine.
 */
export function defaultBrowseRoots({ os, home }: Platform): string[] {
  const homes = home === "" || home === "/" ? [] : [home];
  if (os === "win32") return homes;
  return os === "darwin" ? [...homes, "/Volumes"] : [...homes, "/mnt", "/media", "/srv"];
}
