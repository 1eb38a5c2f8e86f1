import { expect, test } from "bun:test";
import { withOneVideoSet } from "../../src/manifest/one-video-set.ts";
import { readMpd } from "./described.ts";
import type { XmlElement } from "../../src/media/xml-element.ts";

const representation = (codecs: string): string =>
  `<Representation codecs="${codecs}"><SegmentTemplate/></Representation>`;

/** What Shaka makes of pictures of one film whose colours are told apart. */
const mpd = (firstCodec: string, secondCodec: string): XmlElement =>
  readMpd(
    `<MPD><Period id="0">
      <AdaptationSet id="0" contentType="video" width="426" height="240" segmentAlignment="true"><SupplementalProperty value="6"/>${representation(firstCodec)}</AdaptationSet>
      <AdaptationSet id="1" contentType="video" width="640" height="360" segmentAlignment="true">${representation(secondCodec)}</AdaptationSet>
      <AdaptationSet id="2" contentType="audio">${representation("mp4a.40.2")}</AdaptationSet>
    </Period></MPD>`,
  );

function named(element: XmlElement | undefined, name: string): XmlElement[] {
  return (element?.children ?? []).filter(
    (child): child is XmlElement => typeof child !== "string" && child.name === name,
  );
}
const setsOf = (root: XmlElement): XmlElement[] => named(named(root, "Period")[0], "AdaptationSet");

test("pictures of one codec stand in one set; what the sets said apart each of them says itself", () => {
  const sets = setsOf(withOneVideoSet(mpd("avc1.640015", "avc1.4d401e")));
  expect(sets.map(({ attributes }) => attributes)).toEqual([
    { id: "0", contentType: "video", segmentAlignment: "true" },
    { id: "1", contentType: "audio" },
  ]);
  const [small, large] = named(sets[0], "Representation");
  expect(small?.attributes).toEqual({ codecs: "avc1.640015", width: "426", height: "240" });
  expect(large?.attributes).toEqual({ codecs: "avc1.4d401e", width: "640", height: "360" });
  expect(named(small, "SupplementalProperty")).toHaveLength(1);
  expect(named(large, "SupplementalProperty")).toHaveLength(0);
});

test("pictures of two codecs, and what stands in one set already, stay as they are", () => {
  const two = mpd("avc1.640015", "hvc1.2.4.L93.B0");
  expect(withOneVideoSet(two)).toEqual(two);
});
