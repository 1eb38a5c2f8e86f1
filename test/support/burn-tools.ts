import { join } from "node:path";
import { createFontFolders } from "../../src/rendition/encode/burnt/font-folders.ts";
import { createPictureTracks } from "../../src/rendition/encode/burnt/picture-tracks.ts";
import type { BurnTools } from "../../src/rendition/encode/burnt/prepare-burnt.ts";
import { createTextTracks } from "../../src/rendition/text/text-tracks.ts";
import type { ProcessRunner } from "../../src/process/process-runner.ts";

/** What runs draw subtitles with; `folder`: absolute, for what is kept of films. */
export function burnTools(runner: ProcessRunner, folder: string): BurnTools {
  const tools = { runner, ffmpegPath: "ffmpeg", folder: join(folder, "subtitles") };
  return {
    texts: createTextTracks(tools),
    pictures: createPictureTracks(tools),
    fonts: createFontFolders(join(folder, "fonts")),
  };
}
