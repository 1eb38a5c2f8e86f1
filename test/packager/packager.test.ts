import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { ViewraError } from "../../src/errors/viewra-error.ts";
import { createLogger } from "../../src/log/logger.ts";
import type {
  EncodedAudio,
  EncodedRendition,
} from "../../src/rendition/encode/encoded-rendition.ts";
import { rational } from "../../src/media/rational.ts";
import { initDifferences, presentationDelay } from "../../src/iso/init-segment.ts";
import { childBoxes, onlyBox, openFullBox, readBoxes } from "../../src/iso/iso-boxes.ts";
import { readMediaFragment } from "../../src/iso/media-fragment.ts";
import { createPackager, type Packager } from "../../src/packager/packager.ts";
import { soundRoles } from "../../src/rendition/rendition.ts";
import { createProcessRunner } from "../../src/process/process-runner.ts";
import { filmPlan } from "../golden/film-plan.ts";
import { encodeRendition, packagerPath } from "../golden/whole-film.ts";
import { runTool } from "../support/run-tool.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";

const plan = filmPlan({ frameRate: rational(30000, 1001), seconds: 8, segmentSeconds: 4 });
const timescale = 30_000;

let folder: TempFolder;
let packager: Packager;
let audio: EncodedAudio;

const paths = (): { rendition: EncodedRendition; path: string }[] =>
  plan.renditions.map((rendition) => ({ rendition, path: folder.file(`${rendition.id}.mp4`) }));

function packagerAt(command: string, timeoutMs: number): Packager {
  const log = createLogger({ level: "error", format: "text", write: () => {} });
  const processes = createProcessRunner({ log, setprivPath: null });
  return createPackager({ processes, command, scratchDir: folder.file("scratch"), timeoutMs });
}

async function failure(work: Promise<unknown>): Promise<ViewraError> {
  try {
    await work;
  } catch (thrown) {
    if (thrown instanceof ViewraError) return thrown;
  }
  throw new Error("expected a ViewraError");
}

beforeAll(async () => {
  folder = await createTempFolder("packager");
  await mkdir(folder.file("scratch"));
  packager = packagerAt(packagerPath, 20_000);
  for (const { rendition, path } of paths()) await encodeRendition(rendition, 8, path);
  const found = plan.renditions.find((rendition) => rendition.kind === "audio");
  if (found === undefined) throw new Error("the plan has no sound");
  audio = found;
}, 30_000);

afterAll(async () => {
  expect(await readdir(folder.file("scratch"))).toEqual([]);
  await folder[Symbol.asyncDispose]();
});

describe("a description", () => {
  test("holds one adaptation set of all rungs, then the default audio, then the other", async () => {
    const { mpd } = await packager.describe(paths());
    expect([...mpd.matchAll(/initialization="(.*?)"/g)].map(([, name]) => name)).toEqual(
      ["v90", "v180", "a2", "a1"].map((id) => `${id}/init.mp4`),
    );
    expect(mpd.match(/<AdaptationSet/g)).toHaveLength(3);
    expect([...mpd.matchAll(/ lang="(.*?)"/g)].map(([, language]) => language)).toEqual([
      "fr",
      "en",
    ]);
  });

  test("is the same for every label, and the same each time", async () => {
    const first = await packager.describe(paths());
    const relabelled = paths().map(({ rendition, path }) => ({
      rendition: rendition.kind === "audio" ? { ...rendition, label: 'a, "b"=c' } : rendition,
      path,
    }));
    expect(await packager.describe(relabelled)).toEqual(first);
  });

  test("tells what each sound is for, and of a description that it is for who does not see", async () => {
    const path = folder.file("a1.mp4");
    const tracks = soundRoles.map((role, i) => ({
      rendition: { ...audio, id: `a${i + 1}`, role },
      path,
    }));
    const { mpd } = await packager.describe(tracks);
    const told = mpd.split("<AdaptationSet").slice(1);
    for (const [i, role] of soundRoles.entries()) {
      const set = told.find((text) => text.includes(`a${i + 1}/init.mp4`)) ?? "";
      expect(set).toContain(`<Role schemeIdUri="urn:mpeg:dash:role:2011" value="${role}"/>`);
      const purpose = /<Accessibility schemeIdUri="(.*?)" value="(.*?)"\/>/.exec(set);
      const isDescription = role === "description";
      expect(purpose?.slice(1)).toEqual(
        isDescription ? ["urn:tva:metadata:cs:AudioPurposeCS:2007", "1"] : undefined,
      );
    }
  });

  test("takes any language and any path", async () => {
    const odd = folder.file(`o'd,d = $Number$ "name"; é.mp4`);
    await writeFile(odd, await readFile(folder.file("a1.mp4")));
    const languages = [
      "und",
      "",
      "english",
      "en_US",
      "x-klingon",
      "a,b=c",
      "tlh",
      "zh-Hant",
      "ENG",
    ];
    const tracks = languages.map((language, i) => ({
      rendition: { ...audio, id: `a${i + 1}`, language },
      path: odd,
    }));
    const { mpd, inits } = await packager.describe(tracks);
    expect(Object.keys(inits)).toHaveLength(languages.length);
    const told = [...mpd.matchAll(/ lang="(.*?)"/g)].map(([, language]) => language);
    expect(told).toEqual(["en-us", "tlh", "zh-hant", "en"]);
  });
});

describe("a packaged segment", () => {
  test("begins at the exact tick wherever in twenty hours of film it lies", async () => {
    // Every second of these, more or less, is one where Shaka alone comes out a tick early.
    const early = (ticks: number): boolean => Math.trunc((ticks / timescale) * timescale) < ticks;
    const frames = Array.from({ length: 2_100_000 }, (_, i) => i * 1001);
    const starts = frames.filter(
      (ticks, i) => i % 40_009 === 1 || (early(ticks) && i % 9973 === 0),
    );
    expect(starts.some(early)).toBe(true);
    const original = await segmentAt120Frames();
    const inputs = await Promise.all(
      starts.map(async (ticks, i) => {
        const path = folder.file(`start-${i}.mp4`);
        await writeFile(path, movedTo(original, ticks));
        return { kind: "video", path, n: i + 1 } as const;
      }),
    );
    const packaged = await packager.packageSegments(inputs);
    const fragments = packaged.map(({ segment }) => readMediaFragment(segment));
    expect(fragments.map(({ decodeTimeTicks }) => decodeTimeTicks)).toEqual(starts);
    expect(fragments.map(({ sequenceNumber }) => sequenceNumber)).toEqual(inputs.map(({ n }) => n));
  }, 30_000);

  test("begins at the exact tick where FFmpeg needs a 64-bit edit list", async () => {
    const path = folder.file("day.mp4");
    // Frame 2 400 001 of 30000/1001.
    await offset("80080.033367", path);
    const [packaged] = await packager.packageSegments([{ kind: "video", path, n: 1 }]);
    const { decodeTimeTicks } = readMediaFragment(packaged?.segment ?? new Uint8Array());
    expect(decodeTimeTicks).toBe(2_400_001 * 1001);
  });

  test("may come with pictures and sound from one process", async () => {
    const inputs = paths().map(({ rendition, path }, i) => ({
      kind: rendition.kind,
      path,
      n: i + 1,
    }));
    const packaged = await packager.packageSegments(inputs);
    const { inits } = await packager.describe(paths());
    for (const [i, { id }] of plan.renditions.entries()) {
      const init = packaged[i]?.init ?? new Uint8Array();
      expect(initDifferences(inits[id] ?? new Uint8Array(), init)).toEqual([]);
    }
  });
});

describe("an init segment", () => {
  test("of another size, profile or reordering differs, and the difference is named", async () => {
    const { inits } = await packager.describe(paths());
    const none = new Uint8Array();
    const other = initDifferences(inits["v90"] ?? none, inits["v180"] ?? none).join("\n");
    expect(other).toContain("tkhd");
    expect(other).toContain("moov/trak/mdia/minf/stbl/stsd");
    expect(presentationDelay(inits["v90"] ?? none)).toBe(2002);
    expect(presentationDelay(inits["a1"] ?? none)).toBe(0);
    expect(initDifferences(inits["v90"] ?? none, inits["a1"] ?? none)).not.toEqual([]);
    expect(initDifferences(inits["v90"] ?? none, none)).not.toEqual([]);
  });
});

describe("a failure", () => {
  test("of the input is PACKAGE_FAILED with Shaka's words", async () => {
    const path = folder.file("text.mp4");
    await writeFile(path, "not a film".repeat(1000));
    const error = await failure(packager.describe([{ rendition: audio, path }]));
    expect(error.code).toBe("PACKAGE_FAILED");
    expect(error.message).toContain("packager");
    const segment = await failure(packager.packageSegments([{ kind: "video", path, n: 1 }]));
    expect(segment.code).toBe("VERIFY_FAILED");
  });

  test("of the kind of stream is PACKAGE_FAILED", async () => {
    const path = folder.file("a1.mp4");
    const error = await failure(packager.packageSegments([{ kind: "video", path, n: 1 }]));
    expect(error.code).toBe("PACKAGE_FAILED");
  });

  test("to exist, to end or to be wanted has its own code", async () => {
    const hanging = folder.file("hanging");
    await writeFile(hanging, "#!/bin/sh\nsleep 60\n");
    await chmod(hanging, 0o755);
    expect((await failure(packagerAt(hanging, 100).describe(paths()))).code).toBe(
      "PROCESS_TIMEOUT",
    );
    const cancelled = packagerAt(hanging, 20_000).describe(paths(), AbortSignal.timeout(100));
    expect((await failure(cancelled)).code).toBe("CANCELLED");
    const missing = packagerAt(folder.file("nowhere"), 1000);
    expect((await failure(missing.describe(paths()))).code).toBe("PROGRAM_MISSING");
  });

  test.each([
    "packager_main.cc:629] Packaging Error: 5 (FILE_FAILURE): Fail to write to file",
    "file.cc:91] Failed to replace file 'm.mpd' with '/tmp/packager-tempfile-1', error: generic:18",
    "demuxer.cc:371] 5 (FILE_FAILURE): Cannot open file for write i.mp4",
  ])("to write where there is room is not called a full disk: %s", async (said) => {
    const failing = folder.file("failing");
    await writeFile(failing, `#!/bin/sh\necho "${said}" >&2\nexit 2\n`);
    await chmod(failing, 0o755);
    const error = await failure(packagerAt(failing, 5000).describe(paths()));
    expect(error.code).toBe("PACKAGE_FAILED");
    expect(error.message).toContain(said);
  });

  test("that Shaka does not report is found by what it did not write", async () => {
    const error = await failure(packagerAt("/bin/true", 1000).describe(paths()));
    expect(error.message).toContain("wrote no");
  });
});

/** A plain MP4 whose pictures begin at frame 120, as the segment muxer writes it. */
async function segmentAt120Frames(): Promise<Uint8Array> {
  const path = folder.file("late.mp4");
  await offset("4.004", path);
  const bytes = new Uint8Array(await readFile(path));
  expect(movedTo(bytes, 120_120)).toEqual(bytes);
  return bytes;
}

async function offset(seconds: string, path: string): Promise<void> {
  await runTool([
    ...["ffmpeg", "-nostdin", "-v", "error", "-y", "-i", folder.file("v90.mp4"), "-c", "copy"],
    ...["-output_ts_offset", seconds, "-avoid_negative_ts", "disabled"],
    ...["-video_track_timescale", "30000", "-movie_timescale", "30000", path],
  ]);
}

/** A copy whose leading empty edit has another duration. */
function movedTo(bytes: Uint8Array, ticks: number): Uint8Array {
  const copy = new Uint8Array(bytes);
  const track = onlyBox(childBoxes(copy, onlyBox(readBoxes(copy), "moov")), "trak");
  const edts = onlyBox(childBoxes(copy, track), "edts");
  const { fields } = openFullBox(copy, onlyBox(childBoxes(copy, edts), "elst"));
  fields.skip(4);
  new DataView(copy.buffer).setUint32(fields.position, ticks);
  return copy;
}
