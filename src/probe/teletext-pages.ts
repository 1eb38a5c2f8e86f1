import * as v from "valibot";
import { languageOf } from "../media/language.ts";
import type { Source, SubtitleTrack } from "../media/source.ts";
import type { FfprobeOutput } from "./ffprobe-output.ts";
import type { RunOnFile } from "./real-end.ts";
import { tag } from "./stream-tags.ts";

/** Stream indexes of files are below, texts beside them and captions in their pictures too. */
const firstIndex = 2100;
const codec = "dvb_teletext";
const lookMs = 5_000;

/** A page as a broadcast describes it (ETSI EN 300 468, 6.2.43). */
interface DescribedPage {
  /** BCP 47. */
  readonly language: string;
  readonly isForHearingImpaired: boolean;
  /** As viewers type it: `888`. */
  readonly page: string;
}

const streamsSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    streams: v.array(v.object({ index: v.number(), extradata: v.optional(v.string()) })),
  }),
);

/**
 * A source with the pages of subtitles of its teletext as tracks. A stream of which nothing is described is one track
 * of all that is marked as subtitles. One ffprobe more, of films with teletext alone; a look that fails changes nothing.
 */
export async function withTeletext(
  source: Source,
  { streams }: FfprobeOutput,
  run: RunOnFile,
  leftMs: () => number,
): Promise<Source> {
  if (!source.subtitles.some((track) => track.codec === codec)) return source;
  const report = await run({
    ...{ describe: false, streamData: true },
    timeoutMs: Math.min(lookMs, leftMs()),
  });
  const read = v.safeParse(streamsSchema, report.text);
  if (!read.success) return source;
  const dumps = new Map(read.output.streams.map(({ index, extradata }) => [index, extradata]));
  let index = firstIndex;
  const subtitles = source.subtitles.flatMap((track) => {
    if (track.codec !== codec) return [track];
    const stream = streams.find((one) => one.index === track.index);
    const languages = (stream && tag(stream, "language")) ?? "";
    const pages = describedPages(dumps.get(track.index), languages);
    if (pages === null) return [pageTrack(track, index++, { service: "subtitle" })];
    const tracks = pages.map((page) => pageTrack(track, index++, { service: page.page, ...page }));
    // Where none of what is described is subtitles there are none that anybody could choose.
    return tracks.length === 0 ? [track] : tracks;
  });
  return { ...source, subtitles };
}

function pageTrack(
  stream: SubtitleTrack,
  index: number,
  {
    service,
    language = stream.language,
    isForHearingImpaired = stream.isForHearingImpaired,
  }: { readonly service: string } & Partial<DescribedPage>,
): SubtitleTrack {
  const part = { stream: stream.index, codec, service };
  return { ...stream, index, language, isForHearingImpaired, part };
}

/** Kinds of pages: subtitles, and those for who does not hear. */
const [subtitlePage, captionPage] = [2, 5];

/** Two bytes a page, in the order of the languages; null where nothing is described. */
function describedPages(dump: string | undefined, languages: string): DescribedPage[] | null {
  const bytes = dumpedBytes(dump ?? "");
  if (bytes.length < 2) return null;
  const words = languages.split(",");
  return Array.from({ length: bytes.length >> 1 }, (_, i): DescribedPage[] => {
    const [first = 0, number = 0] = [bytes[2 * i], bytes[2 * i + 1]];
    const type = first >> 3;
    const [tens, units] = [number >> 4, number & 15];
    if ((type !== subtitlePage && type !== captionPage) || tens > 9 || units > 9) return [];
    const page = `${first & 7 || 8}${tens}${units}`;
    return [
      {
        language: languageOf(words[i] ?? "", null),
        isForHearingImpaired: type === captionPage,
        page,
      },
    ];
  }).flat();
}

/** Of ffprobe's dump, lines of `00000000: 1088 2f77  ../w`. */
function dumpedBytes(dump: string): number[] {
  return [...dump.matchAll(/^[0-9a-f]{8}: ((?:[0-9a-f]{2,4} ?){1,8})/gm)].flatMap(([, line = ""]) =>
    (line.match(/[0-9a-f]{2}/g) ?? []).map((byte) => Number.parseInt(byte, 16)),
  );
}
