import { existsSync } from "node:fs";
import sparticuz from "@sparticuz/chromium";
import { type Browser, chromium } from "playwright-core";

/** Starts a real headless Chromium: the one in `CHROME_PATH`, else the one of the npm package. */
export async function openBrowser(): Promise<Browser> {
  const chromePath = process.env["CHROME_PATH"];
  const executablePath = chromePath !== undefined && existsSync(chromePath) ? chromePath : await sparticuz.executablePath();
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}
