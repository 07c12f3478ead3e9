import { rename, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import * as z from "zod";
import { cachedDirectory, cacheRoot } from "./cache.ts";
import { mustRun } from "./command.ts";

const flags: readonly string[] = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

type Executable = Readonly<{ path: string; env: Readonly<Record<string, string>> }>;

/** Fontconfig file with the machine's fonts and, for machines without fonts, those of the Chromium package. */
const fontsFile = (directory: string): string => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>${directory}/fonts</dir>
  <cachedir>${directory}/fonts-cache</cachedir>
</fontconfig>
`;

/**
 * Unpacks the Chromium of `@sparticuz/chromium`, with its shared libraries and fonts for machines that have none. The package
 * unpacks into the directory for temporary files and assumes that existing files there are complete, so it gets a separate
 * directory.
 */
async function packagedChromium(): Promise<Executable> {
  const resolve = createRequire(import.meta.url);
  // The package exports only its entry: <package>/build/cjs/index.cjs
  const manifest: unknown = resolve(join(resolve.resolve("@sparticuz/chromium"), "../../../package.json"));
  const { version } = z.object({ version: z.string() }).parse(manifest);
  const name = `chromium-${version}`;
  const directory = await cachedDirectory(name, async (buildDirectory) => {
    const script = "import('@sparticuz/chromium').then((it) => it.default.executablePath())";
    await mustRun(process.execPath, ["--eval", script], {
      cwd: import.meta.dirname,
      // The second variable makes the package unpack the libraries too.
      env: { ...process.env, TMPDIR: buildDirectory, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x" },
    });
    await rename(join(buildDirectory, "al2023", "lib"), join(buildDirectory, "lib"));
    await writeFile(join(buildDirectory, "fonts.conf"), fontsFile(join(cacheRoot, name)));
  });
  const path = join(directory, "chromium");
  const lacksLibraries = (await mustRun("ldd", [path])).includes("not found");
  const libraries = [join(directory, "lib"), process.env["LD_LIBRARY_PATH"] ?? ""].filter((part) => part !== "").join(":");
  return {
    path,
    env: { FONTCONFIG_FILE: join(directory, "fonts.conf"), ...(lacksLibraries ? { LD_LIBRARY_PATH: libraries } : {}) },
  };
}

/** The browser for the suites: the one in `CHROME_PATH`, else the one of the npm package. */
export async function browserExecutable(): Promise<Executable> {
  const customPath = process.env["CHROME_PATH"];
  if (customPath !== undefined && customPath !== "") return { path: customPath, env: {} };
  if (process.platform === "linux" && process.arch === "x64") return packagedChromium();
  throw new Error("No Chromium is packaged for this platform: set CHROME_PATH to an installed Chrome or Chromium.");
}

/** Starts a headless browser; it ends with this process. */
export async function launchBrowser(): Promise<Browser> {
  const { path, env } = await browserExecutable();
  const inherited = Object.entries(process.env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const]));
  return chromium.launch({ executablePath: path, args: [...flags], env: { ...Object.fromEntries(inherited), ...env } });
}
