import { afterAll, beforeAll, expect, test } from "bun:test";
import { copyFile, mkdir } from "node:fs/promises";
import { addDolbyVision, type DolbyVisionRecord } from "../support/dolby-vision.ts";
import { runTool } from "../support/run-tool.ts";
import { startServer, type ServerUnderTest } from "../support/server.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";

let folder: TempFolder;
let server: ServerUnderTest;

const transfers = { pq: "smpte2084", hlg: "arib-std-b67" } as const;
/** FFmpeg 5.1 writes no Dolby Vision: a box says that it is some. */
const films: [name: string, base: keyof typeof transfers, DolbyVisionRecord][] = [
  ["profile-8.1", "pq", { profile: 8, level: 3, compatibilityId: 1 }],
  ["profile-8.4", "hlg", { profile: 8, level: 3, compatibilityId: 4 }],
  ["profile-5", "pq", { profile: 5, level: 3, compatibilityId: 0 }],
];

beforeAll(async () => {
  folder = await createTempFolder("dolby");
  const library = folder.file("films");
  await mkdir(library);
  for (const [base, transfer] of Object.entries(transfers)) {
    const params = `colorprim=bt2020:transfer=${transfer}:colormatrix=bt2020nc`;
    await runTool([
      ...["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=4"],
      ...["-vf", "format=yuv420p10le", "-c:v", "libx265", "-preset", "ultrafast"],
      ...["-x265-params", `log-level=error:${params}:keyint=50:min-keyint=50:open-gop=0`],
      ...["-color_primaries", "bt2020", "-color_trc", transfer, "-colorspace", "bt2020nc"],
      ...["-tag:v", "hvc1", folder.file(`${base}.mp4`)],
    ]);
  }
  const unofficial = ["-strict", "unofficial"];
  for (const [name, base, record] of films) {
    const path = `${library}/${name}.mp4`;
    await copyFile(folder.file(`${base}.mp4`), path);
    await addDolbyVision(path, record);
    const mkv = path.replace(/mp4$/, "mkv");
    await runTool([
      ...["ffmpeg", "-v", "error", ...unofficial, "-i", path, "-c", "copy", ...unofficial, mkv],
    ]);
  }
  server = await startServer({ dataDir: folder.file("data"), library: [library] });
}, 60_000);

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const names = films.flatMap(([name]) => [`${name}.mp4`, `${name}.mkv`]);
const television = {
  supported_codecs: ["h264", "hvc1.2.4.L153.B0", "dvh1.05.06", "dvh1.08.06", "aac"],
  ...{ supports_hdr: true, max_resolution: "2160p" },
};

const cases: [film: string, codecs: string, supplemental: string, range: string][] = [
  ["profile-8.1", "hvc1.2.4", "dvh1.08.03/db1p", "PQ"],
  ["profile-8.4", "hvc1.2.4", "dvh1.08.03/db4h", "HLG"],
  ["profile-5", "dvh1.05.03", "", "PQ"],
];

test.each(cases.flatMap((one) => ["mp4", "mkv"].map((extension) => [extension, ...one] as const)))(
  "in %s, %s is copied to who plays it, and both manifests say what it is",
  async (extension, film, codecs, supplemental, range) => {
    const id = (await server.api.awaitFiles(names)).get(`${film}.${extension}`)?.id ?? "";
    for (const container of ["hls", "dash"] as const) {
      const device_profile = { ...television, supported_containers: [container] };
      const started = await server.api.start(id, {
        ...{ container, device_profile, delivery: "auto" },
      });
      expect(started.decision).toBe("remux");
      const manifest = await (await fetch(server.api.url(started.manifest_url))).text();
      if (container === "hls") {
        const variant = manifest.split("\n").find((line) => line.includes("RESOLUTION=320x180"));
        expect(variant).toContain(`CODECS="${codecs}`);
        expect(variant).toContain(`VIDEO-RANGE=${range}`);
        if (supplemental === "") expect(variant).not.toContain("SUPPLEMENTAL");
        else expect(variant).toContain(`SUPPLEMENTAL-CODECS="${supplemental}"`);
        // Nothing made of what cannot be converted stands beside it.
        if (supplemental === "") expect(manifest).not.toContain("avc1");
      } else {
        const [codec = "", profile = ""] = supplemental.split("/");
        expect(manifest).toContain(`codecs="${codecs}`);
        if (supplemental === "") expect(manifest).not.toContain("scte214");
        else {
          expect(manifest).toContain(`scte214:supplementalCodecs="${codec}"`);
          expect(manifest).toContain(`scte214:supplementalProfiles="${profile}"`);
        }
      }
      await server.api.end(started.session_id);
    }
  },
  60_000,
);

test("what nothing here can convert is refused with the reason, never shown in wrong colours", async () => {
  const files = await server.api.awaitFiles(names);
  const id = files.get("profile-5.mp4")?.id ?? "";
  const response = await fetch(server.api.url("/api/playback/start"), {
    ...{ method: "POST", headers: { "content-type": "application/json" } },
    body: JSON.stringify({ media_file_id: id }),
  });
  expect(response.status).toBe(415);
  expect(await response.json()).toMatchObject({
    error: { code: "MEDIA_UNSUPPORTED", message: expect.stringContaining("Dolby Vision") },
  });
  const poster = await fetch(server.api.url(`/api/media/files/${id}/poster`));
  expect(poster.status).toBe(404);
  // The others are.
  const other = files.get("profile-8.1.mp4")?.id ?? "";
  expect((await server.api.start(other, {})).decision).toBe("transcode");
  expect((await fetch(server.api.url(`/api/media/files/${other}/poster`))).status).toBe(200);
}, 60_000);
