import manifest from "../../package.json" with { type: "json" };

/** Viewra's version, from package.json at build time. */
export const version: string = manifest.version;
