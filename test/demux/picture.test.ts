import { afterAll, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDemuxer } from "../../src/demux/open-demuxer.ts";
import { inspectPoints } from "../../src/demux/picture/inspect-points.ts";
import { nalLengthBytes } from "../../src/demux/picture/nal-units.ts";
import { randomAccessKind } from "../../src/demux/picture/random-access-kind.ts";
import { runTool } from "../support/run-tool.ts";
import {
  codings,
  encodeFilm,
  evenClock,
  matroskaContainers,
  muxFilm,
  type Coding,
} from "./film-shapes.ts";

const folder = await mkdtemp(join(tmpdir(), "viewra-demux-"));
afterAll(async () => await rm(folder, { recursive: true }));

/** What the encoders were asked for: the first key frame and the later ones. */
function expectedKinds({ name }: Coding): [string, string] {
  if (name.startsWith("h264")) return ["idr", name.includes("open") ? "recovery" : "idr"];
  if (name.startsWith("hevc")) return ["idr", name.includes("open") ? "cra" : "idr"];
  return ["key", "key"];
}

describe("what a picture is to one who begins with it", () => {
  test.each(codings.map((coding) => [coding.name, coding] as const))(
    "%s: in MP4 and in Matroska",
    async (_name, coding) => {
      const base = await encodeFilm(folder, coding, evenClock);
      const [mkv = ""] = await muxFilm(base, evenClock, matroskaContainers.slice(0, 1));
      for (const [path, container] of [
        [base, "mov,mp4"],
        [mkv, "matroska,webm"],
      ] as const) {
        const demuxer = await openDemuxer(path, container);
        const [track] = demuxer.tracks;
        if (track === undefined) throw new Error("expected pictures");
        const { points } = await demuxer.index(track, { spacingSeconds: 0 });
        const { kinds, obstacles } = await inspectPoints(demuxer, track, points);
        const [first, later] = expectedKinds(coding);
        expect(kinds.map(alike)).toEqual(points.map((_point, i) => (i === 0 ? first : later)));
        expect(obstacles).toEqual([]);
        const [from] = points;
        if (from === undefined) throw new Error("expected a point");
        const lengthBytes = track.configuration ? nalLengthBytes(track.configuration) : 4;
        let shownLast = from.ptsTicks;
        for await (const { data, isSync, ptsTicks } of demuxer.packets(track, from, null)) {
          const kind = randomAccessKind(track.codec, lengthBytes, data);
          if (isSync) shownLast = ptsTicks;
          // Leading pictures of an open GOP of HEVC are called so, and no others are.
          const isLeading = !isSync && ptsTicks < shownLast;
          if (!isSync && coding.name.includes("hevc with open")) {
            expect(kind === "rasl" || kind === "radl").toBe(isLeading);
          } else if (!isSync) expect(["none", "radl"]).toContain(kind ?? "");
        }
        await demuxer.close();
      }
    },
    30_000,
  );

  test("H.264 that refreshes its picture bit by bit is right some pictures later only", async () => {
    const path = await encode("refresh.mp4", ["-x264-params", "intra-refresh=1:keyint=12"]);
    const demuxer = await openDemuxer(path, "mov,mp4");
    const [track] = demuxer.tracks;
    if (track === undefined) throw new Error("expected pictures");
    const { points } = await demuxer.index(track, { spacingSeconds: 0 });
    const { kinds, obstacles } = await inspectPoints(demuxer, track, points);
    expect([...new Set(kinds)]).toEqual(["idr", "gradual"]);
    expect(obstacles.map(({ code }) => code)).toEqual(["random-access"]);
    await demuxer.close();
  });
});

describe("parameter sets in the film", () => {
  test.each([
    ["that are those of the header are no obstacle", false],
    ["that change in mid-film are one", true],
  ])("%s", async (_name, isChanged) => {
    const parts = [
      await encode("first.ts", ["-refs", "1"]),
      await encode("second.ts", ["-refs", isChanged ? "3" : "1"]),
    ];
    for (const [extension, container] of [
      ["mp4", "mov,mp4"],
      ["mkv", "matroska,webm"],
    ] as const) {
      const path = join(folder, `joined.${extension}`);
      await runTool([
        ...["ffmpeg", "-nostdin", "-v", "error", "-y", "-i", `concat:${parts.join("|")}`],
        ...["-c", "copy", path],
      ]);
      const demuxer = await openDemuxer(path, container);
      const [track] = demuxer.tracks;
      if (track === undefined) throw new Error("expected pictures");
      const { points } = await demuxer.index(track, { spacingSeconds: 0 });
      const { obstacles } = await inspectPoints(demuxer, track, points);
      expect(obstacles.map(({ code }) => code)).toEqual(isChanged ? ["parameter-sets"] : []);
      await demuxer.close();
    }
  });
});

async function encode(name: string, options: readonly string[]): Promise<string> {
  const path = join(folder, name);
  await runTool([
    ...[
      "ffmpeg",
      "-nostdin",
      "-v",
      "error",
      "-y",
      "-f",
      "lavfi",
      "-i",
      "testsrc2=s=160x90:r=25:d=2",
    ],
    ...["-c:v", "libx264", "-preset", "ultrafast", "-g", "12", "-bf", "0", ...options, path],
  ]);
  return path;
}

/** An IDR picture of HEVC may have leading pictures, whether or not it has. */
function alike(kind: string | null): string | null {
  return kind === "idr-leading" ? "idr" : kind;
}
