import { createProbing } from "../app/probing.ts";
import type { Config } from "../config/config.ts";
import type { Logger } from "../log/logger.ts";
import { toNumber } from "../media/rational.ts";
import type { Source } from "../media/source.ts";
import { probeArgument } from "./media-argument.ts";
import { printLine, type Terminal } from "./output.ts";
import { formatBytes, formatDuration, printable } from "./printable.ts";

/** `viewra probe FILE [--json]`: what a file is and how far it can be played. */
export async function probeCommand(
  file: string,
  options: { readonly json: boolean },
  config: Config,
  log: Logger,
  terminal: Terminal,
): Promise<number> {
  const probing = createProbing(config, log);
  try {
    const source = await probeArgument(probing.prober, file, terminal.interrupted);
    const text = options.json ? JSON.stringify(source, null, 2) : describeSource(source);
    printLine(terminal.stdout, text);
    return 0;
  } finally {
    await probing.close();
  }
}

/** For people; tags of the file are made harmless for a terminal. */
export function describeSource(source: Source): string {
  const lines = [
    ["container", source.container],
    ["duration", formatDuration(source.durationSeconds)],
    ["size", formatBytes(source.sizeBytes)],
    ["fingerprint", source.fingerprint],
  ];
  if (source.truncated) lines.push(["truncated", describeTruncation(source)]);
  if (source.video) {
    const { codec, width, height, frameRate, isVariableFrameRate, isHdr, index } = source.video;
    const rate = frameRate ? `${toNumber(frameRate).toFixed(3)} fps` : "no frame rate";
    const notes = [isVariableFrameRate ? "variable" : "", isHdr ? "HDR" : ""].filter(Boolean);
    lines.push([`video #${index}`, `${codec} ${width}×${height}, ${[rate, ...notes].join(", ")}`]);
  }
  for (const { index, codec, channels, sampleRateHz, language, title } of source.audio) {
    const name = title === null ? language : `${language}, ${title}`;
    const shape = `${channels} ${channels === 1 ? "channel" : "channels"}, ${sampleRateHz} Hz`;
    lines.push([`audio #${index}`, `${codec} ${shape}, ${name}`]);
  }
  for (const { index, codec, language } of source.subtitles) {
    lines.push([`subtitle #${index}`, `${codec}, ${language}`]);
  }
  if (source.chapters.length > 0) lines.push(["chapters", String(source.chapters.length)]);
  for (const { kind, index, codec } of source.leftOut) {
    lines.push([`${kind} #${index}`, `${codec ?? "unknown codec"}, left out: not decoded here`]);
  }
  return lines.map(([what = "", text = ""]) => what.padEnd(13) + printable(text)).join("\n");
}

/** How much of a truncated file there is. */
export function describeTruncation({ truncated, durationSeconds }: Source): string {
  const declared = formatDuration(truncated?.declaredDurationSeconds ?? durationSeconds);
  return `the file says ${declared}, its data ends at ${formatDuration(durationSeconds)}`;
}
