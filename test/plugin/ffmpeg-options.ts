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
  const text = await help(`encoder=${name}`);
  return text.startsWith("Encoder ") ? optionsIn(text, /^ {2}-(\S+)\s+<(\w+)>/) : null;
}

/** A filter's options, by name, as `-h filter=` tells; none where it is not built in. */
export async function filterOptions(name: string): Promise<ReadonlyMap<string, Option>> {
  return optionsIn(await help(`filter=${name}`), /^ {3}(\S+)\s+<(\w+)>/);
}

/** What every filter takes (`libavfilter/avfilter.c`). */
const everyFilter = new Set(["extra_hw_frames", "threads"]);

/** What of filters, as `name=option=value:…`, FFmpeg does not know, as sentences. */
export async function unknownFilters(filters: readonly string[]): Promise<string[]> {
  const faults: string[] = [];
  for (const filter of filters) {
    const [name = "", ...rest] = filter.split("=");
    const options = await filterOptions(name);
    const text = await help(`filter=${name}`);
    if (!text.startsWith("Filter ")) faults.push(`no filter ${name}`);
    const values = rest.join("=");
    // Of filters with one value its name is left out.
    if (!/^\w+=/.test(values)) continue;
    for (const pair of values.split(":")) {
      const [option = "", ...value] = pair.split("=");
      const known = options.get(option);
      const isTaken = known === undefined ? everyFilter.has(option) : takes(known, value.join("="));
      if (!isTaken) faults.push(`${name}: ${pair}`);
    }
  }
  return faults;
}

const helps = new Map<string, Promise<string>>();

function help(topic: string): Promise<string> {
  const known = helps.get(topic);
  if (known !== undefined) return known;
  const asked = runTool(["ffmpeg", "-v", "error", "-h", topic]).then(({ stdout }) =>
    new TextDecoder().decode(stdout),
  );
  helps.set(topic, asked);
  return asked;
}

function optionsIn(text: string, pattern: RegExp): Map<string, Option> {
  const options = new Map<string, Option>();
  let latest: Option | null = null;
  for (const line of text.split("\n")) {
    const option = pattern.exec(line);
    const range = /\(from (\S+) to (\S+)\)/.exec(line);
    if (option !== null) {
      latest = {
        type: option[2] ?? "",
        ...{ from: bound(range?.[1], -Infinity), to: bound(range?.[2], Infinity) },
        names: new Set(),
      };
      options.set(option[1] ?? "", latest);
      continue;
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
  if (["string", "dictionary", "image_size", "pix_fmt", "duration", "rational"].includes(type))
    return true;
  if (names.has(value)) return true;
  if (type === "boolean") return value === "0" || value === "1";
  const number = Number(value);
  return value !== "" && Number.isFinite(number) && number >= from && number <= to;
}
