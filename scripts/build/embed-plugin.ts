import type { BunPlugin } from "bun";

/** The files of one target that the executable carries. */
export interface EmbeddedParts {
  /** libSQL's native addon, `index.node`. */
  readonly libsqlAddon: string;
  readonly packager: { readonly path: string; readonly fileName: string; readonly sha256: string };
}

/** Replaces what finds its native part at run time by what names the target's own part at build time. */
export function embedPlugin(parts: EmbeddedParts): BunPlugin {
  return {
    name: "viewra-embed",
    setup(build) {
      build.onLoad({ filter: /[\\/]node_modules[\\/]libsql[\\/]index\.js$/ }, async ({ path }) => ({
        loader: "js",
        contents: literalAddon(await Bun.file(path).text(), parts.libsqlAddon),
      }));
      build.onLoad({ filter: /[\\/]src[\\/]packager[\\/]embedded-binary\.ts$/ }, () => ({
        loader: "ts",
        contents: embeddedPackagerSource(parts.packager),
      }));
    },
  };
}

/** libsql requires its addon by a computed name, which no bundler can follow. */
function literalAddon(source: string, addonPath: string): string {
  const computed = /function requireNative\(\) \{\n[\s\S]*?\n\}\n/;
  if (!computed.test(source)) {
    throw new Error("libsql/index.js no longer has the requireNative() that the build replaces");
  }
  const literal = `function requireNative() {\n  return require(${JSON.stringify(addonPath)});\n}\n`;
  return source.replace(computed, () => literal);
}

function embeddedPackagerSource({ path, fileName, sha256 }: EmbeddedParts["packager"]): string {
  const rest = `fileName: ${JSON.stringify(fileName)}, sha256: ${JSON.stringify(sha256)}`;
  return [
    `import path from ${JSON.stringify(path)} with { type: "file" };`,
    `export async function embeddedPackager() {`,
    `  return { path, ${rest} };`,
    `}`,
  ].join("\n");
}
