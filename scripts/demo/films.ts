export interface DemoFilm {
  readonly fileName: string;
  /** FFmpeg's options from the first input up to the output name. */
  readonly args: readonly string[];
}

const font = "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf";
const fastX264 = "-c:v libx264 -preset ultrafast -crf 26 -pix_fmt yuv420p".split(" ");

/** The films of the demo library: one long one to seek in, and the rates and layouts that break players. */
export const demoFilms: readonly DemoFilm[] = [
  { fileName: "Clock, 10 minutes.mp4", args: clock({ rate: "25", seconds: 600, height: 720 }) },
  short("Rate 23.976.mp4", "24000/1001"),
  short("Rate 29.97.mkv", "30000/1001"),
  short("Rate 59.94.mp4", "60000/1001"),
  // Two seconds of every frame, then two of every third, and so on.
  short("Rate variable.mkv", "60", { keep: "if(lt(mod(t,4),2),1,not(mod(n,3)))" }),
  short("Sound 44.1 kHz mono.mp4", "25", { sound: ["-ar", "44100", "-ac", "1"] }),
  short("Sound 5.1.mkv", "24", { layout: "5.1", sound: ["-c:a", "ac3", "-b:a", "384k"] }),
  short("Sound none.mp4", "25", { layout: null }),
  short("Start at half a minute.ts", "25", { sound: ["-output_ts_offset", "30"] }),
];

interface Look {
  readonly rate: string;
  readonly seconds: number;
  readonly height: number;
  /** Expression of FFmpeg's `select`: which frames stay; all when left out. */
  readonly keep?: string;
  /** null for no sound at all. */
  readonly layout?: "stereo" | "5.1" | null;
  /** Options of the sound, or of the whole output. */
  readonly sound?: readonly string[];
}

function short(fileName: string, rate: string, look: Partial<Look> = {}): DemoFilm {
  return { fileName, args: clock({ rate, seconds: 20, height: 360, ...look }) };
}

/** Test bars with a clock, a frame counter, and a flash and a beep at each full second. */
function clock({ rate, seconds, height, keep, layout = "stereo", sound = [] }: Look): string[] {
  const bars = `smptehdbars=s=${(height * 16) / 9}x${height}:r=${rate},format=yuv420p`;
  const picture = [...(keep === undefined ? [] : [`select='${keep}'`]), ...overlays(height)];
  return [
    ...["-f", "lavfi", "-i", bars],
    ...(layout === null ? [] : ["-f", "lavfi", "-i", beeps(layout)]),
    ...["-t", String(seconds), "-vf", picture.join(","), ...fastX264],
    ...(keep === undefined ? [] : ["-fps_mode", "vfr"]),
    ...(layout === null ? [] : ["-c:a", "aac", "-b:a", "96k"]),
    ...sound,
  ];
}

function overlays(height: number): string[] {
  const size = (fraction: number): number => Math.round(height * fraction);
  const letters = (fontSize: number): string =>
    `fontfile=${font}:fontsize=${fontSize}:fontcolor=white:box=1:boxcolor=black:boxborderw=${size(0.02)}`;
  return [
    `drawbox=x=0:y=${size(0.85)}:w=iw:h=${size(0.15)}:color=white:t=fill:enable='lt(mod(t,1),0.08)'`,
    `drawtext=${letters(size(0.15))}:x=(w-tw)/2:y=${size(0.38)}:text='%{pts\\:hms}'`,
    `drawtext=${letters(size(0.06))}:x=(w-tw)/2:y=${size(0.14)}:text='frame %{n}'`,
  ];
}

/** 80 ms of 1 kHz at each second, 2 kHz at each minute. */
function beeps(layout: "stereo" | "5.1"): string {
  const beep = "if(lt(mod(t,1),0.08),0.4*sin(2*PI*t*if(lt(mod(t,60),1),2000,1000)),0)";
  return `aevalsrc='${beep}':s=48000:c=mono,aformat=channel_layouts=mono,${spread(layout)}`;
}

function spread(layout: "stereo" | "5.1"): string {
  const channels = layout === "stereo" ? 2 : 6;
  const gains = Array.from({ length: channels }, (_, channel) => `c${channel}=c0`);
  return `pan=${layout}|${gains.join("|")}`;
}
