/**
 * Paths as bytes: the system takes any byte in a name, and a name that is not UTF-8 has no string that
 * opens it. `shown` is such a path for people and for the database, each odd byte as `\xHH`.
 */
export interface BytePath {
  readonly bytes: Buffer;
  readonly shown: string;
  readonly isUtf8: boolean;
}

const slash = Buffer.from("/");
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export function bytePath(path: string): BytePath {
  return { bytes: Buffer.from(path), shown: path, isUtf8: true };
}

export function joinBytes(folder: BytePath, name: Buffer): BytePath {
  const shownName = showName(name);
  const root = folder.shown === "/";
  return {
    bytes: Buffer.concat(root ? [folder.bytes, name] : [folder.bytes, slash, name]),
    shown: `${root ? "" : folder.shown}/${shownName.text}`,
    isUtf8: folder.isUtf8 && shownName.isUtf8,
  };
}

export function showName(name: Buffer): { readonly text: string; readonly isUtf8: boolean } {
  try {
    return { text: strict.decode(name), isUtf8: true };
  } catch {
    return { text: showOddBytes(name), isUtf8: false };
  }
}

/** Keeps every well-formed character and writes the bytes between them in hexadecimal. */
function showOddBytes(name: Buffer): string {
  let text = "";
  for (let at = 0; at < name.length;) {
    const length = [1, 2, 3, 4].find((size) => decodes(name.subarray(at, at + size))) ?? 0;
    if (length === 0) text += String.raw`\x${name.toString("hex", at, at + 1)}`;
    else text += strict.decode(name.subarray(at, at + length));
    at += Math.max(1, length);
  }
  return text;
}

function decodes(bytes: Buffer): boolean {
  try {
    return strict.decode(bytes) !== "";
  } catch {
    return false;
  }
}
