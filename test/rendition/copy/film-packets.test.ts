import { expect, test } from "bun:test";
import { videoCuts } from "../../../src/rendition/copy/copied-cuts.ts";
import { createFilmOpener } from "../../../src/rendition/copy/film-packets.ts";
import { rewriteMp4 } from "../../demux/rewrite-mp4.ts";
import { runTool } from "../../support/run-tool.ts";
import { createTempFolder } from "../../support/temp-folder.ts";

test("a frame that a camera dropped, a packet of no bytes, is not copied", async () => {
  await using folder = await createTempFolder("film-packets");
  const whole = folder.file("whole.mp4");
  await runTool([
    ...["ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=64x36:r=25:d=1"],
    ...["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", whole],
  ]);
  const dropped = 12;
  const bytes = rewriteMp4(await Bun.file(whole).bytes(), (box) => {
    if (box.type !== "stsz") return [box];
    const content = new Uint8Array(box.content);
    content.fill(0, 12 + 4 * dropped, 16 + 4 * dropped);
    return [{ ...box, content }];
  });
  const path = folder.file("dropped.mp4");
  await Bun.write(path, bytes);
  const films = createFilmOpener();
  const packets = await films.use({ path, container: "mov,mp4" }, path, async (film) => {
    const cut = await film.cut(0, videoCuts(4));
    return await film.segment(cut, 1);
  });
  await films.close();
  const times = Array.from({ length: 25 }, (_, i) => i * 512).filter((_, i) => i !== dropped);
  expect(packets.map(({ ptsTicks }) => ptsTicks)).toEqual(times);
  expect(packets.every(({ data }) => data.length > 0)).toBe(true);
});
