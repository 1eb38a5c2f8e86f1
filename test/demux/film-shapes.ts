import { join } from "node:path";
import { runTool } from "../support/run-tool.ts";

/** Films made of lists of properties: what they are coded with × what they lie in × what their clock does. */
export interface Coding {
  readonly name: string;
  readonly video: readonly string[];
  readonly audio: readonly string[];
  /** WebM takes it. */
  readonly isOpen: boolean;
}

const x264 = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "12"];
const x265 = ["-c:v", "libx265", "-preset", "ultrafast", "-bf", "3"];
const x265Params = "log-level=error:keyint=12:min-keyint=12:scenecut=0";
const of = (
  name: string,
  video: readonly string[],
  audio: readonly string[],
  isOpen = false,
): Coding => ({
  ...{ name, video, audio: ["-c:a", ...audio], isOpen },
});

export const codings: readonly Coding[] = [
  of("h264 without B-frames, aac", [...x264, "-bf", "0"], ["aac"]),
  of("h264 with 2 B-frames, ac3", [...x264, "-bf", "2"], ["ac3"]),
  of(
    "h264 with 16 B-frames, eac3",
    [...x264, "-bf", "16", "-b_strategy", "0", "-g", "30"],
    ["eac3"],
  ),
  of(
    "h264 with open GOPs, mp3",
    [...x264, "-bf", "3", "-x264-params", "open-gop=1"],
    ["libmp3lame"],
  ),
  of(
    "hevc with closed GOPs, flac",
    [...x265, "-x265-params", `${x265Params}:open-gop=0`],
    ["flac"],
  ),
  of(
    "hevc with open GOPs, aac of 44.1 kHz",
    [...x265, "-x265-params", `${x265Params}:open-gop=1`],
    ["aac", "-ar", "44100"],
  ),
  of(
    "vp9, opus",
    ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-g", "12"],
    ["libopus"],
    true,
  ),
  of(
    "av1, opus of 60 ms",
    ["-c:v", "libsvtav1", "-preset", "12", "-g", "12"],
    ["libopus", "-frame_duration", "60"],
    true,
  ),
  of(
    "mpeg4, mp3 of 44.1 kHz",
    ["-c:v", "mpeg4", "-bf", "2", "-g", "12"],
    ["libmp3lame", "-ar", "44100"],
  ),
];

export interface Container {
  readonly name: string;
  readonly extension: string;
  readonly options: readonly string[];
  readonly suits: (coding: Coding) => boolean;
  /** Packets are in the index and in fragments: FFmpeg edits some of them. */
  readonly isMixed?: boolean;
  /** FFmpeg's muxer states other durations of sound than its decode times have. */
  readonly isUneven?: boolean;
  /** Has no edit list, whatever the clock. */
  readonly isUnedited?: boolean;
}

const any: Container["suits"] = () => true;
/** Their sample entries are made of the first packet. */
const beforePackets = ({ name }: Coding): boolean => !/ac3/.test(name);
const inMov = ({ name }: Coding): boolean => !/vp9|av1|opus|flac/.test(name);
const mp4 = (name: string, flags: string, suits = any): Container => ({
  ...{ name, extension: "mp4", options: flags === "" ? [] : ["-movflags", flags], suits },
});

export const mp4Containers: readonly Container[] = [
  mp4("mp4", ""),
  mp4("mp4 with its index first", "faststart"),
  mp4("fragmented at key frames", "frag_keyframe+empty_moov", beforePackets),
  mp4("fragmented, index delayed", "frag_keyframe+delay_moov+default_base_moof"),
  { ...mp4("fragmented behind a first part in the index", "frag_keyframe"), isMixed: true },
  {
    ...mp4(
      "a fragment a frame",
      "frag_every_frame+empty_moov+omit_tfhd_offset+negative_cts_offsets",
      beforePackets,
    ),
    isUneven: true,
  },
  mp4("fragmented with negative offsets", "frag_keyframe+delay_moov+negative_cts_offsets"),
  mp4("dash", "dash+global_sidx+frag_keyframe+separate_moof+delay_moov"),
  mp4("mp4 with negative offsets", "negative_cts_offsets"),
  {
    name: "mp4 without edit lists",
    extension: "mp4",
    options: ["-use_editlist", "0"],
    suits: any,
    isUnedited: true,
  },
  { name: "mov", extension: "mov", options: [], suits: inMov },
];

const mkv = (name: string, ...options: readonly string[]): Container => ({
  ...{ name, extension: "mkv", options, suits: any },
});

export const matroskaContainers: readonly Container[] = [
  mkv("mkv"),
  mkv("mkv with its cues first", "-reserve_index_space", "4096"),
  mkv("mkv as it is written live", "-live", "1"),
  mkv("mkv of short clusters", "-cluster_time_limit", "300"),
  mkv(
    "mkv of small clusters without checksums",
    "-cluster_size_limit",
    "3000",
    "-write_crc32",
    "0",
  ),
  { name: "webm", extension: "webm", options: [], suits: ({ isOpen }) => isOpen },
];

export interface Clock {
  readonly name: string;
  readonly rate: string;
  readonly filter?: string;
  /** Of MP4's muxer, before its own. */
  readonly options?: readonly string[];
  /** Edit lists hide the beginning: nothing of such a film is copied. */
  readonly isCut?: boolean;
  /** Before the input when it is muxed. */
  readonly input?: readonly string[];
}

export const evenClock: Clock = { name: "25", rate: "25" };

export const clocks: readonly Clock[] = [
  { name: "24000/1001", rate: "24000/1001" },
  { name: "30000/1001", rate: "30000/1001" },
  { name: "variable", rate: "30", filter: "select='not(between(mod(n,10),3,5))'" },
  { name: "starting late", rate: "25", input: ["-itsoffset", "1.5"] },
  { name: "with ticks of its own", rate: "25", options: ["-video_track_timescale", "1000000"] },
  { name: "from before zero", rate: "25", options: ["-avoid_negative_ts", "disabled"] },
  { name: "cut in mid-film", rate: "25", input: ["-ss", "1.1"], isCut: true },
];

/** Encodes a film of 3 s, kept in a container whose clock is exact. */
export async function encodeFilm(folder: string, coding: Coding, clock: Clock): Promise<string> {
  const path = join(
    folder,
    `${coding.name} ${clock.name}`.replaceAll(/[^\w]+/g, "-") + ".base.mp4",
  );
  const picture = `testsrc2=s=160x90:r=${clock.rate}:d=3${clock.filter ? `,${clock.filter}` : ""}`;
  await runTool([
    ...["ffmpeg", "-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", picture],
    ...["-f", "lavfi", "-i", "anoisesrc=r=48000:d=3:a=0.2,aformat=channel_layouts=stereo"],
    ...["-fps_mode", "passthrough", ...coding.video, "-pix_fmt", "yuv420p", "-threads", "1"],
    ...[...coding.audio, "-strict", "-2", "-use_editlist", "1", path],
  ]);
  return path;
}

/** Muxes an encoded film into many containers in one go: their paths. */
export async function muxFilm(
  base: string,
  clock: Clock,
  containers: readonly Container[],
): Promise<string[]> {
  const paths = containers.map(({ extension }, i) => `${base}.${i}.${extension}`);
  const outputs = containers.flatMap(({ options }, i) => [
    ...["-map", "0", "-c", "copy", "-strict", "-2", ...(clock.options ?? []), ...options],
    paths[i] ?? "",
  ]);
  await runTool([
    ...["ffmpeg", "-nostdin", "-v", "error", "-y", ...(clock.input ?? []), "-i", base, ...outputs],
  ]);
  return paths;
}
