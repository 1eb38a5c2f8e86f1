import { runTool } from "./run-tool.ts";

/** The channels of a layout by FFmpeg's names, in their order; one that has no name is the list of them. */
export async function layoutChannels(layout: string): Promise<string[]> {
  const { stdout } = await runTool(["ffmpeg", "-v", "error", "-layouts"]);
  const line = new TextDecoder()
    .decode(stdout)
    .split("\n")
    .find((text) => text.startsWith(`${layout} `));
  return (/\s(\S*\+\S*)/.exec(line ?? "")?.[1] ?? layout).split("+");
}
