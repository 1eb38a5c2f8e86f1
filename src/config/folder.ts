import { resolve } from "node:path";
import type { z } from "zod";
import { value } from "./value.ts";

/** A path, made absolute; that it exists is checked by whoever uses it. */
export function path(cwd: string): z.ZodType<string, string> {
  return value("a path", (text) =>
    text === "" || text.includes("\0") ? undefined : resolve(cwd, text),
  );
}

/** Paths with `separator` between them (`:`, on Windows `;`), each once. */
export function folderList(cwd: string, separator: string): z.ZodType<readonly string[], string> {
  return value(`folders with "${separator}" between them`, (text) => {
    const folders = text.split(separator).filter((folder) => folder !== "");
    if (folders.length === 0 || text.includes("\0")) return undefined;
    return [...new Set(folders.map((folder) => resolve(cwd, folder)))];
  });
}

/** A program: a bare name is looked for on PATH, anything with a slash is a path. */
export function program(cwd: string): z.ZodType<string, string> {
  return value("a program's name or path", (text) => {
    if (text === "" || text.includes("\0")) return undefined;
    return /[/\\]/.test(text) ? resolve(cwd, text) : text;
  });
}
