import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { ViewraError } from "../../../src/errors/viewra-error.ts";
import { artFormat, artWidth } from "../../../src/library/artwork/art-format.ts";
import { createArtwork } from "../../../src/library/artwork/artwork.ts";
import type { ArtKind } from "../../../src/library/artwork/side-art.ts";
import { createProber } from "../../../src/probe/prober.ts";
import { createProcessRunner } from "../../../src/process/process-runner.ts";
import { silentLog } from "../../store/silent-log.ts";
import { blackPng } from "../../support/black-png.ts";
import { runTool } from "../../support/run-tool.ts";
import { createTempFolder, type TempFolder } from "../../support/temp-folder.ts";

let folder: TempFolder;
const runner = createProcessRunner({ log: silentLog, setprivPath: null });
const prober = createProber({ runner, ffprobePath: "ffprobe" });

beforeAll(async () => {
  folder = await createTempFolder("artwork");
  await mkdir(folder.file("pictures"));
});

afterAll(async () => {
  await runner.close();
  await folder[Symbol.asyncDispose]();
});

const red = "color=red:s=300x450";
const green = "color=lime:s=300x450";
const blue = "color=blue:s=300x450";

const ffmpeg = (args: readonly string[]) => runTool(["ffmpeg", "-v", "error", "-y", ...args]);

async function picture(path: string, graph: string): Promise<void> {
  await ffmpeg(["-f", "lavfi", "-i", graph, "-frames:v", "1", path]);
}

/** A film of grey, with a cover of a colour where one is named. */
async function film(name: string, cover: string | null = null): Promise<string> {
  const path = folder.file(name);
  const grey = ["-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=3"];
  if (cover === null) {
    await ffmpeg([...grey, "-c:v", "libx264", "-preset", "ultrafast", path]);
    return path;
  }
  const image = folder.file("pictures/any.png");
  await picture(image, cover);
  await ffmpeg([
    ...[...grey, "-i", image, "-map", "0", "-map", "1", "-c:v:0", "libx264"],
    ...["-preset", "ultrafast", "-c:v:1", "png", "-disposition:v:1", "attached_pic", path],
  ]);
  return path;
}

/** A segment of a JPEG, by its marker. */
function segment(marker: number, data: string | Uint8Array): Buffer {
  const bytes = Buffer.from(data);
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(bytes.length + 2, 2);
  return Buffer.concat([head, bytes]);
}

const jfif = segment(0xe0, "JFIF\u{0}\u{1}\u{1}\u{0}\u{0}\u{1}\u{0}\u{1}\u{0}\u{0}");

/** A TIFF of one entry, as in EXIF: Orientation. */
function exif(orientation: number): Buffer {
  const entry = [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0];
  const tiff = [0x4d, 0x4d, 0, 0x2a, 0, 0, 0, 8, 0, 1, ...entry, 0, 0, 0, 0];
  return segment(0xe1, Buffer.concat([Buffer.from("Exif\u{0}\u{0}"), Buffer.from(tiff)]));
}

interface Wish {
  readonly kind?: ArtKind;
  readonly accept?: string | null;
  readonly width?: number;
}

async function artOf(path: string, { kind = "poster", accept = null, width = 240 }: Wish = {}) {
  const artwork = createArtwork({
    ...{ runner, ffmpegPath: "ffmpeg", folder: folder.file("cache") },
    follow: async (wanted) => {
      if (wanted.includes("far")) throw new ViewraError("MEDIA_UNREADABLE");
      return wanted;
    },
  });
  const request = { kind, width: artWidth(width), format: artFormat(accept) };
  return artwork.make(path, await prober.probe(path), request);
}

/** The mean colour of a picture, or of what a filter leaves of it: `red`, `green`, `blue` or `none` of them. */
async function colourOf(path: string, part = "null"): Promise<string> {
  const { stdout } = await runTool([
    ...["ffmpeg", "-v", "error", "-i", path, "-vf", `${part},scale=1:1:flags=area`],
    ...["-f", "rawvideo", "-pix_fmt", "rgb24", "-"],
  ]);
  const bright = [...stdout.slice(0, 3)].map((value) => value > 180);
  return ["red", "green", "blue"].filter((_, i) => bright[i]).join() || "none";
}

async function shapeOf(path: string): Promise<string> {
  const { stdout } = await runTool([
    ...["ffprobe", "-v", "error", "-select_streams", "v:0", "-of", "csv=p=0"],
    ...["-show_entries", "stream=codec_name,width,height", path],
  ]);
  return new TextDecoder().decode(stdout).trim().replace(/,+$/, "");
}

describe("a poster is", () => {
  test("the film's own picture beside it, then the folder's, then the one in it, then a frame", async () => {
    await mkdir(folder.file("order"));
    const path = await film("order/Film (2001).mp4", green);
    const own = folder.file("order/film (2001)-POSTER.Png");
    await picture(own.replace(".Png", ".png"), red);
    await picture(folder.file("order/folder.jpg"), blue);
    expect(await colourOf(await artOf(path))).toBe("red");
    await rm(own.replace(".Png", ".png"));
    expect(await colourOf(await artOf(path))).toBe("blue");
    // Another picture under the same name is another poster.
    await picture(folder.file("order/folder.jpg"), red);
    expect(await colourOf(await artOf(path))).toBe("red");
    await rm(folder.file("order/folder.jpg"));
    expect(await colourOf(await artOf(path))).toBe("green");
    expect(await colourOf(await artOf(await film("plain.mp4")))).toBe("none");
  });

  test("taken from Matroska's attachments and from sound alone as well", async () => {
    const image = folder.file("pictures/small_cover.png");
    await picture(image, blue);
    const cover = folder.file("pictures/cover.png");
    await picture(cover, green);
    const matroska = folder.file("attached.mkv");
    await ffmpeg([
      ...["-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=1", "-c:v", "libx264"],
      ...["-attach", image, "-metadata:s:t:0", "mimetype=image/png"],
      ...["-attach", cover, "-metadata:s:t:1", "mimetype=image/png", matroska],
    ]);
    expect(await colourOf(await artOf(matroska))).toBe("green");
    const song = folder.file("song.mp3");
    await ffmpeg([
      ...["-f", "lavfi", "-i", "sine=d=2", "-i", image, "-map", "0", "-map", "1", "-c:v", "copy"],
      ...["-disposition:v", "attached_pic", song],
    ]);
    expect(await colourOf(await artOf(song))).toBe("blue");
  });

  // Whatever a JPEG's encoder writes first. EXIF says how a camera was held: 6 has the left side on top.
  test.each([
    ["a JFIF header", [jfif], "red"],
    ["EXIF", [exif(1)], "red"],
    ["a JFIF header and EXIF", [jfif, exif(1)], "red"],
    ["EXIF of a camera on its side", [exif(6)], "red"],
    ["EXIF of a camera on its head", [exif(3)], "blue"],
    [
      "Photoshop's segments",
      [segment(0xed, "Photoshop 3.0\u{0}"), segment(0xee, "Adobe\u{0}d\u{0}\u{0}\u{0}\u{0}\u{1}")],
      "red",
    ],
    ["a profile of its colours", [segment(0xe2, "ICC_PROFILE\u{0}\u{1}\u{1}")], "red"],
    ["a remark", [segment(0xfe, "made by hand")], "red"],
    ["nothing but its tables", [], "red"],
  ])("a JPEG beside it that begins with %s, the way up it is", async (_, head, corner) => {
    await mkdir(folder.file("jpeg"), { recursive: true });
    const path = await film("jpeg/film.mp4", green);
    const plain = folder.file("pictures/half.jpg");
    await picture(plain, `${red},drawbox=x=iw/2:w=iw/2:h=ih:c=blue:t=fill`);
    const bytes = Buffer.from(await Bun.file(plain).arrayBuffer());
    // FFmpeg's own picture: SOI, APP0, the rest.
    const rest = bytes.subarray(4 + bytes.readUInt16BE(4));
    const soi = Buffer.from([0xff, 0xd8]);
    await writeFile(folder.file("jpeg/poster.jpg"), Buffer.concat([soi, ...head, rest]));
    expect(await colourOf(await artOf(path), "crop=iw/8:ih/8:0:0")).toBe(corner);
  });

  test.each(["8000x10", "10x2000", "2x2", "2000x2", "3x5000"])(
    "a picture beside it of %s",
    async (size) => {
      await mkdir(folder.file(size));
      const path = await film(`${size}/film.mp4`, green);
      await picture(folder.file(`${size}/poster.jpg`), `color=red:s=${size}`);
      expect(await colourOf(await artOf(path))).toBe("red");
    },
  );

  test("never what cannot be decoded, is too large, or lies out of reach: the next best is", async () => {
    await mkdir(folder.file("bad"));
    const path = await film("bad/film.mp4", green);
    for (const bytes of ["", "no picture", "\u{0}".repeat(1000)]) {
      await writeFile(folder.file("bad/film-poster.jpg"), bytes);
      expect(await colourOf(await artOf(path))).toBe("green");
    }
    await rm(folder.file("bad/film-poster.jpg"));
    // A script that calls itself a picture would have FFmpeg open other files.
    await writeFile(folder.file("bad/poster.jpg"), `#EXTM3U\n#EXTINF:1,\n${path}\n`);
    expect(await colourOf(await artOf(path))).toBe("green");
    await rm(folder.file("bad/poster.jpg"));
    await picture(folder.file("far.png"), red);
    await mkdir(folder.file("bad/film-poster.jpg"));
    await symlink(folder.file("far.png"), folder.file("bad/folder.png"));
    await rm(folder.file("bad/folder.png"));
    await symlink(folder.file("nowhere.png"), folder.file("bad/cover.png"));
    expect(await colourOf(await artOf(path))).toBe("green");
  });

  test("found beside a picture of 20,000 × 20,000, which nobody decodes", async () => {
    await mkdir(folder.file("huge"));
    const path = await film("huge/film.mp4", green);
    await writeFile(folder.file("huge/poster.png"), blackPng(20_000));
    expect(await colourOf(await artOf(path))).toBe("green");
  }, 60_000);

  test.each([
    ["black", "color=black:s=320x180:r=25:d=12"],
    ["white", "color=white:s=320x180:r=25:d=12"],
    ["out of focus", "testsrc2=s=320x180:r=25:d=12,gblur=sigma=12"],
  ])("no frame that is %s where another is not", async (_, graph) => {
    const path = folder.file("begin.mkv");
    const sharp = "testsrc2=s=320x180:r=25:d=8";
    await ffmpeg([
      ...["-f", "lavfi", "-i", graph, "-f", "lavfi", "-i", sharp],
      ...["-filter_complex", "[0:v]format=yuv420p[a];[1:v]format=yuv420p[b];[a][b]concat=n=2[v]"],
      ...["-map", "[v]", "-c:v", "libx264", "-preset", "ultrafast", "-g", "25", path],
    ]);
    const made = await artOf(path);
    const { stdout } = await runTool([
      ...["ffmpeg", "-v", "error", "-i", made, "-f", "null", "-vf"],
      ...["signalstats,blurdetect,metadata=print:file=-", "-"],
    ]);
    const printed = new TextDecoder().decode(stdout);
    const blur = Number(/lavfi\.blur=([\d.]+)/.exec(printed)?.[1]);
    expect(blur).toBeLessThan(10);
    await rm(path);
  });

  test("black where the whole film is", async () => {
    const path = folder.file("black.mkv");
    await ffmpeg(["-f", "lavfi", "-i", "color=black:s=320x180:r=25:d=5", "-c:v", "libx264", path]);
    expect(await shapeOf(await artOf(path))).toBe("mjpeg,240,134");
  });
});

test("fanart is what lies beside the film, and nothing else", async () => {
  await mkdir(folder.file("fan"));
  const path = await film("fan/film.mp4", green);
  const refused = await artOf(path, { kind: "fanart" }).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: "ARTWORK_NOT_FOUND" });
  await picture(folder.file("fan/fanart.jpg"), "color=blue:s=640x360");
  const made = await artOf(path, { kind: "fanart", width: 700 });
  // Never larger than it is.
  expect(await shapeOf(made)).toBe("mjpeg,640,360");
  expect(await colourOf(made)).toBe("blue");
});

test.each([
  ["image/avif,image/webp,*/*", "webp,120,180"],
  ["image/avif", "av1,120,180"],
  ["image/webp;q=0, image/*", "mjpeg,120,180"],
  ["*/*", "mjpeg,120,180"],
  [null, "mjpeg,120,180"],
])("for a client that accepts %p it is %s", async (accept, shape) => {
  const path = await film("formats.mp4", green);
  const made = await artOf(path, { accept, width: 100 });
  expect(await shapeOf(made)).toBe(shape);
});
