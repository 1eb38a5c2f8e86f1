import { isIP } from "node:net";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { z } from "zod";
import { value, wholeNumber } from "./value.ts";

/** A TCP port; 0 takes any free one. */
export const port: z.ZodType<number, string> = wholeNumber(0, 65_535);

/** What a server binds to: a host name or an IP address, IPv6 with or without brackets. */
export const host: z.ZodType<string, string> = value("a host name or an IP address", (text) => {
  const bare = text.replace(/^\[(.*)\]$/, "$1");
  if (isIP(bare) !== 0) return bare;
  return /^(?=.{1,253}$)[a-z\d]([\w-]*\w)?(\.[a-z\d]([\w-]*\w)?)*$/i.test(text) &&
    !/^[\d.]+$/.test(text)
    ? text
    : undefined;
});

/** Host names with commas between them, lower-case, each once; `*.` before one stands for all below it. */
export const hostList: z.ZodType<readonly string[], string> = value(
  "host names without ports, with commas between them",
  (text) => {
    const names = text.split(",").map((name) => name.trim().toLowerCase().replace(/\.$/, ""));
    const given = names.filter((name) => name !== "");
    const isName = (name: string): boolean => host.safeParse(name.replace(/^\*\./, "")).success;
    return given.length > 0 && given.every(isName) ? [...new Set(given)] : undefined;
  },
);

/** Where clients find content: an absolute path of this server or a whole URL (a CDN), no slash at the end. */
export const baseUrl: z.ZodType<string, string> = value(
  "a path that begins with / or an http(s) URL, without query",
  (text) => {
    const whole = /^https?:\/\//i.test(text);
    if (!whole && !/^\/(?!\/)/.test(text)) return undefined;
    const url = URL.parse(text, "http://localhost");
    if (url === null || url.search !== "" || url.hash !== "" || /\s/.test(text)) return undefined;
    return text.replace(/\/+$/, "");
  },
);

/** `file:` with a path (made absolute) or `libsql://host`. */
export function databaseUrl(cwd: string): z.ZodType<string, string> {
  return value("file:PATH or libsql://HOST", (text) => {
    const local = /^file:(?!\/\/)([^?#]+)$/.exec(text)?.[1];
    if (local !== undefined) return fileUrl(resolve(cwd, decoded(local)));
    const url = URL.parse(text);
    if (url?.protocol === "file:" && url.host === "" && url.pathname.length > 1) return url.href;
    return url?.protocol === "libsql:" && url.host !== "" ? text : undefined;
  });
}

/** The `file:` URL of an absolute path; a path may hold `%`, `?` and `#`. */
export function fileUrl(path: string): string {
  return pathToFileURL(path).href;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
