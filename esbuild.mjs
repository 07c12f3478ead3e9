import { copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { build, context } from "esbuild";

const watch = process.argv.includes("--watch");
const development = watch || process.argv.includes("--dev");

/** @type {import("esbuild").BuildOptions} */
const common = {
  bundle: true,
  minify: !development,
  sourcemap: development ? "linked" : false,
  legalComments: "none",
  logLevel: "warning",
  metafile: true,
  define: { "process.env.NODE_ENV": development ? '"development"' : '"production"' },
};

/** Supabase's client is a file of its own, which is parsed only where sync is set up and something is asked of a server. */
const syncTransport = {
  name: "sync-transport",
  /** @param {import("esbuild").PluginBuild} build */
  setup({ onResolve }) {
    onResolve({ filter: /\/sync\/supabase\.ts$/ }, ({ kind }) =>
      kind === "dynamic-import" ? { path: "./sync-transport.cjs", external: true } : undefined,
    );
  },
};

/** @type {import("esbuild").BuildOptions} */
const node = {
  ...common,
  platform: "node",
  // The UMD builds that some packages name as `main` load their parts at run time, out of a bundler's sight.
  mainFields: ["module", "main"],
  format: "cjs",
  outdir: "dist",
  outExtension: { ".js": ".cjs" },
  plugins: [syncTransport],
  // A bundle in CommonJS knows no `import.meta`, which some packages ask for their own place.
  define: { ...common.define, "import.meta.url": "bundleUrl" },
  banner: { js: 'const bundleUrl = require("node:url").pathToFileURL(__filename).href;' },
};

/** @type {readonly import("esbuild").BuildOptions[]} */
const bundles = [
  { ...node, target: "node20", entryPoints: { extension: "src/extension/main.ts" }, external: ["vscode"] },
  { ...node, target: "node20", entryPoints: { "store-worker": "src/worker/main.ts" } },
  { ...node, target: "node20", entryPoints: { "sync-transport": "src/sync/supabase.ts" } },
  { ...node, target: "node22", entryPoints: { "cli-main": "src/cli/main.ts" } },
  // The entry only checks the version of Node, so its syntax must be one that old versions read.
  { ...node, target: "node14", entryPoints: { cli: "src/cli/bin.ts" }, external: ["./cli-main.cjs"], banner: {} },
  {
    ...common,
    platform: "browser",
    format: "iife",
    target: "chrome128",
    outdir: "dist/webview",
    entryPoints: { trends: "src/webview/main.tsx" },
    jsx: "automatic",
    jsxImportSource: "preact",
  },
];

const require = createRequire(import.meta.url);
await rm("dist", { recursive: true, force: true });
await mkdir("dist", { recursive: true });
await copyFile(require.resolve("sql.js/dist/sql-wasm.wasm"), "dist/sql-wasm.wasm");

if (watch) {
  const contexts = await Promise.all(bundles.map((options) => context(options)));
  await Promise.all(contexts.map((one) => one.watch()));
} else {
  const results = await Promise.all(bundles.map((options) => build(options)));
  const inputs = Object.assign({}, ...results.map(({ metafile }) => metafile?.inputs));
  const outputs = Object.assign({}, ...results.map(({ metafile }) => metafile?.outputs));
  if (development) await writeFile("dist/meta.json", JSON.stringify({ inputs, outputs }));
}
