import { compareSound, decodeSound, type Sound } from "../support/compare-audio.ts";
import {
  pictureDigests,
  readPackets,
  type TimedPacket,
  type TrackPackets,
} from "./track-packets.ts";

/** A track of the content that is the source's as it is. */
export interface CopiedTrack {
  readonly kind: "video" | "audio";
  /** The source's file, and the stream's index in it. */
  readonly path: string;
  readonly index: number;
  /** The manifest, and the stream there (`v:0`). */
  readonly url: string;
  readonly stream: string;
  /** Of sound: how many channels it has, and whether it says where they are. */
  readonly channels: number;
  readonly hasLayout: boolean;
  /** The source's clock at its first picture; null for a film without pictures. */
  readonly firstPicture: number | null;
}

export interface CopyVerdict {
  readonly faults: readonly string[];
  /** From the source's clock to the content's, seconds. */
  readonly shift: number;
}

// What is found of a source is asked for again by each manifest, direction and device.
const packetsOfSource = lastOnes((path: string, index: number) => readPackets(path, String(index)));
const picturesOfSource = lastOnes((path: string, index: number) =>
  pictureDigests(path, String(index)),
);

/** Sound that begins less than this before the first picture is left out, seconds. */
const longestPriming = 0.1;

/**
 * What a copy owes: every packet's payload, in its order, each as far from the others as in the source; and,
 * decoded, the same pictures and sound.
 */
export async function judgeCopy(track: CopiedTrack): Promise<CopyVerdict> {
  const [source, copy] = await Promise.all([
    packetsOfSource(track.path, track.index),
    readPackets(track.url, track.stream),
  ]);
  const verdict = judgePackets(source, copy, track);
  if (verdict.faults.length > 0) return verdict;
  const decoded =
    track.kind === "video" ? await judgeDecoded(track) : await judgeHeard(track, verdict.shift);
  return { ...verdict, faults: decoded };
}

/** Pure: what differs between a track's packets and those of its copy. */
export function judgePackets(
  source: TrackPackets,
  copy: TrackPackets,
  { kind, firstPicture }: Pick<CopiedTrack, "kind" | "firstPicture">,
): CopyVerdict {
  const lead = kind === "video" ? 0 : primingOf(source.packets, copy.packets, firstPicture);
  const owed = source.packets.slice(lead);
  const shifts = copy.packets.map(({ at }, i) => at - (owed[i]?.at ?? Number.NaN));
  const shift = shifts[0] ?? Number.NaN;
  const faults: string[] = [];
  if (owed.length !== copy.packets.length) {
    faults.push(`copied: ${copy.packets.length} packets of ${owed.length}`);
  }
  const other = copy.packets.findIndex(({ digest }, i) => digest !== owed[i]?.digest);
  if (other !== -1) faults.push(`copied: packet ${other} is not the source's`);
  // A clock of whole milliseconds rounds each packet's time; sound from it is put on its samples.
  const slack = Math.max(source.tickSeconds, copy.tickSeconds) + 1e-6;
  const moved = shifts.findIndex((each) => !(Math.abs(each - shift) <= slack));
  if (faults.length === 0 && moved !== -1) {
    const by = (((shifts[moved] ?? 0) - shift) * 1000).toFixed(2);
    faults.push(`copied: packet ${moved} is moved by ${by} ms`);
  }
  return { faults, shift };
}

/** How many packets of sound may be left out: those that begin a moment before the first picture. */
function primingOf(
  source: readonly TimedPacket[],
  copy: readonly TimedPacket[],
  firstPicture: number | null,
): number {
  if (firstPicture === null) return 0;
  const missing = source.length - copy.length;
  const begins = source[0]?.at ?? 0;
  const isPriming = firstPicture - begins < longestPriming;
  const before = source.filter(({ at }) => at < firstPicture - 1e-6).length;
  return isPriming && missing >= 0 && missing <= before ? missing : 0;
}

async function judgeDecoded({ path, index, url, stream }: CopiedTrack): Promise<string[]> {
  const [source, copy] = await Promise.all([
    picturesOfSource(path, index),
    pictureDigests(url, stream),
  ]);
  if (source.length !== copy.length) {
    return [`copied: ${copy.length} pictures are decoded of ${source.length}`];
  }
  const other = copy.findIndex((digest, i) => digest !== source[i]);
  return other === -1 ? [] : [`copied: picture ${other} is decoded as another one`];
}

const firstTwo = "channelmap=map=0-0|1-1:channel_layout=stereo";

/** Seconds: FFmpeg's own fragments leave a hole behind the first packet of sound, which decoding closes. */
function holeBehindPriming({ jumps }: Sound): number {
  return jumps.reduce((hole, { at, by }) => (at < longestPriming ? hole + by : hole), 0);
}

/** Decoders add noise of their own, which depends on where they began: like, and not equal. */
async function judgeHeard(track: CopiedTrack, shift: number): Promise<string[]> {
  const { path, index, url, stream, hasLayout } = track;
  const mixed = track.channels === 1 ? 1 : 2;
  const picked = hasLayout || mixed === 1 ? [] : [firstTwo];
  const [source, copy] = await Promise.all([
    decodeSound(path, `0:${index}`, mixed, picked),
    decodeSound(url, `0:${stream}`, mixed, picked),
  ]);
  const faults: string[] = [];
  const sourceStart = -holeBehindPriming(source);
  for (let channel = 0; channel < mixed; channel++) {
    const { windows } = compareSound(source, copy, {
      ...{ sourceStart, shiftSeconds: shift, channel },
    });
    const off = windows.find(
      ({ offsetMs, likeness }) =>
        offsetMs !== null && !(likeness > 0.98 && Math.abs(offsetMs) < 1.1),
    );
    if (off !== undefined) {
      const { at, offsetMs, likeness } = off;
      const found = `${offsetMs?.toFixed(1)} ms late, likeness ${likeness.toFixed(3)}`;
      faults.push(`copied: channel ${channel} is heard otherwise at ${at.toFixed(1)} s (${found})`);
    }
  }
  return faults;
}

/** When a source's picture that is shown first is shown, seconds on its clock. */
export async function firstPictureOf(path: string, index: number): Promise<number> {
  const { packets } = await packetsOfSource(path, index);
  return Math.min(...packets.flatMap(({ at }) => (Number.isNaN(at) ? [] : [at])));
}

function lastOnes<T>(
  find: (path: string, index: number) => Promise<T>,
): (path: string, index: number) => Promise<T> {
  const kept = new Map<string, Promise<T>>();
  return (path, index) => {
    const key = `${path} ${index}`;
    const found = kept.get(key) ?? find(path, index);
    const [oldest] = kept.keys();
    if (kept.size >= 8 && oldest !== undefined) kept.delete(oldest);
    kept.set(key, found);
    return found;
  };
}
