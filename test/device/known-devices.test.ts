import { expect, test } from "bun:test";
import { knownDevice, knownDevices } from "../../src/device/known-device.ts";
import { codecKind } from "../../src/media/decoded-codecs.ts";
import { userAgents } from "./user-agents.ts";

const mozilla = (system: string, rest: string): string =>
  `Mozilla/5.0 (${system}) AppleWebKit/537.36 (KHTML, like Gecko) ${rest}`;
const lg = (chrome: number): string =>
  mozilla("Web0S; Linux/SmartTV", `Chrome/${chrome}.0.1.2 Safari/537.36 WebAppManager`);
const tizen = (version: string): string =>
  mozilla(`SMART-TV; LINUX; Tizen ${version}`, `Version/${version} TV Safari/537.36`);
const ios = (version: string, device = "iPhone; CPU iPhone"): string =>
  mozilla(`${device} OS ${version} like Mac OS X`, "Version/1.0 Mobile/15E148 Safari/604.1");
const mac = (version: string): string =>
  mozilla("Macintosh; Intel Mac OS X 10_15_7", `Version/${version} Safari/605.1.15`);

/** User-Agents as they are sent, beside the row of the table that each belongs to. */
const signs: readonly (readonly [string, string])[] = [
  ["chrome", userAgents.chrome],
  ["chrome", mozilla("X11; Linux x86_64", "HeadlessChrome/131.0.0.0 Safari/537.36")],
  ["chrome-android", userAgents.chromeAndroid],
  ["edge", `${userAgents.chrome} Edg/131.0.0.0`],
  ["firefox", userAgents.firefox],
  ["firefox-android", "Mozilla/5.0 (Android 14; Mobile; rv:133.0) Gecko/133.0 Firefox/133.0"],
  ["safari-17", userAgents.safari],
  ["safari", mac("16.6")],
  ["safari", mac("11.0")],
  ["ios-17", userAgents.iphone],
  ["ios-17", ios("18_1", "iPad; CPU")],
  ["ios-13", ios("13_2")],
  ["ios-13", ios("16_7_2")],
  ["ios-11", ios("12_5")],
  ["ios-10", ios("10_3")],
  ["ios-17", "AppleCoreMedia/1.0.0.21G93 (iPhone; U; CPU OS 17_6 like Mac OS X; en_us)"],
  ["apple-tv-4k", userAgents.appletv],
  ["apple-tv-4k", "AppleTV6,2/11.0"],
  ["apple-tv", "AppleTV5,3/9.1.1"],
  ["apple-tv", "AppleCoreMedia/1.0.0.21K69 (Apple TV; U; CPU OS 17_2 like Mac OS X; en_us)"],
  ["android-tv", userAgents.androidtv],
  ["android-tv", "MyApp/3.0 (Linux;Android 14) AndroidXMedia3/1.4.1"],
  ["chromecast", userAgents.chromecast],
  ["chromecast-ultra", userAgents.ultra],
  ["chromecast-google-tv", userAgents.googletv],
  ["nest-hub", userAgents.chromecast.replace("DeviceType/Chromecast", "DeviceType/SmartDisplay")],
  ["roku", userAgents.roku],
  ["roku-ultra", userAgents.rokuultra],
  ["roku-tv-4k", "Roku/6000X-7"],
  ["fire-tv-stick-4k", userAgents.firestick],
  [
    "fire-tv-stick-4k",
    mozilla(
      "Linux; Android 7.1.2; AFTMM Build/NS6265; wv",
      "Chrome/88.0.4324.93 Mobile Safari/537.36",
    ),
  ],
  ["fire-tv-cube", "Dalvik/2.1.0 (Linux; U; Android 9; AFTR Build/PS7229)"],
  ["fire-tv", "Dalvik/2.1.0 (Linux; U; Android 5.1.1; AFTT Build/LVY48F)"],
  ["lg-webos-old", mozilla("Web0S; Linux/SmartTV", "Version/8.0 Safari/538.2 WebAppManager")],
  ["lg-webos-3", userAgents.lg3],
  ["lg-webos-4", lg(53)],
  ["lg-webos-5", userAgents.lg5],
  ["lg-webos-6", lg(79)],
  ["lg-webos-22", lg(87)],
  ["lg-webos-23", userAgents.lg23],
  ["lg-webos-24", lg(108)],
  ["lg-webos-25", lg(120)],
  ["samsung-2015", tizen("2.3")],
  ["samsung-2015", userAgents.samsung16],
  ["samsung-2017", tizen("3.0")],
  ["samsung-2018", userAgents.samsung18],
  ["samsung-2019", tizen("5.0")],
  ["samsung-2020", userAgents.samsung20],
  ["samsung-2021", tizen("6.0")],
  ["samsung-2021", tizen("7.0")],
  ["samsung-2024", tizen("8.0")],
  ["xbox-one", userAgents.xboxone],
  ["xbox-series", userAgents.xboxseries],
  ["playstation-5", userAgents.ps5],
  [
    "playstation-4",
    "Mozilla/5.0 (PlayStation 4 11.00) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.0 Safari/605.1.15",
  ],
  ["kodi", userAgents.kodi],
  ["vlc", "VLC/3.0.20 LibVLC/3.0.20"],
  ["vlc", "VLC-tvOS/414 CFNetwork/1220.1 Darwin/20.3.0"],
  ["mpv", "libmpv"],
  ["mpv", "Lavf/60.16.100"],
  [
    "jellyfin-media-player",
    mozilla(
      "X11; Linux x86_64",
      "QtWebEngine/5.15.8 Chrome/87.0.4280.144 Safari/537.36 JellyfinMediaPlayer/1.9.1",
    ),
  ],
  ["jellyfin-kodi", "Jellyfin-Kodi/1.0.5"],
  ["jellyfin-android-tv", "Jellyfin for Android TV/0.18.0 (Linux;Android 11) AndroidXMedia3/1.4.1"],
  ["jellyfin-android", "Jellyfin for Android/2.6.2 (Linux;Android 14) ExoPlayerLib/2.18.7"],
  ["swiftfin", "Swiftfin%20iOS/78 CFNetwork/1496.0.7 Darwin/23.5.0"],
];

test.each(signs)("%s", (id, userAgent) => {
  expect(knownDevice(userAgent)?.id).toBe(id);
});

test("every row is reached by some User-Agent, and strangers by none", () => {
  expect(new Set(signs.map(([id]) => id))).toEqual(new Set(knownDevices.map(({ id }) => id)));
  for (const stranger of ["", "curl/8.5.0", "SomeApp/1.0", mac("9.0"), "x".repeat(1000)]) {
    expect(knownDevice(stranger)).toBeUndefined();
  }
});

test("every row says where it was found, plays what every client does, and names codecs that exist", () => {
  for (const { id, device, sources } of knownDevices) {
    expect([id, sources.length]).not.toEqual([id, 0]);
    for (const source of sources)
      expect([id, source]).toEqual([id, expect.stringMatching(/^(?:https:\/\/|github:)/)]);
    expect([id, device.video.has("h264"), device.audio.has("aac")]).toEqual([id, true, true]);
    expect([id, device.containers.has("mp4"), device.streaming.size > 0]).toEqual([id, true, true]);
    for (const codec of device.video.keys())
      expect([id, codec, codecKind(codec)]).toEqual([id, codec, "video"]);
    for (const codec of device.audio.keys())
      expect([id, codec, codecKind(codec)]).toEqual([id, codec, "audio"]);
    for (const [codec, alternatives] of device.video) {
      expect([id, codec, alternatives.length > 0]).toEqual([id, codec, true]);
      for (const { maxHeight } of alternatives)
        expect((maxHeight ?? 0) <= device.maxHeight).toBe(true);
    }
  }
});

test("a stranger's long and crafted User-Agent costs no time", () => {
  const started = performance.now();
  for (const part of ["iPhone OS ", "Macintosh Version/1", "Android ", "Web0S ", "aarch64 "]) {
    knownDevice(part.repeat(1000 / part.length));
  }
  expect(performance.now() - started).toBeLessThan(1000);
});
