import { createJobClient, type JobClient } from "./job-client.ts";
import { startServer, type ServerUnderTest } from "./server.ts";
import type { TempFolder } from "./temp-folder.ts";

export interface PrewarmServer {
  readonly server: ServerUnderTest;
  readonly jobs: JobClient;
  /** A film's id, by its file's name. */
  readonly id: (name: string) => string;
}

/** A server that makes nothing but what is asked for, over the films of `films`, once it lists those named. */
export async function startPrewarmServer(
  folder: TempFolder,
  data: string,
  names: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<PrewarmServer> {
  const server = await startServer({
    ...{ dataDir: folder.file(data), library: [folder.file("films")] },
    env: { TRANSCODE_FILL: "none", SEGMENT_BEGINNING: "none", ...env },
  });
  const listed = await server.api.awaitFiles(names);
  const id = (name: string): string => listed.get(name)?.id ?? "";
  return { server, jobs: createJobClient(server.url), id };
}
