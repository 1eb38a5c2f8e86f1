import { createLogger } from "../../src/log/logger.ts";

export const silentLog = createLogger({ level: "error", format: "text", write: () => {} });
