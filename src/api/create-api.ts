import { createApiApp, type ApiApp } from "./api-app.ts";
import { limitBody } from "./body-size.ts";
import { addContentRoutes } from "./content-routes.ts";
import { refuseCrossSite } from "./cross-site.ts";
import { addDocsRoutes } from "./docs-routes.ts";
import { errorResponse } from "./error-response.ts";
import { addJobRoutes } from "./job-routes.ts";
import { addLibraryRoutes } from "./library-routes.ts";
import { addMediaFileRoutes } from "./media-file-routes.ts";
import { addPluginRoutes } from "./plugin-routes.ts";
import { addPlaybackRoutes } from "./playback-routes.ts";
import { requestFrame } from "./request-frame.ts";
import type { ApiServices } from "./services.ts";
import { addAlbumRoutes } from "./album-routes.ts";
import { addSeriesRoutes } from "./series-routes.ts";
import { addSessionRoutes } from "./session-routes.ts";
import { addSystemRoutes } from "./system-routes.ts";
import { refuseUnknown } from "./unknown-route.ts";

/**
 * The control API as a web-standard `fetch` handler. Everything it answers, errors too, is described by
 * the document at `/api/openapi.json`. Objects of contents are not served here, see origin/.
 */
export function createApi(services: ApiServices): ApiApp {
  const app = createApiApp();
  app.onError(errorResponse);
  app.use(requestFrame(services), refuseCrossSite, limitBody);
  refuseUnknown(app);
  addPlaybackRoutes(app, services);
  addSessionRoutes(app, services);
  addLibraryRoutes(app, services);
  addMediaFileRoutes(app, services);
  addSeriesRoutes(app, services);
  addAlbumRoutes(app, services);
  addContentRoutes(app, services);
  addJobRoutes(app, services);
  addPluginRoutes(app, services);
  addSystemRoutes(app, services);
  addDocsRoutes(app, services);
  return app;
}
