import { describe, expect, test } from "bun:test";
import { judgeTracks, type Verdict, type Wishes } from "../../src/device/judge-tracks.ts";
import { resolveDevice } from "../../src/device/resolve-device.ts";
import { deviceNames, isDeviceName, userAgents } from "./user-agents.ts";
import { abbreviations, verdicts } from "./verdict-table.ts";

const auto: Wishes = { audioIndex: null, maxHeight: null, delivery: "auto" };

/** The verdict in the notation of the table. */
function written({ delivery, tracks, reasons, audioIndex }: Verdict): string {
  if (delivery === "file") return "file";
  const codes = (kind: string): string[] => {
    const track = tracks.find(
      (one) => one.kind === kind && (kind === "video" || one.index === audioIndex),
    );
    return (track?.reasons ?? []).map(({ code }) => code);
  };
  const [video, audio] = [codes("video"), codes("audio")];
  const alone = reasons
    .map(({ code }) => code)
    .filter((code) => ![...video, ...audio].includes(code));
  return [alone, video, audio].map((part) => [...new Set(part)].toSorted().join(" ")).join("|");
}

function spelled(cell: string): string {
  if (cell === "file") return cell;
  const codes = new Map<string, string>(Object.entries(abbreviations));
  return cell
    .split("|")
    .map((part) =>
      part
        .split(" ")
        .filter(Boolean)
        .map((short) => codes.get(short) ?? short)
        .toSorted()
        .join(" "),
    )
    .join("|");
}

let cases = 0;
describe.each(verdicts)("$name", ({ source, audioIndex = null, expected }) => {
  const byDevice = Object.entries(expected).flatMap(([cell, devices]) =>
    devices.split(" ").map((device) => [device, cell] as const),
  );
  test("is decided for every device of the table", () => {
    const named = byDevice.map(([device]) => device);
    expect(named.toSorted()).toEqual(deviceNames.toSorted());
  });
  test.each(byDevice)("%s: %s", (name, cell) => {
    cases++;
    if (!isDeviceName(name)) throw new Error(`${name} has no User-Agent`);
    const { device } = resolveDevice({ userAgent: userAgents[name] });
    const verdict = judgeTracks(source, device, { ...auto, audioIndex });
    expect(written(verdict)).toBe(spelled(cell));
  });
});

test("the table has 200 cases and more", () => {
  expect(cases).toBeGreaterThan(200);
});
