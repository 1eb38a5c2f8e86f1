import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { audioEncoderArgs, videoEncoderArgs } from "../../src/rendition/encode/encoder-args.ts";
import { shapeFilters } from "../../src/rendition/encode/video-filters.ts";
import type { EncodedPlan } from "../../src/rendition/build-plan.ts";
import { embeddedPackager } from "../../src/packager/embedded-binary.ts";
import { unpackPackager } from "../../src/packager/unpack.ts";
import { encoderFor, politeFfmpeg } from "./bare-encode.ts";
import type { BenchContext, Benchmark } from "./benchmark.ts";
import type { Figure } from "./figure.ts";
import { films } from "./films.ts";
import { createPlayer, idOf } from "./player.ts";
import { median } from "./statistics.ts";
import { runTool } from "./timed-command.ts";
import { dataFolder, startViewra } from "./viewra-server.ts";

export const wholeFilm: Benchmark = {
  name: "whole-film",
  title: "Whole film",
  about:
    "`viewra transcode` of a 1-minute 720p film with sound to the rungs 240, 360 and 480 ÷ one FFmpeg with " +
    "the same outputs (one decode, split, the same encoder options, whole-film MP4s) plus one Shaka Packager " +
    "pass over them, on the wall clock.",
  rounds: { full: 3, quick: 1 },
  measure,
};

const film = films.hd1;
const maxHeight = 480;

async function measure(context: BenchContext): Promise<Figure[]> {
  const { viewra, filmsDir, workDir, rounds, say } = context;
  const path = join(filmsDir, film.fileName);
  const { plan, contentHash } = await askPlan(context);
  const packager = await packagerPath(workDir);
  const env = { VIEWRA_DATA_DIR: dataFolder(workDir, "whole-film"), LOG_LEVEL: "warn" };
  // Unpacks Shaka Packager, once for ever on a machine.
  await runTool([viewra, "doctor"], { env });
  const out = join(workDir, "out");
  const pairs: { readonly ours: number; readonly ffmpeg: number; readonly shaka: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    await mkdir(out);
    const ffmpeg = await runTool(bareArgs(plan, path), { cwd: out });
    const shaka = await runTool([packager, ...shakaArgs(plan)], { cwd: out });
    await rm(out, { recursive: true });
    const command = [viewra, "transcode", path, "-o", out, "--max-height", String(maxHeight)];
    const ours = await runTool(command, { env });
    if (!ours.stdout.includes(contentHash)) throw new Error("transcode followed another plan");
    await rm(out, { recursive: true });
    pairs.push({ ours: ours.seconds, ffmpeg: ffmpeg.seconds, shaka: shaka.seconds });
    say(
      `viewra ${text(ours.seconds)}, FFmpeg ${text(ffmpeg.seconds)} + Shaka ${text(shaka.seconds)}`,
    );
  }
  const [ffmpeg, shaka] = [pairs.map((pair) => pair.ffmpeg), pairs.map((pair) => pair.shaka)];
  return [
    {
      what: "transcode, three rungs",
      unit: "×",
      values: pairs.map((pair) => pair.ours / (pair.ffmpeg + pair.shaka)),
      target: { atMost: 1.1 },
      ours: text(median(pairs.map((pair) => pair.ours))),
      bare: `${text(median(ffmpeg))} + ${text(median(shaka))}`,
    },
  ];
}

async function askPlan(context: BenchContext): Promise<{ plan: EncodedPlan; contentHash: string }> {
  const { viewra, filmsDir, workDir } = context;
  const dataDir = dataFolder(workDir, "whole-film-plan");
  await using server = await startViewra({ viewra, dataDir, library: filmsDir });
  const player = createPlayer(server.url);
  const id = idOf(await player.awaitFilms([film.fileName]), film.fileName);
  const decided = await player.decide(id, { quality: `${maxHeight}p` });
  const rungs = decided.plan.renditions.filter(({ kind }) => kind === "video");
  if (rungs.length !== 3) throw new Error(`expected three rungs, got ${rungs.length}`);
  return decided;
}

/** One decode to one whole-film MP4 a rendition, as one would type it. */
function bareArgs({ renditions }: EncodedPlan, path: string): string[] {
  const video = renditions.filter((rendition) => rendition.kind === "video");
  const audio = renditions.filter((rendition) => rendition.kind === "audio");
  const graph = [
    `[0:v]split=${video.length}${video.map(({ id }) => `[s${id}]`).join("")}`,
    ...video.map(({ id, recipe }) => `[s${id}]${shapeFilters(recipe).join(",")}[${id}]`),
  ].join(";");
  return [
    ...[...politeFfmpeg, "-nostdin", "-v", "error", "-y", "-i", path, "-filter_complex", graph],
    ...video.flatMap(({ id, recipe }) => [
      ...["-map", `[${id}]`, ...videoEncoderArgs(recipe, encoderFor(recipe)), `${id}.mp4`],
    ]),
    ...audio.flatMap(({ id, track, recipe }) => [
      ...["-map", `0:${track}`, ...audioEncoderArgs(recipe), `${id}.mp4`],
    ]),
  ];
}

function shakaArgs({ renditions, boundaries }: EncodedPlan): string[] {
  const seconds = (boundaries.steps[0]?.durationTicks ?? 0) / boundaries.timescale;
  return [
    ...renditions.map(
      ({ id, kind }) =>
        `in=${id}.mp4,stream=${kind},init_segment=${id}/init.mp4,segment_template=${id}/$Number$.m4s,playlist_name=${id}.m3u8`,
    ),
    ...["--segment_duration", String(seconds), "--generate_static_live_mpd", "--quiet"],
    ...["--mpd_output", "manifest.mpd", "--hls_master_playlist_output", "master.m3u8"],
  ];
}

async function packagerPath(workDir: string): Promise<string> {
  const binary = await embeddedPackager();
  if (binary === null) throw new Error("expected Shaka Packager for this machine");
  return unpackPackager(binary, workDir);
}

const text = (seconds: number): string => `${seconds.toFixed(1)} s`;
