import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { thisMachine } from "../../src/ledger/log/machine.ts";

/**
 * Files written by a build of 0e59489, with its clock fixed to days of March 2026. `home` was never synced: it holds reviews of
 * four agents in two projects with a reset and two that were taken back, eval runs with a baseline, changes of state in the
 * agent's ten stores, a cached answer, and that build's index and summary. `answers.json` holds the build's answers on it,
 * without the parts that depend on the hour and on prices. `synced` is the same home after the build had pushed it to a team,
 * had pulled what a second machine recorded there, and had recorded two more facts; `server.json` is the team.
 */
export const earlierHome = join(import.meta.dirname, "../fixtures/home-0e59489");

/** Copies one of its homes as if this machine had created it: a home of another machine would continue under a new device id. */
export async function copyEarlierHome(name: "home" | "synced", to: string): Promise<void> {
  await cp(join(earlierHome, name), to, { recursive: true });
  const path = join(to, "device.json");
  const device = z.looseObject({}).parse(JSON.parse(await readFile(path, "utf8")));
  const { fingerprint } = await thisMachine();
  await writeFile(path, JSON.stringify({ ...device, fingerprint }));
}
