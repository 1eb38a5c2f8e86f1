import type { Span } from "../cut-points.ts";
import { GrowingNumbers } from "./growing-numbers.ts";
import { PagedNumbers } from "./paged-numbers.ts";
import { Runs } from "./runs.ts";
import type { FoundRuns } from "./table-runs.ts";

/**
 * All packets of a track in decode order: what the sample tables or the fragments say, in a form that stays small
 * (4 bytes a packet, and what changes from packet to packet). Times are the media's own, before any edit list.
 */
export class PacketTable {
  #count = 0;
  readonly #sizes: GrowingNumbers | number;
  readonly #chunks = new Runs();
  readonly #times = new Runs();
  readonly #durations = new PagedNumbers();
  readonly #offsets = new Runs();
  readonly #syncs: GrowingNumbers | null;
  #decodeShiftTicks = 0;
  #largest: number | null = null;
  #longestChunk = 0;
  #lastPosition = { packet: -1, bytes: 0 };

  /** `sizes`: one number where all are equal. `syncs`: null where decoding can begin at any packet. */
  constructor(sizes: GrowingNumbers | number, syncs: GrowingNumbers | null) {
    this.#sizes = sizes;
    this.#syncs = syncs;
  }

  get count(): number {
    return this.#count;
  }

  /**
   * Adds chunks of packets that lie one behind the other, by where each begins; sizes are there already. `end`: the packet
   * behind the last; `longest`: packets of the longest.
   */
  addChunks({ starts, values, count }: FoundRuns, more: { end: number; longest: number }): void {
    this.#chunks.appendAll(starts, values, count);
    this.#count = Math.max(this.#count, more.end);
    this.#longestChunk = Math.max(this.#longestChunk, more.longest);
  }

  /** From packet `start` on, decode times go up from `ticks` by `duration` each. */
  #addTimes(start: number, ticks: number, duration: number): void {
    const last = this.#times.count - 1;
    if (last >= 0 && this.#durations.at(last) === duration) {
      const expected = this.#times.value(last) + (start - this.#times.start(last)) * duration;
      if (expected === ticks) return;
    }
    this.#times.append(start, ticks);
    this.#durations.push(duration);
  }

  /** From packet `start` on, packets are shown so much after they are decoded. */
  #addOffset(start: number, ticks: number): void {
    this.#offsets.add(start, ticks);
    this.#decodeShiftTicks = Math.max(this.#decodeShiftTicks, -ticks);
  }

  /** Decode times from the packets on that runs begin with; none of these goes on like the one before it. */
  addAllTimes({ starts, values, numbers, count }: FoundRuns): void {
    this.#times.appendAll(starts, values, count);
    this.#durations.pushAll(numbers, count);
  }

  /** By how much packets are shown after they are decoded, by runs; `lowest` of all offsets until now. */
  addAllOffsets({ starts, numbers, count }: FoundRuns, lowest: number): void {
    this.#offsets.appendAll(starts, numbers, count);
    this.#decodeShiftTicks = Math.max(this.#decodeShiftTicks, -lowest);
  }

  /** One packet behind the last chunk's, as fragments tell them one by one. */
  addPacket(fields: {
    readonly sizeBytes: number;
    readonly decodeTicks: number;
    readonly durationTicks: number;
    readonly offsetTicks: number;
    readonly isSync: boolean;
  }): void {
    const packet = this.#count;
    if (typeof this.#sizes !== "number") this.#sizes.push(fields.sizeBytes);
    this.#largest = null;
    this.#addTimes(packet, fields.decodeTicks, fields.durationTicks);
    this.#addOffset(packet, fields.offsetTicks);
    if (this.#syncs !== null && fields.isSync) this.#syncs.push(packet);
    this.#count += 1;
    const inChunk = this.#count - this.#chunks.start(this.#chunks.count - 1);
    if (inChunk > this.#longestChunk) this.#longestChunk = inChunk;
  }

  /** A run of packets to be added one by one begins there. */
  beginChunk(position: number): void {
    this.#chunks.append(this.#count, position);
  }

  /** Forgets all packets from `count` on. */
  truncate(count: number): void {
    this.#count = Math.min(this.#count, count);
  }

  size(packet: number): number {
    return typeof this.#sizes === "number" ? this.#sizes : this.#sizes.at(packet);
  }

  /** Byte of the file. */
  position(packet: number): number {
    const chunk = this.#chunks.runOf(packet);
    const first = this.#chunks.start(chunk);
    const last = this.#lastPosition;
    const isNear = last.packet >= first && last.packet <= packet;
    let at = isNear ? last.packet : first;
    let bytes = isNear ? last.bytes : this.#chunks.value(chunk);
    if (typeof this.#sizes === "number") bytes += (packet - at) * this.#sizes;
    else for (; at < packet; at++) bytes += this.#sizes.at(at);
    this.#lastPosition = { packet, bytes };
    return bytes;
  }

  get chunkCount(): number {
    return this.#chunks.count;
  }

  /**
   * The first packet of the chunks `from` up to `to` that does not lie whole before byte `limit` of the file; null where
   * all do.
   */
  firstBehind(from: number, to: number, limit: number): number | null {
    // All but the last chunks of a whole file are told by one look.
    const surely = limit - this.#longestChunk * this.#largestBytes();
    for (let chunk = from; chunk < Math.min(to, this.chunkCount); chunk++) {
      let at = this.#chunks.value(chunk);
      if (at <= surely) continue;
      const end = Math.min(this.#count, this.#chunks.end(chunk));
      for (let packet = this.#chunks.start(chunk); packet < end; packet++) {
        at += this.size(packet);
        if (at > limit) return packet;
      }
    }
    return null;
  }

  #largestBytes(): number {
    if (typeof this.#sizes === "number") return this.#sizes;
    this.#largest ??= this.#sizes.largest();
    return this.#largest;
  }

  decodeTicks(packet: number): number {
    const run = this.#times.runOf(packet);
    return this.#times.value(run) + (packet - this.#times.start(run)) * this.durationTicks(packet);
  }

  durationTicks(packet: number): number {
    return this.#durations.at(this.#times.runOf(packet));
  }

  /** Presentation minus decode time. */
  offsetTicks(packet: number): number {
    return this.#offsets.count === 0 ? 0 : this.#offsets.value(this.#offsets.runOf(packet));
  }

  presentationTicks(packet: number): number {
    return this.decodeTicks(packet) + this.offsetTicks(packet);
  }

  /** Presentation times and durations of the packets from `from` on, as many as the lists hold or there are. */
  read(from: number, ticks: Float64Array, durations: Float64Array): void {
    const to = Math.min(this.#count, from + ticks.length);
    let run = this.#times.count === 0 ? 0 : this.#times.runOf(from);
    for (let packet = from; packet < to && run < this.#times.count;) {
      const { starts, values, end: behind } = this.#times.together(run);
      const each = this.#durations.together(run);
      for (let i = 0; i < starts.length && packet < to; i++) {
        const end = Math.min(to, starts[i + 1] ?? behind);
        const duration = each[i] ?? 0;
        let at = (values[i] ?? 0) + (packet - (starts[i] ?? 0)) * duration;
        for (; packet < end; packet++) {
          ticks[packet - from] = at;
          durations[packet - from] = duration;
          at += duration;
        }
      }
      run += starts.length;
    }
    run = this.#offsets.count === 0 ? 0 : this.#offsets.runOf(from);
    for (let packet = from; packet < to && run < this.#offsets.count;) {
      const { starts, values, end: behind } = this.#offsets.together(run);
      for (let i = 0; i < starts.length && packet < to; i++) {
        const end = Math.min(to, starts[i + 1] ?? behind);
        const offset = values[i] ?? 0;
        for (; packet < end; packet++) ticks[packet - from] = (ticks[packet - from] ?? 0) + offset;
      }
      run += starts.length;
    }
  }

  /** Told by the runs of equal durations alone; null where some packet is no later than the one before it. */
  ascendingSpan(): Span | null {
    const isPlain = this.#syncs === null && this.#offsets.count === 0;
    if (!isPlain || this.#count === 0 || this.#times.count === 0) return null;
    let [lastTicks, endTicks] = [-Infinity, -Infinity];
    for (let run = 0; run < this.#times.count; run++) {
      const [from, ticks] = [this.#times.start(run), this.#times.value(run)];
      if (from >= this.#count) break;
      const packets = Math.min(this.#count, this.#times.end(run)) - from;
      const duration = this.#durations.at(run);
      if (ticks <= lastTicks || (packets > 1 && duration <= 0)) return null;
      lastTicks = ticks + (packets - 1) * duration;
      endTicks = Math.max(endTicks, lastTicks + duration);
    }
    return { startTicks: this.#times.value(0), endTicks, lastTicks };
  }

  /** Whether the packets before `end` follow each other at one distance. */
  isEvenUpTo(end: number): boolean {
    return this.#times.count < 2 || this.#times.start(1) >= end;
  }

  /** By how much decode times must be put earlier so that none is behind its presentation time. */
  get decodeShiftTicks(): number {
    return this.#decodeShiftTicks;
  }

  /** How many packets are random access points, and which is the n-th of them. */
  get syncCount(): number {
    if (this.#syncs === null) return this.#count;
    // After a truncation some at the end may be behind it.
    let count = this.#syncs.length;
    while (count > 0 && this.#syncs.at(count - 1) >= this.#count) count -= 1;
    return count;
  }

  sync(n: number): number {
    return this.#syncs === null ? n : this.#syncs.at(n);
  }

  isSync(packet: number): boolean {
    if (this.#syncs === null) return true;
    let [low, high] = [0, this.#syncs.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#syncs.at(middle) < packet) low = middle + 1;
      else high = middle;
    }
    return this.#syncs.length > 0 && this.#syncs.at(low) === packet;
  }
}
