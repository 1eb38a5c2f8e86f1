import { describe, expect, test } from "bun:test";
import { decodersByCodec, isDecoded } from "../../src/media/decoded-codecs.ts";
import { inputLimitArgs, openOnlyArgs } from "../../src/media/ffmpeg-limits.ts";
import { runTool } from "../support/run-tool.ts";

/** FFmpeg's decoders by codec, in the order in which it tries them. */
async function ffmpegDecoders(): Promise<Map<string, string[]>> {
  const { stdout } = await runTool(["ffmpeg", "-v", "error", "-codecs"]);
  const text = new TextDecoder().decode(stdout);
  const found = new Map<string, string[]>();
  for (const line of text.split("\n")) {
    const codec = /^ D.[VAS]... (\S+) /.exec(line)?.[1];
    if (codec === undefined) continue;
    const names = /\(decoders: ([^)]*)\)/.exec(line)?.[1]?.trim().split(/\s+/);
    found.set(codec, names ?? [codec]);
  }
  return found;
}

describe("what FFmpeg may decode", () => {
  test("is named as FFmpeg names it, and holds the decoder that FFmpeg picks by itself", async () => {
    const known = await ffmpegDecoders();
    for (const [codec, decoders] of decodersByCodec) {
      const [picked] = known.get(codec) ?? [];
      // A build may lack a library; what it has must be the one allowed.
      if (codec === "dvb_teletext" && picked === undefined) continue;
      expect([codec, picked !== undefined && decoders.includes(picked)]).toEqual([codec, true]);
    }
  });

  test.each(["magicyuv", "wrapped_avframe", "xbin", "ansi", "smackvideo", "exr", "sonic"])(
    "is not %s",
    (codec) => {
      expect(isDecoded(codec)).toBe(false);
    },
  );

  test("is one argument, short enough for every system", () => {
    for (const word of [...inputLimitArgs, ...openOnlyArgs(["magicyuv"])]) {
      expect(word.length).toBeLessThan(8192);
    }
  });
});
