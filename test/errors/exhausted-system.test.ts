import { expect, test } from "bun:test";
import { toViewraError } from "../../src/errors/viewra-error.ts";
import { examineFile } from "../../src/library/examine-file.ts";
import { failureKind } from "../../src/pipeline/failure-kind.ts";
import { fileError } from "../../src/probe/file-error.ts";

const exhausted = ["EMFILE", "ENFILE", "ENOMEM", "EAGAIN"];
const withCode = (code: string): Error => Object.assign(new Error(code), { code });

test.each(exhausted)(
  "%s is a system that is busy, to be asked again, and nobody's fault",
  (code) => {
    for (const error of [toViewraError(withCode(code)), fileError("/film.mkv", withCode(code))]) {
      expect(error).toMatchObject({ code: "SYSTEM_BUSY", status: 503, retryAfterSeconds: 5 });
      expect(failureKind(error)).toBe("environment");
    }
  },
);

test.each(["EIO", "EACCES", "ESTALE", "ELOOP"])("%s is told of the file", (code) => {
  expect(fileError("/film.mkv", withCode(code)).code).toBe("MEDIA_UNREADABLE");
});

test.each(exhausted)(
  "a scan that meets %s ends, instead of calling a film unreadable",
  async (code) => {
    const prober = { probe: () => Promise.reject(fileError("/film.mkv", withCode(code))) };
    const file = { path: "/film.mkv", sizeBytes: 1, mtimeMs: 1, obstacle: null };
    const examined = examineFile(prober, file, new AbortController().signal);
    await expect(examined).rejects.toMatchObject({ code: "SYSTEM_BUSY" });
  },
);
