import { afterEach, beforeEach, expect, test } from "bun:test";
import { listDisabledPlugins } from "../../src/db/plugins.ts";
import {
  pluginListSchema,
  pluginSchema,
  type PluginBody,
} from "../../src/api/schemas/plugin-schemas.ts";
import { createApiRig, type ApiRig } from "./api-rig.ts";

let rig: ApiRig;
beforeEach(async () => {
  rig = await createApiRig();
});
afterEach(() => rig[Symbol.asyncDispose]());

const plugin = async (answer: Promise<Response>): Promise<PluginBody> => {
  const response = await answer;
  expect(response.status).toBe(200);
  return pluginSchema.parse(await response.json());
};
const ask = (id: string, action: string): Promise<Response> =>
  rig.post(`/api/v1/plugins/${id}/${action}`, undefined);

test("all plugins are listed, the preferred first, with what is missing", async () => {
  const response = await rig.get("/api/v1/plugins");
  const { plugins } = pluginListSchema.parse(await response.json());
  expect(plugins.map(({ id, status }) => [id, status])).toEqual([
    ["ffmpeg_nvidia", "missing"],
    ["ffmpeg_qsv", "missing"],
    ["ffmpeg_vaapi", "missing"],
    ["ffmpeg_software", "used"],
  ]);
  expect(plugins[0]?.reason).toContain("install NVIDIA's driver");
  expect(plugins[3]?.devices[0]?.codecs[0]).toEqual({
    ...{ codec: "h264", encoder: "libx264", ok: null, reason: null },
  });
});

test("a probe finds what there is now, and tells of each codec whether it is encoded, and why not", async () => {
  const probed = await plugin(ask("ffmpeg_nvidia", "probe"));
  expect(probed).toMatchObject({ status: "used", reason: null });
  expect(probed.devices).toHaveLength(1);
  expect(probed.devices[0]?.codecs.map(({ codec, ok, reason }) => [codec, ok, reason])).toEqual([
    ["h264", true, null],
    ["hevc", false, "The card writes no hevc"],
    ["av1", false, "This FFmpeg was built without av1_nvenc"],
  ]);
  expect(await plugin(rig.get("/api/v1/plugins/ffmpeg_nvidia"))).toEqual(probed);
  // Nobody else was looked at.
  expect((await plugin(rig.get("/api/v1/plugins/ffmpeg_qsv"))).status).toBe("missing");
});

test("one that is disabled is not used, keeps what was proven, and stays so", async () => {
  await plugin(ask("ffmpeg_nvidia", "probe"));
  const disabled = await plugin(ask("ffmpeg_nvidia", "disable"));
  expect(disabled).toMatchObject({ enabled: false, status: "disabled" });
  expect(await listDisabledPlugins(rig.db)).toEqual(["ffmpeg_nvidia"]);
  expect(await plugin(ask("ffmpeg_nvidia", "disable"))).toEqual(disabled);
  expect(await plugin(ask("ffmpeg_nvidia", "enable"))).toMatchObject({ status: "used" });
  expect(await listDisabledPlugins(rig.db)).toEqual([]);
});

test("the one without which nothing plays is not disabled", async () => {
  const response = await ask("ffmpeg_software", "disable");
  expect(response.status).toBe(409);
  expect(await response.json()).toMatchObject({ error: { code: "PLUGIN_NEEDED" } });
  expect(await listDisabledPlugins(rig.db)).toEqual([]);
});
