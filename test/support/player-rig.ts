import { mkdir } from "node:fs/promises";
import type { ListedFile } from "./api-client.ts";
import { startPlayerBrowser, type PlayerBrowser } from "./browser.ts";
import { makeSource, type FilmOptions } from "./make-source.ts";
import { startServer, type ServerUnderTest } from "./server.ts";
import { createTempFolder } from "./temp-folder.ts";

/** A server over films of its own, and a browser with the players. */
export interface PlayerRig extends AsyncDisposable {
  readonly server: ServerUnderTest;
  readonly browser: PlayerBrowser;
  /** The library's row of a film, by its file name. */
  readonly films: ReadonlyMap<string, ListedFile>;
  /** Where a film lies. */
  pathOf(fileName: string): string;
}

/** Makes the films, by file name, and has the server find them. */
export async function openPlayerRig(
  name: string,
  films: Readonly<Record<string, FilmOptions>>,
): Promise<PlayerRig> {
  const folder = await createTempFolder(name);
  const library = folder.file("films");
  await mkdir(library);
  const pathOf = (fileName: string): string => `${library}/${fileName}`;
  for (const [fileName, options] of Object.entries(films)) {
    await makeSource(pathOf(fileName), options);
  }
  const server = await startServer({ dataDir: folder.file("data"), library: [library] });
  const browser = await startPlayerBrowser();
  return {
    ...{ server, browser, pathOf },
    films: await server.api.awaitFiles(Object.keys(films)),
    [Symbol.asyncDispose]: async () => {
      await browser[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}
