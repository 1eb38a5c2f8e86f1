import { expect, test } from "bun:test";
import { inputLimitArgs } from "../../src/media/ffmpeg-limits.ts";
import { sourceInput, type SourcePiece } from "../../src/media/source-pieces.ts";
import { ffmpeg } from "../probe/probe-fixture.ts";
import { tryTool } from "../support/run-tool.ts";
import { createTempFolder } from "../support/temp-folder.ts";

const pieces = (...bytes: number[]): SourcePiece[] =>
  bytes.slice(1).map((endByte, i) => ({
    ...{ startByte: bytes[i] ?? 0, endByte, durationMicroseconds: 1_000_000 },
  }));

/** Packets that ffprobe reads of a file in pieces, and what it says. */
async function readPackets(path: string, parts: readonly SourcePiece[]) {
  const { options, url } = sourceInput(path, "mpegts", parts);
  const print = ["-show_entries", "packet=pts_time", "-of", "csv=p=0"];
  const command = ["ffprobe", "-v", "error", ...inputLimitArgs, ...print, ...options, url];
  const { stdout, stderr } = await tryTool(command);
  const times = new TextDecoder().decode(stdout).split("\n").filter(Boolean).map(parseFloat);
  return { times, stderr };
}

test.each(["plain.ts", "it's, a: 'film' \\ %d |.ts", "-i.ts", "über\tall.ts"])(
  "a file named %j is opened in pieces, and they follow each other",
  async (name) => {
    await using folder = await createTempFolder("pieces");
    const part = folder.file("part.ts");
    await ffmpeg("-f", "lavfi", "-i", "testsrc2=s=64x64:r=25:d=1", "-c:v", "mpeg2video", part);
    const bytes = await Bun.file(part).bytes();
    const path = folder.file(name);
    await Bun.write(path, Buffer.concat([bytes, bytes]));
    const { times } = await readPackets(path, pieces(0, bytes.length, 2 * bytes.length));
    expect(times.toSorted((a, b) => a - b).map((time) => Math.round(time * 25))).toEqual(
      Array.from({ length: 50 }, (_, i) => i),
    );
  },
);

test("a piece that is a script of its own opens nothing", async () => {
  await using folder = await createTempFolder("pieces");
  const [secret, part] = [folder.file("secret.ts"), folder.file("part.ts")];
  await ffmpeg("-f", "lavfi", "-i", "testsrc2=s=64x64:r=25:d=1", "-c:v", "mpeg2video", secret);
  await ffmpeg("-f", "lavfi", "-i", "testsrc2=s=64x64:r=25:d=1", "-c:v", "mpeg2video", part);
  const script = `ffconcat version 1.0\nfile '${secret}'\n${"#\n".repeat(2000)}`;
  const bytes = Buffer.concat([await Bun.file(part).bytes(), Buffer.from(script)]);
  const path = folder.file("hostile.ts");
  await Bun.write(path, bytes);
  const first = bytes.length - script.length;
  const { times, stderr } = await readPackets(path, pieces(0, first, bytes.length));
  expect(times).toHaveLength(25);
  expect(stderr).toContain("not on whitelist");
});

test.each(["\n", "\r", "\r\n", "\0"])(
  "a name with %j in it is no line of a script",
  (lineBreak) => {
    const path = `/films/x${lineBreak}file '/etc/passwd'${lineBreak}.ts`;
    expect(() => sourceInput(path, "mpegts", pieces(0, 1, 2))).toThrow(
      expect.objectContaining({ code: "MEDIA_UNSUPPORTED" }),
    );
    expect(sourceInput(path, "mpegts", undefined).url).toBe(`file:${path}`);
  },
);
