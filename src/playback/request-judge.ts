import type { Device } from "../device/device.ts";
import type { DeviceRequest } from "../device/device-request.ts";
import type { Verdict } from "../device/judge-tracks.ts";
import type { Reason } from "../device/reason.ts";
import { resolveDevice, type ResolvedDevice } from "../device/resolve-device.ts";
import type { Source } from "../media/source.ts";
import { judgeDelivery, type DeliveryRequest } from "./delivery.ts";
import { fileObstacles, streamWished } from "./direct-play.ts";
import type { PlayableMedia } from "./media-lookup.ts";
import type { Clock } from "./ports.ts";
import { sourceWarnings } from "./source-warnings.ts";
import {
  requestedAudio,
  resolveRequest,
  requestedSubtitle,
  type PlanSettings,
  type ResolvedRequest,
  type StartRequest,
} from "./start-request.ts";

export interface JudgedRequest {
  readonly verdict: Verdict;
  /** What the viewer should know. */
  readonly warnings: readonly Reason[];
}

/** Says what requests come to. Devices and verdicts are remembered: a crowd asks the same of one film. */
export interface RequestJudge {
  /** INVALID_REQUEST for a `quality` that is none. */
  resolve(request: StartRequest): ResolvedRequest;
  /** INVALID_REQUEST for a track that is not there; DELIVERY_IMPOSSIBLE. */
  judge(media: PlayableMedia, request: StartRequest, resolved: ResolvedRequest): JudgedRequest;
}

export function createRequestJudge(settings: PlanSettings, clock: Clock): RequestJudge {
  const deviceOf = createDeviceMemory();
  const verdictOf = createVerdictMemory();
  return {
    resolve: (request) => resolveRequest(request, settings, deviceOf),
    judge(media, request, resolved) {
      const { source, onDisk } = media;
      const { device, claimsIgnored, quality, delivery } = resolved;
      const audioIndex = requestedAudio(source, request)?.index ?? null;
      const asked = requestedSubtitle(source, request);
      const subtitle = asked && { index: asked.index, burn: request.burnSubtitles ?? null };
      const { nightMode } = resolved.options;
      const wished = { audioIndex, delivery, maxHeight: quality.maxHeight, subtitle, nightMode };
      const obstacles = [...streamWished(request, resolved), ...fileObstacles(onDisk, clock.now())];
      const verdict = verdictOf(source, device, wished, obstacles);
      const ofSource = sourceWarnings(source, asked);
      return { verdict, warnings: [...ofSource, ...claimsIgnored] };
    },
  };
}

const devicesKept = 500;
/** A description that is longer is nobody's usual one. */
const keptCharacters = 4096;

function createDeviceMemory(): (request: DeviceRequest | undefined) => ResolvedDevice {
  const kept = new Map<string, ResolvedDevice>();
  return (request) => {
    const key = JSON.stringify(request) ?? "";
    const known = kept.get(key);
    const device = known ?? resolveDevice(request);
    if (key.length > keptCharacters) return device;
    // A Map keeps the order of insertion: whoever was not asked about for longest goes first.
    kept.delete(key);
    kept.set(key, device);
    if (kept.size > devicesKept) kept.delete(kept.keys().next().value ?? "");
    return device;
  };
}

/** Remembered as long as the very source and device are: both come out of memories that forget. */
function createVerdictMemory(): typeof judgeDelivery {
  const kept = new WeakMap<Source, WeakMap<Device, Map<string, Verdict>>>();
  return (source, device, wished, obstacles) => {
    const verdicts = verdictsOf(kept, source, device);
    const key = wishKey(wished, obstacles);
    const known = verdicts.get(key);
    if (known !== undefined) return known;
    const verdict = judgeDelivery(source, device, wished, obstacles);
    verdicts.set(key, verdict);
    return verdict;
  };
}

function verdictsOf(
  kept: WeakMap<Source, WeakMap<Device, Map<string, Verdict>>>,
  source: Source,
  device: Device,
): Map<string, Verdict> {
  const ofSource = kept.get(source) ?? new WeakMap<Device, Map<string, Verdict>>();
  kept.set(source, ofSource);
  const ofDevice = ofSource.get(device) ?? new Map<string, Verdict>();
  ofSource.set(device, ofDevice);
  return ofDevice;
}

function wishKey(
  { audioIndex, delivery, maxHeight, subtitle, nightMode }: DeliveryRequest,
  obstacles: readonly Reason[],
): string {
  const why = obstacles.map(({ message }) => message).join("\n");
  return `${audioIndex} ${delivery} ${maxHeight} ${subtitle?.index} ${subtitle?.burn} ${nightMode} ${why}`;
}
