import { createEngine } from "../app/engine.ts";
import type { Config } from "../config/config.ts";
import type { Logger } from "../log/logger.ts";
import { toNumber } from "../media/rational.ts";
import type { Source } from "../media/source.ts";
import { formatBytes, formatDuration, printLine, type Terminal } from "./output.ts";

/** `viewra probe FILE [--json]`: what a file is and how far it can be played. */
export async function probeCommand(
  file: string,
  options: { readonly json: boolean },
  config: Config,
  log: Logger,
  terminal: Terminal,
): Promise<number> {
  const engine = await createEngine(config, log);
  try {
    const source = await engine.prober.probe(file, terminal.interrupted);
    const text = options.json ? JSON.stringify(source, null, 2) : describeSource(source);
    printLine(terminal.stdout, text);
    return 0;
  } finally {
    await engine.close();
  }
}

function describeSource(source: Source): string {
  const lines = [
    `container    ${source.container}`,
    `duration     ${formatDuration(source.durationSeconds)}`,
    `size         ${formatBytes(source.sizeBytes)}`,
    `fingerprint  ${source.fingerprint}`,
  ];
  if (source.truncated) {
    const declared = formatDuration(source.truncated.declaredDurationSeconds);
    lines.push(`truncated    the header says ${declared}; the data ends before`);
  }
  if (source.video) {
    const { codec, width, height, frameRate, isVariableFrameRate, isHdr, index } = source.video;
    const rate = frameRate ? `${toNumber(frameRate).toFixed(3)} fps` : "no frame rate";
    const notes = [isVariableFrameRate ? "variable" : "", isHdr ? "HDR" : ""].filter(Boolean);
    lines.push(`video #${index}     ${codec} ${width}×${height}, ${[rate, ...notes].join(", ")}`);
  }
  for (const { index, codec, channels, sampleRateHz, language, title } of source.audio) {
    const name = title === null ? language : `${language}, ${title}`;
    lines.push(`audio #${index}     ${codec} ${channels} channels, ${sampleRateHz} Hz, ${name}`);
  }
  for (const { index, codec, language } of source.subtitles) {
    lines.push(`subtitle #${index}  ${codec}, ${language}`);
  }
  return lines.join("\n");
}
