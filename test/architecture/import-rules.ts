import { folderOf, rankOf } from "./ranks.ts";
import type { FoundImport, ScannedFile } from "./scan-file.ts";

/** What is wrong with the imports of one file, a sentence each with its reason. */
export function checkImports(path: string, scanned: ScannedFile): string[] {
  return scanned.imports.flatMap((found) => {
    if (found.file === null) return [];
    const why = path.startsWith("plugins/")
      ? pluginImport(path, found.file)
      : sourceImport(path, found.file, found);
    return why === null ? [] : [`${path}:${found.line} imports ${found.file}: ${why}`];
  });
}

function pluginImport(path: string, file: string): string | null {
  if (file === "src/plugin/sdk.ts" || pluginFolder(file) === pluginFolder(path)) return null;
  return "a plugin knows its own folder and src/plugin/sdk.ts, nothing else, so that it can live outside this repository";
}

/** `plugins/transcoding/ffmpeg_software` of any path inside it. */
function pluginFolder(path: string): string {
  return path.split("/").slice(0, 3).join("/");
}

function sourceImport(path: string, file: string, found: FoundImport): string | null {
  const from = folderOf(path);
  const to = folderOf(file);
  if (from === null) return null;
  if (to === null) return outsideImport(from, file);
  if (from === to) return null;

  const fromRank = rankOf(from);
  const toRank = rankOf(to);
  if (fromRank === undefined)
    return `src/${from} has no rank; give it one in test/architecture/ranks.ts`;
  if (toRank === undefined)
    return `src/${to} has no rank; give it one in test/architecture/ranks.ts`;

  if (from === "web" && to === "api") {
    return found.typeOnly
      ? null
      : "the browser app takes types from the API and no code: import type";
  }
  if (to === "app" && fromRank < toRank)
    return "nobody imports app: it is the one that constructs everything";
  if (toRank < fromRank) return null;
  return fromRank === toRank
    ? `${from} and ${to} are of one rank (${fromRank}) and do not know each other; declare what ${from} needs as an interface there and let src/app connect them`
    : `${from} (rank ${fromRank}) may not reach up to ${to} (rank ${toRank}); imports go down the ranks only`;
}

/** The list of built-in plugins is the one door between src/ and plugins/. */
function outsideImport(from: string, file: string): string | null {
  if (file === "package.json") return null;
  if (file.startsWith("plugins/")) {
    return from === "plugin" || from === "app"
      ? null
      : "only src/plugin and src/app name plugins; everybody else is handed one";
  }
  return "code under src/ imports nothing of ours outside src/: tests and scripts are not shipped";
}
