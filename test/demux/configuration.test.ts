import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { esdsBox } from "../../src/demux/configuration/esds-box.ts";
import { mp4Configuration } from "../../src/demux/configuration/mp4-configuration.ts";
import { soundFrame } from "../../src/demux/configuration/sound-frame.ts";
import type { DemuxedTrack } from "../../src/demux/demuxer.ts";
import { openDemuxer } from "../../src/demux/open-demuxer.ts";
import { codings, encodeFilm, evenClock, matroskaContainers, muxFilm } from "./film-shapes.ts";

const folder = await mkdtemp(join(tmpdir(), "viewra-demux-"));
afterAll(async () => await rm(folder, { recursive: true }));

interface Seen {
  readonly track: DemuxedTrack;
  readonly firstPacket: Uint8Array;
  readonly secondsAPacket: number | null;
}

/** Each track of a file with its first packet. */
async function look(path: string, container: string): Promise<Seen[]> {
  const demuxer = await openDemuxer(path, container);
  const seen: Seen[] = [];
  for (const track of demuxer.tracks) {
    const { points, frame } = await demuxer.index(track, { spacingSeconds: 0 });
    const [from] = points;
    if (from === undefined) throw new Error("expected a point");
    let firstPacket = new Uint8Array(0);
    for await (const { data } of demuxer.packets(track, from, null)) {
      firstPacket = new Uint8Array(data);
      break;
    }
    const secondsAPacket = frame === null ? null : frame.samples / frame.rateHz;
    seen.push({ track, firstPacket, secondsAPacket });
  }
  await demuxer.close();
  return seen;
}

describe("a Matroska track's configuration for MP4 is the one FFmpeg writes into MP4", () => {
  const sounds = [
    ...[
      ["opus of 2.5 ms", "libopus", "2.5"],
      ["opus of 5 ms", "libopus", "5"],
    ],
    ...[
      ["opus of 10 ms", "libopus", "10"],
      ["opus of 40 ms", "libopus", "40"],
    ],
  ].map(([name = "", encoder = "", ms = ""]) => ({
    ...{ name, isOpen: true, video: ["-c:v", "mpeg4"] },
    audio: ["-c:a", encoder, "-frame_duration", ms, "-application", "lowdelay"],
  }));
  const surround = [
    ["ac3", "6"],
    ["eac3", "6"],
    ["ac3", "1"],
    ["flac", "6"],
    ["libopus", "6"],
  ].map(([encoder = "", channels = ""]) => ({
    ...{ name: `${encoder} of ${channels} channels`, isOpen: false, video: ["-c:v", "mpeg4"] },
    audio: ["-c:a", encoder, "-ac", channels],
  }));

  test.each([...codings, ...sounds, ...surround].map((coding) => [coding.name, coding] as const))(
    "%s",
    async (_name, coding) => {
      const base = await encodeFilm(folder, coding, evenClock);
      const [path = ""] = await muxFilm(base, evenClock, matroskaContainers.slice(0, 1));
      const inMp4 = await look(base, "mov,mp4");
      const inMatroska = await look(path, "matroska,webm");
      for (const [i, { track, firstPacket, secondsAPacket }] of inMatroska.entries()) {
        const other = inMp4[i];
        const made = mp4Configuration(track, firstPacket, 25);
        if (track.codec === "mp3") expect(made?.form).toBe("esds");
        else expect(made).toEqual(other?.track.configuration ?? null);
        if (track.kind === "audio") {
          expect(secondsAPacket).not.toBeNull();
          expect(secondsAPacket).toBe(other?.secondsAPacket ?? NaN);
        }
      }
    },
    30_000,
  );
});

describe("an esds box", () => {
  let theirs = new Uint8Array(0);
  let own: Uint8Array | null = null;

  beforeAll(async () => {
    const [coding] = codings;
    if (coding === undefined) throw new Error("expected a coding");
    const [, sound] = await look(await encodeFilm(folder, coding, evenClock), "mov,mp4");
    const entry = Buffer.from(sound?.track.sampleEntry ?? []);
    const at = entry.indexOf("esds");
    theirs = new Uint8Array(entry.subarray(at + 4, at - 4 + entry.readUInt32BE(at - 4)));
    own = sound?.track.configuration?.bytes ?? null;
  });

  test("is FFmpeg's but for the track's number and the bit rates", () => {
    const facts = { largestBitrateBps: 0x01020304, averageBitrateBps: 0x05060708 };
    const made = esdsBox({ ...facts, objectType: 0x40, isSound: true }, own);
    const masked = (bytes: Uint8Array): string => {
      const copy = new Uint8Array(bytes);
      copy.fill(0, 9, 11);
      copy.fill(0, 19, 30);
      return copy.toHex();
    };
    expect(masked(made)).toBe(masked(theirs));
    expect(made.subarray(22, 30).toHex()).toBe("0102030405060708");
  });
});

describe("how much sound a packet of AAC holds", () => {
  const configuration = (hex: string) => ({ form: "esds", bytes: Uint8Array.fromHex(hex) });
  test.each([
    ["LC, 48 kHz", "1190", { samples: 1024, rateHz: 48_000 }],
    ["LC of 960 samples", "1194", { samples: 960, rateHz: 48_000 }],
    ["HE, its core at half of 44.1 kHz", "2b920800", { samples: 1024, rateHz: 22_050 }],
    ["a rate of its own, 12,345 Hz", "1780181c90", { samples: 1024, rateHz: 12_345 }],
    ["nothing at all", "", null],
    ["ELD, which is laid out otherwise", "f8e85000", null],
  ])("%s", (_name, hex, frame) => {
    expect(soundFrame("aac", configuration(hex), new Uint8Array(0))).toEqual(frame);
  });
});
