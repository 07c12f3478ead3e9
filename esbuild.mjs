import { copyFile, cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, resolve } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { build, context } from "esbuild";
import licences from "esbuild-plugin-license";
import { glob } from "tinyglobby";
import { derivedValues } from "./scripts/derived-values.ts";

const watch = process.argv.includes("--watch");
const development = watch || process.argv.includes("--dev");

/** Notices of the packages in any bundle, by name and version. */
const notices = new Map();

/** Collects the notices of what goes into a bundle. The plugin writes no file of its own for an empty text. */
const collectNotices = () =>
  licences({
    banner: " ",
    thirdParty: {
      output: {
        template(packages) {
          for (const {
            packageJson: { name, version, license },
            licenseText,
          } of packages) {
            notices.set(`${name} ${version}`, { license, text: licenseText.trim() });
          }
          return "";
        },
      },
    },
  });

/** The notices of all packages. Packages with the same text share one, and similar texts are neighbours, which compresses best. */
function noticesText() {
  /** @type {Map<string, string[]>} */
  const namesByText = new Map();
  for (const [name, { license, text }] of [...notices].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const notice = `Licence: ${license}\n\n\`\`\`text\n${text}\n\`\`\``;
    namesByText.set(notice, [...(namesByText.get(notice) ?? []), name]);
  }
  const terms = (/** @type {string} */ notice) => notice.replaceAll(/^.*Copyright.*$/gm, "");
  const sorted = [...namesByText].sort(([a], [b]) => (terms(a) < terms(b) ? -1 : 1));
  const parts = sorted.map(([notice, names]) => `## ${names.join(", ")}\n\n${notice}`);
  return `# Third-party notices\n\nReward Ledger contains these packages.\n\n${parts.join("\n\n")}\n`;
}

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

/**
 * Modules that are files of their own wherever they are imported late: Supabase's client is parsed only where sync is set up and
 * something is asked of a server, what VS Code's commands do only when the first of them runs, and the entry's quick answers only for
 * who asks them.
 */
const lateFiles = {
  name: "late files",
  /** @param {import("esbuild").PluginBuild} build */
  setup({ onResolve }) {
    const own = (filter, path) =>
      onResolve({ filter }, ({ kind }) => (kind === "dynamic-import" ? { path, external: true } : undefined));
    own(/\/sync\/transport\.ts$/, "./sync-transport.cjs");
    own(/\/(sdk-transport|start-mcp-early)\.ts$/, "./mcp-transport.cjs");
    own(/\/commands\/handlers\.ts$/, "./commands.cjs");
    own(/^\.\.\/hook\.ts$/, "./hook.cjs");
    own(/\/summary-answers\.ts$/, "./summary-answers.cjs");
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
  // A bundle in CommonJS knows no `import.meta`, which some packages ask for their own place.
  define: { ...common.define, "import.meta.url": "bundleUrl" },
  banner: { js: 'const bundleUrl = require("node:url").pathToFileURL(__filename).href;' },
};

/** Leaves the price list out of a bundle, as a file of its own that is loaded when a price is asked for. */
const latePrices = {
  name: "late prices",
  setup(build) {
    build.onResolve({ filter: /^@pydantic\/genai-prices$/ }, ({ kind }) =>
      kind === "entry-point" ? undefined : { path: "./prices.cjs", external: true },
    );
  },
};

/** Of the price list, leaves out what says nothing of a price: texts about models are a third of what it takes in the package. */
const pricesAlone = {
  name: "prices alone",
  /** @param {import("esbuild").PluginBuild} build */
  setup({ onLoad }) {
    const text = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`$]*`/.source;
    const fields = new RegExp(`\\b(?:description|price_comments|context_window): ?(?:${text}|[0-9.e]+),?`, "g");
    onLoad({ filter: /genai-prices[/\\]dist[/\\]index\.c?js$/ }, async ({ path }) => ({
      contents: (await readFile(path, "utf8")).replace(fields, ""),
    }));
  },
};

/** Packages of one function whose loading takes time, which is put off until that function is called. */
const lateFunctions = {
  name: "late functions",
  /** @param {import("esbuild").PluginBuild} build */
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(string-width|wrap-ansi)$/ }, ({ kind, path, resolveDir }) =>
      kind === "import-statement" ? { path, namespace: "late", pluginData: resolveDir } : undefined,
    );
    onLoad({ filter: /./, namespace: "late" }, ({ path, pluginData: resolveDir }) => ({
      contents: `let made; export default (...given) => (made ??= require("${path}").default)(...given);`,
      resolveDir,
    }));
  },
};

/** The SDK of the Model Context Protocol brings validators of JSON Schemas for servers that have none of their own. */
const noSchemaValidators = {
  name: "no schema validators",
  /** @param {import("esbuild").PluginBuild} build */
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\/ajvProvider-/ }, ({ path }) => ({ path, namespace: "no-validators" }));
    onLoad({ filter: /./, namespace: "no-validators" }, () => ({ contents: "export const n = undefined;" }));
  },
};

/** Of this package's manifest, bundles hold the version only. */
const versionOnly = {
  name: "version only",
  /** @param {import("esbuild").PluginBuild} build */
  setup({ onLoad }) {
    onLoad({ filter: /[/\\]package\.json$/ }, async ({ path }) =>
      path === resolve("package.json")
        ? { contents: JSON.stringify({ version: JSON.parse(await readFile(path, "utf8")).version }), loader: "json" }
        : undefined,
    );
  },
};

/** Escapes what esbuild leaves in regular expressions: text of one byte a character is read and compiled in less time. */
const asciiProgram = {
  name: "ASCII program",
  /** @param {import("esbuild").PluginBuild} build */
  setup({ onEnd }) {
    onEnd(async ({ metafile }) => {
      for (const file of Object.keys(metafile?.outputs ?? {}).filter((name) => /\/(program|zod|luxon)\.cjs$/.test(name))) {
        const text = await readFile(file, "utf8");
        const escaped = text.replace(/[^\0-\x7f]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);
        if (escaped !== text) await writeFile(file, escaped);
      }
    });
  },
};

/** Packages that several bundles use are files of their own beside them. The other entries have copies: each loads one file only. */
const sharedPackages = {
  name: "shared packages",
  /** @param {import("esbuild").PluginBuild} build */
  setup({ initialOptions, onResolve }) {
    const [name] = Object.keys(initialOptions.entryPoints ?? {});
    onResolve({ filter: /^(zod(\/v4)?|luxon)$/ }, ({ kind, path }) =>
      kind === "import-statement" && sharing.has(name) ? { path: `./${path.split("/")[0]}.cjs`, external: true } : undefined,
    );
  },
};
const sharing = new Set(["extension", "commands", "program", "collector", "sync-transport", "mcp-transport"]);

/** A module of what the bundles use of zod: a namespace as a whole would hold all of it. */
async function usedOfZod() {
  const zod = await import("zod");
  const sources = await glob(["src/**/*.{ts,tsx}", "node_modules/@modelcontextprotocol/{server,core}/dist/**/*.mjs"]);
  const texts = await Promise.all(sources.map((source) => readFile(source, "utf8")));
  const named = new Set(texts.flatMap((text) => [...text.matchAll(/\bz\.(\w+)/g)].map(([, name]) => name)));
  const used = Object.keys(zod).filter((name) => named.has(name) && name !== "core");
  return `export { ${used.sort().join(", ")} } from "zod";`;
}

/** @type {readonly import("esbuild").BuildOptions[]} */
const bundles = [
  {
    ...node,
    target: "node20",
    stdin: { contents: await usedOfZod(), resolveDir: "." },
    outfile: "dist/zod.cjs",
    outdir: undefined,
    banner: {},
  },
  { ...node, target: "node20", entryPoints: { luxon: "luxon" }, banner: {} },
  { ...node, target: "node20", entryPoints: { extension: "src/extension/main.ts" }, external: ["vscode"] },
  { ...node, target: "node20", entryPoints: { commands: "src/extension/commands/handlers.ts" }, external: ["vscode"] },
  {
    ...node,
    target: "node20",
    entryPoints: { "sync-transport": "src/sync/transport.ts" },
    supported: { "dynamic-import": false },
  },
  { ...node, target: "node20", entryPoints: { "mcp-transport": "src/cli/start-mcp-early.ts" } },
  // The program is run as a script, in which a dynamic import would be an experiment of Node: files beside it are required.
  { ...node, target: "node20", entryPoints: { program: "src/program.ts" }, supported: { "dynamic-import": false } },
  { ...node, target: "node20", entryPoints: { prices: "@pydantic/genai-prices" }, banner: {} },
  { ...node, target: "node20", entryPoints: { collector: "src/collector/main.ts" } },
  { ...node, target: "node20", entryPoints: { hook: "src/hook.ts" }, banner: {} },
  { ...node, target: "node20", entryPoints: { "summary-answers": "src/summary-answers.ts" }, banner: {} },
  // The entry only checks the version of Node, so its syntax must be one that old versions read. What it loads late is required, which
  // is faster than an import.
  {
    ...node,
    target: "node14",
    entryPoints: { cli: "src/cli/bin.ts" },
    external: ["./program.cjs"],
    banner: {},
    supported: { "dynamic-import": false },
  },
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

/**
 * Bundles that few processes load; they are a tenth smaller than the package would make them. What stands in their places unpacks
 * and runs them. They contain no `import()`, which code compiled in this way cannot resolve.
 */
const packed = ["commands", "mcp-transport", "prices", "sync-transport"];
const unpack = `const { readFileSync } = require("node:fs");
const { compileFunction } = require("node:vm");
const { brotliDecompressSync } = require("node:zlib");
const given = { exports, require, module, __filename, __dirname };
const text = brotliDecompressSync(readFileSync(__filename + ".br")).toString();
compileFunction(text, Object.keys(given), { filename: __filename })(...Object.values(given));
`;

/** The statement by which a CommonJS bundle names its exports for `import()`, which reads them from the text of the file. */
const exportNames = /0 ?&& ?\(module\.exports ?= ?\{[^}]*\}\)/;

/** @param {string} name of a bundle */
async function pack(name) {
  const file = `dist/${name}.cjs`;
  const bundle = await readFile(file, "utf8");
  const [names] = exportNames.exec(bundle) ?? [];
  if (names === undefined) throw new Error(`${file} does not name its exports`);
  if (/\bimport\(/.test(bundle)) throw new Error(`${file} contains an import(), which fails in a compressed bundle`);
  await writeFile(`${file}.br`, brotliCompressSync(bundle));
  await writeFile(file, `${unpack}${names};\n`);
}

const plugins = [
  derivedValues,
  latePrices,
  pricesAlone,
  sharedPackages,
  lateFiles,
  lateFunctions,
  noSchemaValidators,
  versionOnly,
  asciiProgram,
];
const require = createRequire(import.meta.url);
await rm("dist", { recursive: true, force: true });
await mkdir("dist", { recursive: true });
await copyFile(require.resolve("sql.js/dist/sql-wasm.wasm"), "dist/sql-wasm.wasm");
await cp("src/prompts", "dist/prompts", { recursive: true });
const migrations = (await glob("supabase/migrations/*.sql")).sort();
const series = await Promise.all(migrations.map(async (file) => ({ name: basename(file), sql: await readFile(file, "utf8") })));
await writeFile("dist/migrations.json.br", brotliCompressSync(JSON.stringify(series)));

if (watch) {
  const contexts = await Promise.all(bundles.map((options) => context({ ...options, plugins })));
  await Promise.all(contexts.map((one) => one.watch()));
} else {
  const results = await Promise.all(bundles.map((options) => build({ ...options, plugins: [...plugins, collectNotices()] })));
  for (const name of packed) await pack(name);
  await writeFile("dist/THIRD_PARTY.md", noticesText());
  const inputs = Object.assign({}, ...results.map(({ metafile }) => metafile?.inputs));
  const outputs = Object.assign({}, ...results.map(({ metafile }) => metafile?.outputs));
  if (development) await writeFile("dist/meta.json", JSON.stringify({ inputs, outputs }));
}
