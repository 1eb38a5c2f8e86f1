export const logLevels = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof logLevels)[number];
export type LogFields = Readonly<Record<string, unknown>>;

/**
 * A structured logger. `with` returns one whose every line carries the given fields too
 * (`request_id`, `session_id`, `content`, `run`), so that one film's story can be picked out of a log.
 */
export interface Logger {
  readonly level: LogLevel;
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  with(fields: LogFields): Logger;
}

export interface LoggerOptions {
  readonly level: LogLevel;
  readonly format: "text" | "json";
  /** Takes one finished line, without its newline. */
  readonly write: (line: string) => void;
  readonly now?: () => Date;
}

/** A logger that prints one line an event, as text for people or JSON for machines. */
export function createLogger(options: LoggerOptions, context: LogFields = {}): Logger {
  const threshold = logLevels.indexOf(options.level);
  const now = options.now ?? (() => new Date());
  const emit = (level: LogLevel, message: string, fields: LogFields = {}): void => {
    if (logLevels.indexOf(level) < threshold) return;
    const print = options.format === "json" ? printJson : printText;
    options.write(print(now(), level, message, { ...context, ...fields }));
  };
  return {
    level: options.level,
    debug: (message, fields) => emit("debug", message, fields),
    info: (message, fields) => emit("info", message, fields),
    warn: (message, fields) => emit("warn", message, fields),
    error: (message, fields) => emit("error", message, fields),
    with: (fields) => createLogger(options, { ...context, ...fields }),
  };
}

function printJson(time: Date, level: LogLevel, message: string, fields: LogFields): string {
  const plain = Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [key, flat(value)]),
  );
  return JSON.stringify({ time: time.toISOString(), level, message, ...plain });
}

function printText(time: Date, level: LogLevel, message: string, fields: LogFields): string {
  let tail = "";
  for (const [key, value] of Object.entries(fields)) {
    if (value !== undefined) tail += ` ${key}=${quoted(flat(value))}`;
  }
  return `${time.toISOString()} ${level.toUpperCase().padEnd(5)} ${message}${tail}`;
}

/** Errors as their chain of messages, everything else as it is. */
function flat(value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const code = "code" in value && typeof value.code === "string" ? `${value.code}: ` : "";
  const cause = value.cause === undefined ? "" : ` ← ${String(flat(value.cause))}`;
  return `${code}${value.message}${cause}`;
}

/** Quotes what would break a line apart: a file name may hold a newline. */
function quoted(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
  return /^[\w./:@%+,;~-]+$/.test(text) ? text : JSON.stringify(text);
}
