import { createRoute, z } from "@hono/zod-openapi";
import { pictureCodecs } from "../media/picture-codecs.ts";
import type { PluginState } from "../provider/plugin-service.ts";
import type { ApiApp } from "./api-app.ts";
import { errorResponses } from "./schemas/error-schema.ts";
import {
  pluginConfigurationSchema,
  pluginListSchema,
  pluginSchema,
  pluginValuesSchema,
  type PluginBody,
} from "./schemas/plugin-schemas.ts";
import { jsonBody, jsonContent, noQuery } from "./schemas/wire.ts";
import type { ApiServices } from "./services.ts";

const tags = ["plugins"];
const params = z.object({ id: z.string().min(1).max(100) });

const listRoute = createRoute({
  method: "get",
  path: "/api/v1/plugins",
  tags,
  summary: "What encodes here, and why something does not",
  request: { query: noQuery },
  responses: { 200: jsonContent(pluginListSchema, "The plugins"), ...errorResponses() },
});

const getRoute = createRoute({
  method: "get",
  path: "/api/v1/plugins/{id}",
  tags,
  summary: "One plugin",
  request: { params, query: noQuery },
  responses: {
    200: jsonContent(pluginSchema, "The plugin"),
    ...errorResponses("PLUGIN_NOT_FOUND"),
  },
});

const probeRoute = createRoute({
  method: "post",
  path: "/api/v1/plugins/{id}/probe",
  tags,
  summary: "Look for its devices again, and try each by encoding",
  request: { params, query: noQuery },
  responses: {
    200: jsonContent(pluginSchema, "What came of it"),
    ...errorResponses("PLUGIN_NOT_FOUND"),
  },
});

const enableRoute = createRoute({
  method: "post",
  path: "/api/v1/plugins/{id}/enable",
  tags,
  summary: "Use it again",
  request: { params, query: noQuery },
  responses: {
    200: jsonContent(pluginSchema, "The plugin"),
    ...errorResponses("PLUGIN_NOT_FOUND"),
  },
});

const disableRoute = createRoute({
  method: "post",
  path: "/api/v1/plugins/{id}/disable",
  tags,
  summary: "Use it no more; who watches what it makes goes on with what another makes",
  request: { params, query: noQuery },
  responses: {
    200: jsonContent(pluginSchema, "The plugin"),
    ...errorResponses("PLUGIN_NOT_FOUND", "PLUGIN_NEEDED"),
  },
});

const configRoute = createRoute({
  method: "get",
  path: "/api/v1/plugins/{id}/config",
  tags,
  summary: "How it is configured, and what may be configured",
  request: { params, query: noQuery },
  responses: {
    200: jsonContent(pluginConfigurationSchema, "Its configuration"),
    ...errorResponses("PLUGIN_NOT_FOUND", "PLUGIN_BROKEN"),
  },
});

const configureRoute = createRoute({
  method: "put",
  path: "/api/v1/plugins/{id}/config",
  tags,
  summary: "Configure it: plans are made so from now on, what is under way goes on",
  request: { params, query: noQuery, body: jsonBody(pluginValuesSchema) },
  responses: {
    200: jsonContent(pluginConfigurationSchema, "Its configuration, as it is now in force"),
    ...errorResponses("PLUGIN_NOT_FOUND", "PLUGIN_BROKEN", "PLUGIN_CONFIGURATION_INVALID"),
  },
});

export function addPluginRoutes(
  app: ApiApp,
  { plugins, stopping }: Pick<ApiServices, "plugins" | "stopping">,
): void {
  app.openapi(listRoute, (c) => c.json({ plugins: plugins.list().map(pluginBody) }, 200));

  app.openapi(getRoute, (c) => c.json(pluginBody(plugins.get(c.req.valid("param").id)), 200));

  app.openapi(probeRoute, async (c) => {
    const probed = await plugins.probe(c.req.valid("param").id, stopping);
    return c.json(pluginBody(probed), 200);
  });

  app.openapi(enableRoute, async (c) => {
    const enabled = await plugins.setEnabled(c.req.valid("param").id, true);
    return c.json(pluginBody(enabled), 200);
  });

  app.openapi(disableRoute, async (c) => {
    const disabled = await plugins.setEnabled(c.req.valid("param").id, false);
    return c.json(pluginBody(disabled), 200);
  });

  app.openapi(configRoute, (c) => c.json(plugins.configuration(c.req.valid("param").id), 200));

  app.openapi(configureRoute, async (c) => {
    const values = c.req.valid("json");
    const configured = await plugins.configure(c.req.valid("param").id, values, stopping);
    return c.json(configured, 200);
  });
}

function pluginBody({ id, name, manifest, provider: used, ...state }: PluginState): PluginBody {
  const { source, isEnabled, fault, configurationFault } = state;
  const { viewra = null, encoders: needed = [] } = manifest?.requirements ?? {};
  const missing = used?.missing ?? null;
  return {
    ...{ id, name, type: "transcoding", version: manifest?.version ?? null, source },
    ...{ requirements: { viewra, encoders: needed }, enabled: isEnabled },
    status: statusOf(state, used),
    ...{ reason: missing, fault, configuration_fault: configurationFault },
    devices: (used?.devices ?? []).map(({ device, trials }) => ({
      ...{ id: device.id, name: device.name, sessions: device.sessions ?? null },
      codecs: pictureCodecs.flatMap((codec) => {
        const encoder = used?.provider.encoders[codec];
        const trial = trials.get(codec);
        if (encoder === undefined) return [];
        const reason = trial?.ok === false ? trial.reason : null;
        return [{ codec, encoder, ok: trial?.ok ?? null, reason }];
      }),
    })),
  };
}

function statusOf(
  { isEnabled, fault }: Pick<PluginState, "isEnabled" | "fault">,
  used: PluginState["provider"],
): PluginBody["status"] {
  if (!isEnabled) return "disabled";
  if (fault !== null) return "broken";
  if (used === null) return "loading";
  if (used.isUsed) return "used";
  return used.missing === null ? "not_proven" : "missing";
}
