import { errno, isExhausted, toViewraError, ViewraError } from "../errors/viewra-error.ts";

/** The error a failed stat, open or read of a media file stands for: what is wrong and what to do. */
export function fileError(path: string, cause: unknown): ViewraError {
  if (isExhausted(cause)) return toViewraError(cause);
  const code = errno(cause) ?? "unknown";
  const options = { cause, details: { errno: code } };
  if (code === "ENOENT" || code === "ENOTDIR") {
    return hasForeignBytes(path)
      ? new ViewraError("MEDIA_UNREADABLE", foreignBytes, options)
      : new ViewraError("MEDIA_MISSING", undefined, options);
  }
  return new ViewraError("MEDIA_UNREADABLE", sentences[code] ?? `${other} (${code})`, options);
}

/**
 * A name that is not UTF-8 reaches us with U+FFFD in place of its odd bytes (and cannot be opened by
 * that name); a lone surrogate has no UTF-8 at all.
 */
function hasForeignBytes(path: string): boolean {
  return path.includes("\u{FFFD}") || !path.isWellFormed();
}

const foreignBytes = "The file's name is not valid UTF-8: rename the file to use it";
const other = "The system could not read the media file: check the disk or the network share";

const sentences: Readonly<Record<string, string>> = {
  EACCES: "Permission to read the media file was denied: let the user Viewra runs as read it",
  EPERM: "Permission to read the media file was denied: let the user Viewra runs as read it",
  ELOOP: "The media file is a symbolic link that leads back to itself: repair the link",
  ENAMETOOLONG: "The media file's name is longer than the system allows: shorten it",
  ERR_INVALID_ARG_VALUE: "The media file's name holds a zero byte, which no system allows",
};
