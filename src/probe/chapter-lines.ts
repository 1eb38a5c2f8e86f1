import * as v from "valibot";
import type { ClaimedChapter } from "../media/chapters.ts";
import { seconds } from "./ffprobe-output.ts";
import { oneLine } from "../media/one-line.ts";

/** `-show_entries` for what is read here. */
export const chapterEntries = "chapter=start_time:chapter_tags=title";

const chapterSchema = v.object({
  start_time: seconds,
  tags: v.optional(v.object({ title: v.optional(v.string()) })),
});

/** A file of chapters alone must not fill the memory. */
const mostChapters = 2000;
const longestChapter = 16 * 1024;

// The shape of ffprobe's `json=compact=1`: a chapter begins a line, its tags stand on the next.
const chaptersBegin = '    "chapters": [';
const chaptersEnd = /^ {4}\],?$/;
const chapterBegin = /^ {8}\{/;

/** Takes the chapters out of what ffprobe prints; one that is none is left out, and the film is as good. */
export class ChapterLines {
  readonly chapters: ClaimedChapter[] = [];
  #isInside = false;
  #lines = "";

  /** Whether the line belongs to a chapter; those around all of them do not. */
  takes(line: string): boolean {
    if (!this.#isInside) {
      this.#isInside = line === chaptersBegin;
      return false;
    }
    const isEnd = chaptersEnd.test(line);
    if (isEnd || chapterBegin.test(line)) this.#finish();
    this.#isInside = !isEnd;
    if (!isEnd && this.#lines.length <= longestChapter) this.#lines += line;
    return !isEnd;
  }

  #finish(): void {
    const text = this.#lines.replace(/,$/, "");
    this.#lines = "";
    if (text === "" || text.length > longestChapter || this.chapters.length >= mostChapters) return;
    const read = v.safeParse(chapterSchema, parse(text));
    if (!read.success) return;
    const { start_time: startSeconds, tags } = read.output;
    this.chapters.push({ startSeconds, title: oneLine(tags?.title) });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
