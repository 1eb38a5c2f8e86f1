import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import * as v from "valibot";
import { packetSchema } from "../../src/probe/ffprobe-output.ts";
import { createProber } from "../../src/probe/prober.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";
import { ffmpeg, recordingRunner, x264 } from "../probe/probe-fixture.ts";

setDefaultTimeout(60_000);

let folder: TempFolder;
const { runner } = recordingRunner();
const prober = createProber({ runner, ffprobePath: "ffprobe" });
const picture = ["-f", "lavfi", "-i", "testsrc2=s=64x64:r=25:d=6"];
const sound = ["-f", "lavfi", "-i", "sine=r=48000:d=6"];

beforeAll(async () => {
  folder = await createTempFolder("lengths");
  await Bun.write(
    folder.file("far.srt"),
    "1\n00:00:01,000 --> 00:00:02,000\nHello\n\n2\n10:00:01,000 --> 10:00:02,000\nFar\n",
  );
});
afterAll(async () => {
  await folder[Symbol.asyncDispose]();
  await runner.close();
});

async function expectSixSeconds(path: string): Promise<void> {
  const source = await prober.probe(path);
  // MPEG-TS and Matroska count from the sound's priming; a picture that is lost costs its time.
  expect(Math.abs(source.durationSeconds - 6)).toBeLessThan(0.05);
  expect(source.video?.frameRate).toEqual({ num: 25, den: 1 });
  expect(source.truncated).toBeNull();
}

/** What moves the stamps of the packets after one; FFmpeg's `setts`. */
const leap = (after: number): string =>
  `setts=pts='if(gt(N,${after}),PTS+36000/TB,PTS)':dts='if(gt(N,${after}),DTS+36000/TB,DTS)'`;

const strays: readonly (readonly [string, readonly string[]])[] = [
  ["the last sound is stamped hours later", [...picture, ...sound, "-bsf:a", leap(270)]],
  ["the last picture is stamped hours later", [...picture, ...sound, "-bsf:v", leap(148)]],
  ["all sound is stamped an hour later", [...picture, "-itsoffset", "3600", ...sound]],
];

/** One picture of the film, by its number, stands so much later; those that follow it in the file are reordered. */
const late = (number: number, seconds: number): string =>
  `setpts=if(eq(N\\,${number})\\,PTS+${seconds}/TB\\,PTS)`;

describe("six seconds of film stay six seconds where", () => {
  for (const extension of ["mkv", "mp4"]) {
    test.each([2, 3, 4])(
      `the last picture stands 100 s later, %d B pictures between two others (${extension})`,
      async (between) => {
        const path = folder.file(`late-${between}.${extension}`);
        const pictures = ["-vf", late(149, 100), "-fps_mode", "passthrough", ...x264];
        await ffmpeg(
          ...picture,
          ...sound,
          ...pictures,
          "-bf",
          String(between),
          "-c:a",
          "aac",
          path,
        );
        await expectSixSeconds(path);
      },
    );
  }
  for (const extension of ["mkv", "mp4", "ts", "mov"]) {
    for (const [what, args] of strays) {
      test(`${what} (${extension})`, async () => {
        const path = folder.file(`${what}.${extension}`);
        await ffmpeg(...args, ...x264, "-c:a", "aac", path);
        await expectSixSeconds(path);
      });
    }
  }
  for (const extension of ["mkv", "mp4"]) {
    test(`a subtitle comes hours later (${extension})`, async () => {
      const path = folder.file(`subtitle.${extension}`);
      const text = extension === "mkv" ? "srt" : "mov_text";
      const maps = ["-map", "0", "-map", "1", "-map", "2", "-c:s", text];
      await ffmpeg(...picture, ...sound, "-i", folder.file("far.srt"), ...maps, ...x264, path);
      await expectSixSeconds(path);
    });
  }
});

test.each([3, 70])("sound that goes on %d s longer than the pictures is heard", async (seconds) => {
  for (const extension of ["mkv", "mp4", "ts"]) {
    const path = folder.file(`long ${seconds}.${extension}`);
    const long = ["-f", "lavfi", "-i", `sine=r=48000:d=${6 + seconds}`];
    await ffmpeg(...picture, ...long, ...x264, "-c:a", "aac", path);
    const { durationSeconds } = await prober.probe(path);
    expect(Math.abs(durationSeconds - 6 - seconds)).toBeLessThan(0.06);
  }
});

/** Where a header says how long the film is: the place after this, and what stands there. */
const headers = {
  mkv: { mark: Buffer.from([0x44, 0x89, 0x88]), skip: 0, write: writeDouble, unitsASecond: 1000 },
  mp4: {
    mark: Buffer.from("mvhd"),
    skip: 16,
    write: writeUint,
    unitsASecond: 1000,
  },
  flv: {
    mark: Buffer.from("duration\0"),
    skip: 0,
    write: writeDouble,
    unitsASecond: 1,
  },
} as const;

function writeDouble(bytes: Buffer, at: number, value: number): void {
  bytes.writeDoubleBE(value, at);
}

function writeUint(bytes: Buffer, at: number, value: number): void {
  bytes.writeUInt32BE(value, at);
}

describe("a header that lies about the length is measured, not believed:", () => {
  for (const [extension, header] of Object.entries(headers)) {
    for (const claimed of [36_000, 1, 0]) {
      test(`${extension}, ${claimed} s`, async () => {
        const path = folder.file(`claims ${claimed}.${extension}`);
        await ffmpeg(...picture, ...sound, ...x264, "-c:a", "aac", path);
        const bytes = Buffer.from(await Bun.file(path).bytes());
        const at = bytes.indexOf(header.mark);
        expect(at).toBeGreaterThan(0);
        header.write(bytes, at + header.mark.length + header.skip, claimed * header.unitsASecond);
        await Bun.write(path, bytes);
        const { durationSeconds } = await prober.probe(path);
        expect(Math.abs(durationSeconds - 6)).toBeLessThan(0.03);
      });
    }
  }
});

describe("pictures that are announced and of which there is no packet", () => {
  // All of them lie behind the end of what is kept.
  const pictureless = ["-itsoffset", "30", ...picture, "-f", "lavfi", "-i", "sine=r=48000:d=40"];
  const kept = ["-t", "15", "-fps_mode", "passthrough", ...x264, "-c:a", "ac3"];

  test.each(["mkv", "ts", "avi", "mov"])("leave the sound to be played (%s)", async (extension) => {
    const path = folder.file(`pictureless.${extension}`);
    await ffmpeg(...pictureless, ...kept, path);
    const source = await prober.probe(path);
    expect(source.video).toBeNull();
    expect(source.audio).toHaveLength(1);
    expect(Math.abs(source.durationSeconds - 15)).toBeLessThan(0.1);
  });

  const tables = ["stsz", "stts"];
  const sizes = [0, 0x7fffffff];
  test.each(tables.flatMap((table) => sizes.map((size) => ({ table, size }))))(
    "leave the sound to be played where an index counts them and its $table claims $size bytes",
    async ({ table, size }) => {
      const path = folder.file(`${table}-${size}.mp4`);
      await ffmpeg(...picture, ...sound, ...x264, "-c:a", "aac", path);
      const bytes = Buffer.from(await Bun.file(path).bytes());
      // The first track's: the pictures'.
      bytes.writeUInt32BE(size, bytes.indexOf(table) - 4);
      await Bun.write(path, bytes);
      const source = await prober.probe(path);
      expect(source.video).toBeNull();
      expect(source.audio).toHaveLength(1);
      expect(Math.abs(source.durationSeconds - 6)).toBeLessThan(0.1);
    },
  );

  test.each(["mkv", "ts"])(
    "are not thought of where they end long before the sound (%s)",
    async (extension) => {
      const path = folder.file(`short-pictures.${extension}`);
      const long = ["-f", "lavfi", "-i", "sine=r=48000:d=40"];
      await ffmpeg(...picture, ...long, ...x264, "-c:a", "ac3", path);
      const source = await prober.probe(path);
      expect(source.video?.frameRate).toEqual({ num: 25, den: 1 });
    },
  );
});

test("a wild time stamp among the packets is as good as none", () => {
  const packet = { stream_index: 0, pts_time: "92233720368.5", dts_time: "-5e11", flags: "K_" };
  expect(v.parse(packetSchema, packet)).toMatchObject({ pts_time: undefined, dts_time: undefined });
  expect(v.parse(packetSchema, { ...packet, pts_time: "12.5" }).pts_time).toBe(12.5);
});
