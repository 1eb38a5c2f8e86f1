import { runTool } from "../../support/run-tool.ts";

/** What is seen at one time, in rows from the top. */
export interface ShownRows {
  readonly startMs: number;
  readonly endMs: number;
  /** Letters of each row with a mark for italics (i) and underline (u) behind each; none of them a space. */
  readonly rows: readonly string[];
}

/** What FFmpeg's decoder of captions says that the first service of a film shows. */
export async function captionsByFfmpeg(path: string): Promise<ShownRows[]> {
  const { stdout } = await runTool([
    ...["ffmpeg", "-nostdin", "-v", "error", "-threads", "1", "-f", "lavfi"],
    ...["-i", `movie=${path}[out0+subcc]`, "-map", "s", "-f", "srt", "-"],
  ]);
  const text = new TextDecoder().decode(stdout);
  const times = /^(\d\d):(\d\d):(\d\d),(\d{3}) --> (\d\d):(\d\d):(\d\d),(\d{3})$/m;
  return text
    .split(/\n\n+(?=\d+\n\d\d:)|^(?=\d+\n\d\d:)/)
    .filter((block) => times.test(block))
    .map((block) => {
      const found = times.exec(block);
      const [h1, m1, s1, ms1, h2, m2, s2, ms2] = (found ?? []).slice(1).map(Number);
      const clock = (h = 0, m = 0, s = 0, ms = 0): number => ((h * 60 + m) * 60 + s) * 1000 + ms;
      const markup = block
        .slice(block.indexOf("\n", found?.index ?? 0) + 1)
        .replaceAll(/<\/?font[^>]*>|\{\\an\d\}/g, "")
        .replaceAll(String.raw`\h`, " ");
      return {
        startMs: clock(h1, m1, s1, ms1),
        endMs: clock(h2, m2, s2, ms2),
        rows: seenRows(markup.replace(/\n+$/, "")),
      };
    });
}

/** Rows of a text with tags of HTML. */
export function seenRows(markup: string): string[] {
  let [italic, underline] = [false, false];
  const rows = [""];
  for (const [part] of markup.matchAll(/<\/?[iu]>|[^<]|</g)) {
    if (part === "<i>" || part === "</i>") italic = part === "<i>";
    else if (part === "<u>" || part === "</u>") underline = part === "<u>";
    else if (part === "\n") rows.push("");
    else if (part.trim() !== "") {
      rows[rows.length - 1] += `${part}${italic ? "i" : ""}${underline ? "u" : ""} `;
    }
  }
  return rows.filter((row) => row !== "");
}
