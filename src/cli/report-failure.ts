import { errno, toViewraError, ViewraError } from "../errors/viewra-error.ts";
import { printLine, type Terminal } from "./output.ts";
import { printable } from "./printable.ts";

/** What FFmpeg or Packager said is worth reading when they failed at their own work. */
const toldByTools: ReadonlySet<string> = new Set(["ENCODE_FAILED", "PACKAGE_FAILED"]);

/** Says on stderr why a command failed; answers with its exit code. */
export function reportFailure(thrown: unknown, { stderr, env }: Terminal): number {
  const isDebugging = env["LOG_LEVEL"]?.toLowerCase() === "debug";
  if (!(thrown instanceof ViewraError) && errno(thrown) === undefined) {
    // Nothing that anybody foresaw: the stack is what a report of it needs.
    const text = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    printLine(stderr, `viewra: ${text}`);
    return 1;
  }
  const error = toViewraError(thrown);
  const isForeign = error !== thrown && error.code === "INTERNAL";
  const message = isForeign && thrown instanceof Error ? thrown.message : error.message;
  const settings = error.code === "INVALID_CONFIGURATION" ? message.split("\n") : [];
  const isList = settings.length > 1;
  const list = [`${settings.length} settings cannot be used`, ...settings].join("\n  ");
  printLine(stderr, `viewra: ${isList ? list : message}`);
  const said = error.details?.["stderr"];
  if (typeof said === "string" && (isDebugging || toldByTools.has(error.code))) {
    for (const line of said.trim().split("\n")) printLine(stderr, `  ${printable(line)}`);
  }
  if (isDebugging && error.cause !== undefined) {
    printLine(stderr, `caused by ${Bun.inspect(error.cause)}`);
  }
  return error.code === "INVALID_CONFIGURATION" ? 2 : 1;
}
