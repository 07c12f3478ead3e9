import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { type ThemeName, themes } from "./themes.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const nonce = "harness-nonce";
/** The policy of the real panel, with this server's origin instead of VS Code's source of local resources. */
const policy = (origin: string): string =>
  `default-src 'none'; script-src 'nonce-${nonce}'; style-src ${origin}; font-src ${origin}; img-src ${origin} data:;`;

function themeSheet(name: ThemeName): string {
  const variables = Object.entries(themes[name].variables).map(([key, value]) => `--vscode-${key}: ${value};`);
  return `html { ${variables.join(" ")} }`;
}

function page(name: ThemeName): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Reward Ledger trends</title>
<link rel="stylesheet" href="/theme/${name}.css">
<link rel="stylesheet" href="/trends.css">
</head>
<body class="${themes[name].bodyClass}">
<div id="app"></div>
<script nonce="${nonce}" src="/fake-host.js"></script>
<script nonce="${nonce}" src="/trends.js"></script>
</body>
</html>`;
}

/** Builds the panel's bundle in the same way as the product's build, and the harness's host. */
async function bundle(): Promise<ReadonlyMap<string, Uint8Array>> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: { trends: "src/webview/main.tsx", "fake-host": "test/webview/harness/fake-host.ts" },
    bundle: true,
    minify: true,
    write: false,
    outdir: "/",
    platform: "browser",
    format: "iife",
    target: "chrome128",
    jsx: "automatic",
    jsxImportSource: "preact",
    legalComments: "none",
    define: { "process.env.NODE_ENV": '"production"' },
    // The host calls real operations, whose documents write CSV.
    alias: { "csv-stringify/sync": "csv-stringify/browser/esm/sync" },
  });
  return new Map(outputFiles.map(({ path, contents }) => [path, contents]));
}

export type Harness = Readonly<{ url: string; scriptBytes: number; close(): Promise<void> }>;

const themeOf = (name: string | null): ThemeName => (name === "light" || name === "contrast" ? name : "dark");

/** Serves the panel on loopback under its real policy. `?scenario=…&theme=…` select the content. */
export async function startHarness(port = 0): Promise<Harness> {
  const files = await bundle();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    const send = (type: string, content: string | Uint8Array): void => {
      response.writeHead(200, { "content-type": type, "cache-control": "no-store" });
      response.end(content);
    };
    const theme = /^\/theme\/(\w+)\.css$/.exec(url.pathname)?.[1];
    const file = files.get(url.pathname);
    if (url.pathname === "/") {
      response.setHeader("content-security-policy", policy(`http://${request.headers.host}`));
      send("text/html; charset=utf-8", page(themeOf(url.searchParams.get("theme"))));
    } else if (theme !== undefined) send("text/css; charset=utf-8", themeSheet(themeOf(theme)));
    else if (file !== undefined) send(url.pathname.endsWith(".css") ? "text/css; charset=utf-8" : "text/javascript", file);
    else {
      response.writeHead(404);
      response.end();
    }
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const address = server.address();
  const boundPort = typeof address === "object" && address !== null ? address.port : port;
  return {
    url: `http://127.0.0.1:${boundPort}/`,
    scriptBytes: files.get("/trends.js")?.byteLength ?? 0,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
