import { z } from "zod";
import { logLevels } from "../log/logger.ts";
import { baseUrl, databaseUrl, host, hostList, port } from "./address.ts";
import type { Platform } from "./data-folder.ts";
import { duration, durations } from "./duration.ts";
import { folderList, path, program } from "./folder.ts";
import { pictureCodecs, type PictureCodec } from "../media/picture-codecs.ts";
import { dayHours, policyList } from "./prewarm.ts";
import { sizeOrAuto } from "./size.ts";
import { choice, toggle, value, wholeNumber } from "./value.ts";

/** Every variable that is read, its form and its default. Documented in README.md. */
export function environmentSchema({ os, cwd }: Platform) {
  return z.object({
    VIEWRA_HOST: host.prefault("127.0.0.1"),
    VIEWRA_PORT: port.prefault("8080"),
    VIEWRA_ALLOWED_HOSTS: hostList.optional(),
    VIEWRA_DATA_DIR: path(cwd).optional(),
    VIEWRA_MAX_SESSIONS: wholeNumber(1, 1_000_000).prefault("100"),
    VIEWRA_LIBRARY: folderList(cwd, os === "win32" ? ";" : ":").optional(),
    VIEWRA_BROWSE_ROOTS: folderList(cwd, os === "win32" ? ";" : ":").optional(),
    DATABASE_URL: databaseUrl(cwd).optional(),
    DATABASE_AUTH_TOKEN: value("a token", (text) => text).optional(),
    CONTENT_STORE_PATH: path(cwd).optional(),
    CONTENT_BASE_URL: baseUrl.prefault("/api/v1/content"),
    PIPELINE_ENCODER_TIMEOUT: duration(1, 7 * 86_400).prefault("3600"),
    PIPELINE_PACKAGER_TIMEOUT: duration(1, 86_400).prefault("600"),
    PIPELINE_MAX_RETRIES: wholeNumber(0, 100).prefault("3"),
    TRANSCODE_MAX_CONCURRENT: wholeNumber(1, 1000).prefault("4"),
    TRANSCODE_QUALITY_PRESET: choice(["low", "medium", "high"]).prefault("medium"),
    TRANSCODE_ENABLE_ABR: toggle.prefault("true"),
    TRANSCODE_CODECS: codecs.prefault("auto"),
    TRANSCODE_FILL: choice(["none", "watched", "all"]).prefault("watched"),
    PREWARM: policyList.prefault("none"),
    PREWARM_MAX_BYTES: sizeOrAuto.prefault("auto"),
    PREWARM_HOURS: dayHours.prefault("always"),
    PREWARM_MINUTES: wholeNumber(1, 1440).prefault("1440"),
    SEGMENT_DURATION: duration(1, 20).prefault("4"),
    SEGMENT_BEGINNING: durations(0.5, 20).prefault("0.5,0.5,1,1,1,2,2"),
    FFMPEG_PATH: program(cwd).prefault("ffmpeg"),
    FFPROBE_PATH: program(cwd).prefault("ffprobe"),
    PACKAGER_PATH: program(cwd).optional(),
    PLUGIN_DIR: path(cwd).optional(),
    LOG_LEVEL: choice(logLevels).prefault("info"),
    LOG_FORMAT: choice(["text", "json"]).prefault("text"),
  });
}

/** null for `auto`. */
const codecs = value<readonly PictureCodec[] | null>(
  `auto, or some of ${pictureCodecs.join(", ")} with commas between them`,
  (text) => {
    const words = text.toLowerCase().split(/\s*,\s*/);
    if (words.length === 1 && words[0] === "auto") return null;
    const known = pictureCodecs.filter((codec) => words.includes(codec));
    return known.length === words.length ? known : undefined;
  },
);

export type VariableName = keyof z.infer<ReturnType<typeof environmentSchema>>;

/** Never printed, not even when they are wrong. */
export const secretVariables: ReadonlySet<string> = new Set(["DATABASE_AUTH_TOKEN"]);

/** A variable with one of these beginnings is meant for us: an unknown one is a typing error. */
export const ownPrefixes = ["VIEWRA_", "TRANSCODE_", "PIPELINE_", "PREWARM_"] as const;
