import { choice, priority, renderNode, sessions, struct } from "../../../src/plugin/sdk.ts";

/** The same as `config` of plugin.cue. */
export const configuration = struct({
  priority: priority(10),
  device: renderNode(),
  sessions: sessions(),
  low_power: choice(["auto", "on", "off"], "auto"),
});
