import { join } from "node:path";
import { build } from "esbuild";

/** Bundles a script so that each process started from it loads a single file. Returns the bundle's path. */
export async function bundleScript(entry: string, directory: string): Promise<string> {
  const outfile = join(directory, "bundled-script.cjs");
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    mainFields: ["module", "main"],
    define: { "import.meta.url": "bundleUrl" },
    banner: { js: 'const bundleUrl = require("node:url").pathToFileURL(__filename).href;' },
    logLevel: "error",
  });
  return outfile;
}
