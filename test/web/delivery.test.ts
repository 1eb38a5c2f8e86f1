import { describe, expect, test } from "bun:test";
import { parseDeliverySetting, resolveDelivery } from "../../src/web/delivery.ts";
import { parseRoute, watchHref } from "../../src/web/hash-route.ts";
import { resumePosition } from "../../src/web/use-playback.ts";
import { fakeFile } from "./fake-server.ts";

describe("the kind of stream", () => {
  const chrome = { hasMediaSource: true, isSafari: false };
  const safari = { hasMediaSource: true, isSafari: true };
  const oldPhone = { hasMediaSource: false, isSafari: true };

  test("is DASH where Media Source Extensions are, and HLS on Safari", () => {
    expect([chrome, safari, oldPhone].map((browser) => resolveDelivery("auto", browser))).toEqual([
      "dash",
      "hls",
      "hls",
    ]);
  });

  test("is what the viewer chose, where the browser can", () => {
    expect(resolveDelivery("hls", chrome)).toBe("hls");
    expect(resolveDelivery("dash", safari)).toBe("dash");
    expect(resolveDelivery("dash", oldPhone)).toBe("hls");
  });

  test("is chosen anew when what was kept means nothing", () => {
    expect(["dash", "smooth", null].map(parseDeliverySetting)).toEqual(["dash", "auto", "auto"]);
  });
});

describe("an address", () => {
  test("leads to a title and back, whatever its id holds", () => {
    const id = "a/b c%20";
    expect(parseRoute(watchHref(id))).toEqual({ name: "watch", mediaFileId: id });
  });

  test("of nothing known is the library", () => {
    expect(
      ["", "#/", "#/watch/", "#/nowhere", "#/watch/a/b"].map((hash) => parseRoute(hash).name),
    ).toEqual(["library", "library", "library", "library", "library"]);
  });

  test("with a broken escape does not throw", () => {
    expect(parseRoute("#/watch/%zz")).toEqual({ name: "watch", mediaFileId: "%zz" });
  });
});

describe("a title resumes", () => {
  const at = (position: number) => {
    const file = fakeFile("a", "Film", { duration: 100, resume_position: position });
    return resumePosition({ ...file, reason: null });
  };

  test("where it was left", () => expect(at(40)).toBe(40));
  test("at its start when barely begun", () => expect(at(3)).toBe(0));
  test("at its start when watched", () => expect(at(98)).toBe(0));
});
