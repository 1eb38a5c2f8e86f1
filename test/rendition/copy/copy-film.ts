import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import provider from "../../../plugins/transcoding/ffmpeg_software/index.ts";
import { readMediaFragment } from "../../../src/iso/media-fragment.ts";
import type { Source } from "../../../src/media/source.ts";
import { segmentCount } from "../../../src/media/timeline.ts";
import type { Description, Packager } from "../../../src/packager/packager.ts";
import { judgeSegment } from "../../../src/pipeline/judge-segment.ts";
import { createCopyMaker } from "../../../src/rendition/copy/copy-maker.ts";
import { createFilmOpener } from "../../../src/rendition/copy/film-packets.ts";
import type { CopiedRendition } from "../../../src/rendition/copy/copied-rendition.ts";
import { sourceTraits } from "../../../src/rendition/located-source.ts";
import { planAnyDelivery, type DeliveryPlan } from "../../../src/rendition/plan-delivery.ts";
import { renditionTimeline } from "../../../src/rendition/plan.ts";

export interface CopiedFilm extends DeliveryPlan {
  readonly description: Description;
  /** Of each copied rendition: init segment and all its segments, one after the other. */
  readonly joined: ReadonlyMap<string, string>;
  /** Of each: what its segments say each packet lasts, in ticks. */
  readonly durations: ReadonlyMap<string, readonly number[]>;
}

/** Plans a film with every track copied, and makes every segment, each by a run of its own, in random order. */
export async function copyFilm(
  path: string,
  source: Source,
  packager: Packager,
  workDir: string,
  options: { readonly adaptive?: boolean; readonly segmentSeconds?: number } = {},
): Promise<CopiedFilm> {
  const { adaptive = false, segmentSeconds = 1 } = options;
  await mkdir(workDir, { recursive: true });
  const films = createFilmOpener();
  const maker = createCopyMaker({ films });
  const located = { path, ...sourceTraits(source) };
  const tracks = [source.video, ...source.audio].flatMap((track) => (track ? [track.index] : []));
  try {
    const delivery = await planAnyDelivery(
      source,
      new Map(tracks.map((index) => [index, "copy"])),
      {
        ...{ segmentSeconds, quality: "low", adaptive, maxHeight: null, maxBitrateBps: null },
        ...{ maxAudioChannels: 2, providers: [provider] },
      },
      (work) => films.use(located, source.fingerprint, work),
    );
    const { plan } = delivery;
    const copied = plan.renditions.filter((rendition) => rendition.method === "copy");
    const inputs = [];
    for (const rendition of copied) {
      const request = { frame: plan, rendition, folder: workDir, locate: async () => located };
      inputs.push({ rendition, path: await maker.sample(request) });
    }
    const description =
      inputs.length === 0
        ? { mpd: "", master: "", playlists: {}, inits: {} }
        : await packager.describe(inputs);
    const joined = new Map<string, string>();
    const durations = new Map<string, readonly number[]>();
    for (const rendition of copied) {
      const init = description.inits[rendition.id] ?? new Uint8Array();
      const segments = await makeAll(rendition);
      for (const [i, segment] of segments.entries()) {
        judgeSegment({ init: null, segment }, init, plan, rendition, i + 1);
      }
      const file = join(workDir, `${rendition.id}-joined.mp4`);
      await Bun.write(file, Buffer.concat([init, ...segments]));
      joined.set(rendition.id, file);
      durations.set(
        rendition.id,
        segments.flatMap((segment) =>
          readMediaFragment(segment).samples.map(({ durationTicks }) => durationTicks),
        ),
      );
    }
    return { ...delivery, description, joined, durations };

    async function makeAll(rendition: CopiedRendition): Promise<Uint8Array[]> {
      const count = segmentCount(renditionTimeline(plan, rendition));
      const order = Array.from({ length: count }, (_, i) => i + 1).toSorted(
        () => Math.random() - 0.5,
      );
      const made: Uint8Array[] = [];
      for (const n of order) {
        const files: string[] = [];
        const run = maker.start(
          {
            ...{ frame: plan, renditions: [rendition], from: n, to: n, source: located },
            ...{ attempt: 0, holdForEver: false },
          },
          workDir,
          (file) => files.push(file.path),
        );
        const { failure } = await run.ended;
        if (failure) throw failure;
        const [packaged] = await maker.package(
          files.map((file) => ({ rendition: rendition.id, n, path: file, kind: rendition.kind })),
        );
        made[n - 1] = packaged?.segment ?? new Uint8Array();
      }
      return made;
    }
  } finally {
    await films.close();
  }
}
