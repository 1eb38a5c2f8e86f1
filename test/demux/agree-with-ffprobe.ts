import { expect } from "bun:test";
import type { DemuxedTrack, Demuxer, Packet, TrackIndex } from "../../src/demux/demuxer.ts";
import { openDemuxer } from "../../src/demux/open-demuxer.ts";
import { probePackets, type Probed, type ProbedPacket } from "./ffprobe-packets.ts";

/** Every packet of a track and every point is what ffprobe says; the tracks' own obstacles, by their codes. */
export async function agreeWithFfprobe(path: string, isUneven = false): Promise<string[]> {
  const probed = await probePackets(path);
  const demuxer = await openDemuxer(path, probed.container);
  try {
    const { streams } = probed;
    expect(demuxer.tracks.map(({ streamIndex }) => streamIndex)).toEqual(
      streams.map(({ index }) => index),
    );
    const obstacles: string[] = [];
    for (const track of demuxer.tracks) {
      const stream = streams.find(({ index }) => index === track.streamIndex);
      expect(track).toMatchObject({ codec: stream?.codec, timescale: stream?.timescale });
      if (track.obstacles.length === 0) await agreeOnTrack(demuxer, track, probed, isUneven);
      obstacles.push(...track.obstacles.map(({ code }) => code));
    }
    return obstacles;
  } finally {
    await demuxer.close();
  }
}

async function agreeOnTrack(
  demuxer: Demuxer,
  track: DemuxedTrack,
  { packets }: Probed,
  isUneven: boolean,
): Promise<void> {
  const wanted = packets.filter(({ stream }) => stream === track.streamIndex);
  const index = await demuxer.index(track, { spacingSeconds: 0 });
  expect(index.obstacles).toEqual([]);
  const facts = pointsOf(wanted);
  // Times on a grid begin with one that was rounded to a tick, and ffprobe rounds down within a block.
  const isRounded = track.kind === "audio" && track.sampleEntryType === null;
  const got = index.points.map((point, i) => {
    const fact = facts[i];
    const isNear = isRounded && Math.abs(point.ptsTicks - (fact?.ptsTicks ?? NaN)) <= 2;
    return isNear ? fact : asFacts(point);
  });
  expect(got).toEqual(facts);
  await agreeOnPackets(demuxer, { track, wanted, index }, isUneven);
}

async function agreeOnPackets(
  demuxer: Demuxer,
  { track, wanted, index }: { track: DemuxedTrack; wanted: ProbedPacket[]; index: TrackIndex },
  isUneven: boolean,
): Promise<void> {
  // In pieces between points, as segments are made.
  const got: Packet[] = [];
  for (const [i, point] of index.points.entries()) {
    const next = index.points[i + 1] ?? null;
    for await (const packet of demuxer.packets(track, point, next)) got.push(packet);
  }
  expect(got.map(asProbed)).toEqual(wanted.map(asComparable));
  if (got.every(({ dtsTicks }) => dtsTicks !== null)) {
    expect(got.map(({ dtsTicks }) => dtsTicks)).toEqual(wanted.map(({ dts }) => dts));
    // What ffprobe calls a duration is its parser's; what the container states is the way to the next packet.
    const ways = got.map(({ dtsTicks }, i) => (got[i + 1]?.dtsTicks ?? NaN) - (dtsTicks ?? NaN));
    const durations = got.map(({ durationTicks }) => durationTicks);
    if (!isUneven) expect(durations.slice(0, -1)).toEqual(ways.slice(0, -1));
  }
  expect(index.startTicks).toBe(Math.min(...wanted.map(({ pts }) => pts ?? NaN)));
}

function asProbed(packet: Packet): ReturnType<typeof asComparable> {
  const md5 = new Bun.CryptoHasher("md5").update(packet.data).digest("hex");
  return { pts: packet.ptsTicks, size: packet.data.length, isKey: packet.isSync, md5 };
}

function asComparable({ pts, size, isKey, md5 }: ProbedPacket) {
  return { pts, size, isKey, md5 };
}

function asFacts(point: { ptsTicks: number; earliestPtsTicks: number; isClean: boolean }) {
  const { ptsTicks, earliestPtsTicks, isClean } = point;
  return { ptsTicks, earliestPtsTicks, isClean };
}

/** By looking at all packets for each: where everything before is shown before everything from there on. */
function pointsOf(packets: readonly ProbedPacket[]) {
  const times = packets.map(({ pts }) => pts ?? NaN);
  return packets.flatMap(({ isKey, pts }, i) => {
    const earliest = Math.min(...times.slice(i));
    const isPoint = isKey && times.slice(0, i).every((time) => time < earliest);
    return isPoint
      ? [{ ptsTicks: pts ?? NaN, earliestPtsTicks: earliest, isClean: earliest === pts }]
      : [];
  });
}
