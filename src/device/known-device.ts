import { androidTvs } from "./known/android-tvs.ts";
import { appleTvs } from "./known/apple-tvs.ts";
import { browsers } from "./known/browsers.ts";
import { chromecasts } from "./known/chromecasts.ts";
import { consoles } from "./known/consoles.ts";
import { fireTvs } from "./known/fire-tvs.ts";
import type { KnownDevice } from "./known/known-device-row.ts";
import { lgTelevisions } from "./known/lg-televisions.ts";
import { players } from "./known/players.ts";
import { rokus } from "./known/rokus.ts";
import { samsungTelevisions } from "./known/samsung-televisions.ts";

/**
 * Every known device, the narrower sign before the wider: players name themselves beside the browser that they are
 * made of, televisions and boxes beside Chrome's and Safari's names, and those beside each other.
 */
export const knownDevices: readonly KnownDevice[] = [
  ...players,
  ...lgTelevisions,
  ...samsungTelevisions,
  ...consoles,
  ...chromecasts,
  ...rokus,
  ...fireTvs,
  ...appleTvs,
  ...androidTvs,
  ...browsers,
];

/** The row of the table that a User-Agent belongs to; undefined for one that is in none. */
export function knownDevice(userAgent: string): KnownDevice | undefined {
  if (userAgent === "") return undefined;
  return knownDevices.find(({ userAgent: sign, versions }) => {
    const found = sign.exec(userAgent);
    if (found === null || versions === undefined) return found !== null;
    const version = Number.parseFloat((found[1] ?? "").replace("_", "."));
    const [from, below] = versions;
    return version >= from && version < below;
  });
}
