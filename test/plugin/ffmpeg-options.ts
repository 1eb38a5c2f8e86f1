import { runTool } from "../support/run-tool.ts";

interface Option {
  readonly type: string;
  readonly from: number;
  readonly to: number;
  /** Names that stand for values. */
  readonly names: Set<string>;
}

/** FFmpeg's private options of an encoder, by name, as `-h encoder=` tells; null where it is not built in. */
export async function encoderOptions(name: string): Promise<ReadonlyMap<string, Option> | null> {
  const help = await runTool(["ffmpeg", "-v", "error", "-h", `encoder=${name}`]);
  const text = new TextDecoder().decode(help.stdout);
  if (!text.startsWith("Encoder ")) return null;
  const options = new Map<string, Option>();
  let latest: Option | null = null;
  for (const line of text.split("\n")) {
    const option = /^ {2}-(\S+)\s+<(\w+)>.*?(?:\(from (\S+) to (\S+)\))?/.exec(line);
    const range = /\(from (\S+) to (\S+)\)/.exec(line);
    if (option !== null) {
      latest = {
        type: option[2] ?? "",
        ...{ from: bound(range?.[1], -Infinity), to: bound(range?.[2], Infinity) },
        names: new Set(),
      };
      options.set(option[1] ?? "", latest);
    }
    const named = /^ {5}(\S+)/.exec(line)?.[1];
    if (named !== undefined) latest?.names.add(named);
  }
  return options;
}

function bound(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (text === "INT_MAX") return 2 ** 31 - 1;
  if (text === "INT_MIN") return -(2 ** 31);
  return Number.isFinite(Number(text)) ? Number(text) : otherwise;
}

/** What every video encoder takes (`libavcodec/options_table.h`), with the form of its values. */
const common: Readonly<Record<string, RegExp>> = {
  "-c:v": /^\w[\w-]*$/,
  "-b:v": /^\d+$/,
  "-maxrate": /^\d+$/,
  "-bufsize": /^\d+$/,
  "-profile:v": /^\w+$/,
  "-level": /^\d+(\.\d)?$/,
  "-pix_fmt": /^\w+$/,
  "-g": /^\d+$/,
  "-keyint_min": /^\d+$/,
  "-sc_threshold": /^\d+$/,
  "-bf": /^\d+$/,
  "-flags": /^\+\w+$/,
};

/** What of an encoder's options FFmpeg does not know, as sentences. */
export function unknownOptions(
  args: readonly string[],
  options: ReadonlyMap<string, Option>,
): string[] {
  const faults: string[] = [];
  for (let i = 0; i < args.length; i += 2) {
    const [option = "", value = ""] = [args[i], args[i + 1]];
    const own = options.get(option.replace(/^-/, "").replace(/:v$/, ""));
    const isTaken = own === undefined ? (common[option]?.test(value) ?? false) : takes(own, value);
    if (!isTaken) faults.push(`${option} ${value}`);
  }
  return faults;
}

function takes({ type, from, to, names }: Option, value: string): boolean {
  if (type === "string" || type === "dictionary" || type === "image_size") return true;
  if (names.has(value)) return true;
  if (type === "boolean") return value === "0" || value === "1";
  const number = Number(value);
  return value !== "" && Number.isFinite(number) && number >= from && number <= to;
}
