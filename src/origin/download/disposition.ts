/**
 * A Content-Disposition field that names the file to save (RFC 6266): its name as it is (RFC 8187), and as near as ASCII comes for
 * those who do not read that. Separators of paths and control characters become spaces.
 */
export function attachmentNamed(title: string, extension: string): string {
  const safe = title
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069/\\:*?"<>|]+/gu, " ")
    .replaceAll(/\s+/g, " ")
    .trim()
    .replace(/^\.+/, "");
  // Names of 255 bytes are the longest that file systems take.
  const stem = cutToBytes(safe, 240) || "film";
  const name = `${stem}.${extension}`;
  // Marks alone leave nothing, or a name that begins with a dot.
  const bare = stem.normalize("NFKD").replaceAll(/\p{M}/gu, "").trim().replace(/^\.+/, "");
  const ascii = `${bare.replaceAll(/[^\x20-\x7e]|[%/\\:*?"<>|]/gu, "_") || "film"}.${extension}`;
  const exact = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${exact}`;
}

function cutToBytes(text: string, bytes: number): string {
  const encoder = new TextEncoder();
  let cut = "";
  let size = 0;
  for (const char of text) {
    size += encoder.encode(char).byteLength;
    if (size > bytes) break;
    cut += char;
  }
  return cut.trim();
}
