import { runTool } from "./run-tool.ts";

/** 8-bit pictures of one size with 4:2:0, as FFmpeg draws them over a whole film in one go. */
export async function wholeFilm(
  args: readonly string[],
  { width, height }: { readonly width: number; readonly height: number },
): Promise<Uint8Array[]> {
  const out = ["-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "yuv420p", "-"];
  const { stdout } = await runTool(["ffmpeg", "-nostdin", "-v", "error", ...args, ...out]);
  const size = (width * height * 3) / 2;
  return Array.from({ length: stdout.length / size }, (_, i) =>
    stdout.subarray(i * size, (i + 1) * size),
  );
}

/** How many samples of two pictures' light are nowhere near each other: none where the same is drawn. */
export function farSamples(a: Uint8Array, b: Uint8Array): number {
  const samples = Math.floor((Math.max(a.length, b.length) * 2) / 3);
  let count = 0;
  for (let i = 0; i < samples; i++) if (Math.abs((a[i] ?? 0) - (b[i] ?? 0)) > far) count++;
  return count;
}
/** What an encoder does to an edge is less. */
const far = 90;
