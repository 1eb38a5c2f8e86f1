import { expect, test } from "bun:test";
import { authoringFaults, authoringRules, deviations } from "./authoring-rules.ts";
import { readHls } from "./hls-presentation.ts";

const master = `#EXTM3U
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MEDIA:TYPE=AUDIO,URI="a1.m3u8",GROUP-ID="aac",LANGUAGE="en",NAME="English",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2"
#EXT-X-MEDIA:TYPE=AUDIO,URI="a2.m3u8",GROUP-ID="eac3",LANGUAGE="en",NAME="English",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="6"
#EXT-X-MEDIA:TYPE=SUBTITLES,URI="t1.m3u8",GROUP-ID="text",LANGUAGE="pt-BR",NAME="Forced",DEFAULT=NO,AUTOSELECT=YES,FORCED=YES
#EXT-X-MEDIA:TYPE=SUBTITLES,URI="t2.m3u8",GROUP-ID="text",NAME="SDH",DEFAULT=NO,AUTOSELECT=NO,FORCED=NO,CHARACTERISTICS="public.accessibility.transcribes-spoken-dialog,public.accessibility.describes-music-and-sound"
#EXT-X-STREAM-INF:BANDWIDTH=900,AVERAGE-BANDWIDTH=800,CODECS="avc1.640015,mp4a.40.2",RESOLUTION=320x180,FRAME-RATE=25.000,VIDEO-RANGE=SDR,AUDIO="aac",SUBTITLES="text",CLOSED-CAPTIONS=NONE
v1.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=999,AVERAGE-BANDWIDTH=999,CODECS="hvc1.2.4.L63.90,ec-3",SUPPLEMENTAL-CODECS="dvh1.08.03/db1p",RESOLUTION=320x180,FRAME-RATE=25.000,VIDEO-RANGE=PQ,AUDIO="eac3",SUBTITLES="text",CLOSED-CAPTIONS=NONE
v2.m3u8
`;
const playlist = (id: string): string => {
  const isText = id.startsWith("t");
  const map = isText ? "" : `#EXT-X-MAP:URI="${id}/init.mp4"\n`;
  const segments = [4, 3.5].map(
    (seconds, i) => `#EXTINF:${seconds.toFixed(3)},\n${id}/${i + 1}.${isText ? "vtt" : "m4s"}\n`,
  );
  return `#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-TARGETDURATION:4\n#EXT-X-PLAYLIST-TYPE:VOD\n${map}${segments.join("")}#EXT-X-ENDLIST\n`;
};
const text: Readonly<Record<string, string>> = {
  master,
  ...Object.fromEntries(["v1", "v2", "a1", "a2", "t1", "t2"].map((id) => [id, playlist(id)])),
};

/** A change to a presentation, and the rule that it breaks, by what the rule says. */
type Breach = readonly [says: string, of: string, from: string | RegExp, to: string];

const breaches: readonly Breach[] = [
  ["parameter sets stand", "master", "hvc1.2", "hev1.2"],
  ["H.264 is of", "master", "avc1.640015", "avc1.f40015"],
  ["what is HDR", "master", "hvc1.2", "hvc1.1"],
  ["what is HDR", "master", "hvc1.2.4.L63.90", "avc1.640015"],
  ["no more than 60", "master", "25.000", "120.000"],
  ["subtitles are WebVTT", "t1", ".vtt", ".m4s"],
  ["forced subtitles", "master", "AUTOSELECT=YES,FORCED=YES", "AUTOSELECT=NO,FORCED=YES"],
  ["subtitles for who does not hear", "master", "transcribes-spoken-dialog", "x"],
  ["subtitles for who does not hear", "master", /,CHARACTERISTICS="[^"]*"/, ""],
  ["where there is sound", "master", ",mp4a.40.2", ""],
  ["longer than its target by half", "a1", "3.500", "4.500"],
  ["a film's playlists", "v1", "VOD", "EVENT"],
  ["every variant says its codecs", "master", "AVERAGE-BANDWIDTH=800,", ""],
  ["every variant says its codecs", "master", "AVERAGE-BANDWIDTH=800", "AVERAGE-BANDWIDTH=950"],
  ["says their size", "master", "FRAME-RATE=25.000,", ""],
  ["says their size", "master", "VIDEO-RANGE=SDR,", ""],
  ["no closed captions", "master", /,CLOSED-CAPTIONS=NONE/, ""],
  ["segments are independent", "master", "#EXT-X-INDEPENDENT-SEGMENTS\n", ""],
  ["the range is what", "master", "avc1.640015", "vp09.02.11.10.01.09.18.09.00"],
  ["Dolby Vision beside", "master", "db1p", "db4h"],
  ["Dolby Vision beside", "master", "dvh1.08.03/db1p", "dvh1.08.03"],
  ["every group", "master", 'GROUP-ID="aac"', 'GROUP-ID="b"'],
  ["a rendition has a type", "master", 'NAME="SDH",', 'NAME="",'],
  ["languages are tags", "master", "pt-BR", "pt-br"],
  ["languages are tags", "master", 'LANGUAGE="en"', 'LANGUAGE="und"'],
  ["a default is chosen", "master", "DEFAULT=YES,AUTOSELECT=YES", "DEFAULT=YES,AUTOSELECT=NO"],
  ["a default is chosen", "master", ',CHANNELS="2"', ""],
  ["names differ", "master", 'NAME="Forced"', 'NAME="SDH"'],
  ["names differ", "master", "DEFAULT=YES", "DEFAULT=NO"],
  ["groups of one type", "master", 'NAME="English"', 'NAME="Other"'],
  ["rounded, is longer", "v2", "4.000", "4.600"],
  ["playlists with a header", "a1", "VERSION:6", "VERSION:3"],
  ["one target", "a1", "TARGETDURATION:4", "TARGETDURATION:5"],
  ["cut at the same", "v2", "4.000", "3.900"],
  ["every URI is relative", "v1", "v1/1.m4s", "https://example.org/1.m4s"],
];

const read = (changed: Readonly<Record<string, string>>) =>
  readHls(changed["master"] ?? "", async (uri) => changed[uri.replace(".m3u8", "")] ?? "");

test("a presentation that follows the rules has no faults", async () => {
  expect(authoringFaults(await read(text))).toEqual([]);
});

test.each([...breaches])(
  "what breaks the rule “%s” in %s is a fault: %p as %p",
  async (says, of, from, to) => {
    const own = text[of] ?? "";
    const changed = own.replace(from, to);
    expect(changed).not.toBe(own);
    const faults = await read({ ...text, [of]: changed }).then(authoringFaults, String);
    // Some of it no strict parser lets through in the first place.
    if (!String(faults).startsWith("Error: Invalid Playlist")) {
      expect(String(faults)).toContain(says);
    }
  },
);

test("two variants that are the same are a fault", async () => {
  const [, variant = ""] = /(#EXT-X-STREAM-INF.*\nv1.m3u8\n)/.exec(master) ?? [];
  const faults = authoringFaults(await read({ ...text, master: `${master}${variant}` }));
  expect(String(faults)).toContain("no two variants");
});

test("every rule is broken by one of these, and every deviation has its reason", () => {
  const broken = [...breaches.map(([says]) => says), "no two variants"];
  const rest = authoringRules.filter(({ says }) => !broken.some((part) => says.includes(part)));
  expect(rest.map(({ says }) => says)).toEqual([]);
  for (const { because } of deviations) expect(because.length).toBeGreaterThan(20);
});

test.each([
  ["a line that is no tag", "master", "#EXTM3U\n", "#EXTM3U\n#hello\n"],
  ["an attribute twice", "master", "DEFAULT=YES,", "DEFAULT=YES,DEFAULT=YES,"],
  ["an open quote", "master", 'NAME="SDH"', 'NAME="SDH'],
  ["a mark before it", "v1", "#EXTM3U", "\ufeff#EXTM3U"],
])("%s is no playlist", async (_, of, from, to) => {
  const changed = { ...text, [of]: (text[of] ?? "").replace(from, to) };
  await expect(read(changed)).rejects.toThrow();
});
