import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { constants, setPriority } from "node:os";
import { join } from "node:path";
import { codeOf } from "./disk/failure.ts";
import { areEventsWaiting, spoolFolder } from "./spool-layout.ts";
import { dueReviews, endDue } from "./stop-review-files.ts";

/*
 * Takes a spool in without anybody waiting for it, so that limits and the status line know what an agent spent though no window is open.
 * A hook starts one process, which asks the program a question whose answer nobody reads. It is nobody's business what goes wrong there:
 * events stay where they are until the next question.
 */

/** Tells the entry to take a spool in. */
export const backgroundFlag = "--background";

/** A process that has run for longer does not count, as its number may be another's by now; ms. */
const longestMs = 10 * 60_000;
/** Events may come while others are taken in; this many times they are looked for again. */
const mostRounds = 5;

const note = (home: string): string => join(spoolFolder(home), "background.pid");

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

/** Whether a process takes the home's spool in at the moment. */
function isRunning(home: string): boolean {
  try {
    const path = note(home);
    const pid = Number(readFileSync(path, "utf8"));
    return Math.abs(Date.now() - statSync(path).mtimeMs) < longestMs && (!Number.isSafeInteger(pid) || pid <= 0 || isAlive(pid));
  } catch {
    // There is no note: none runs.
    return false;
  }
}

/** Notes this process as the one that takes the spool in; false while another does. */
function claim(home: string): boolean {
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      writeFileSync(note(home), String(process.pid), { flag: "wx", mode: 0o600 });
      return true;
    } catch (error) {
      if (codeOf(error) !== "EEXIST" || isRunning(home)) return false;
      rmSync(note(home), { force: true });
    }
  }
  return false;
}

const isDue = (home: string): boolean => areEventsWaiting(home) || dueReviews(home).length > 0;

type Children = typeof import("node:child_process");

/** Loaded by those few who start processes: hooks are called all the time. */
const children = (): Children | undefined => process.getBuiltinModule?.("node:child_process");

/** Starts the process that takes a home's spool in, and does not wait for it. `REWARD_LEDGER_BACKGROUND=off` keeps it from being started. */
export function startBackgroundIngest(home: string, env: Readonly<Record<string, string | undefined>>): void {
  const [, entry] = process.argv;
  if (entry === undefined || env["REWARD_LEDGER_BACKGROUND"] === "off" || !isDue(home) || isRunning(home)) return;
  const child = children()?.spawn(process.execPath, [entry, "hook", backgroundFlag, "--home", home], {
    cwd: home,
    detached: true,
    stdio: "ignore",
    windowsHide: true,
  });
  child?.on("error", () => undefined);
  child?.unref();
}

/** How long the review of one checkout may take, ms. */
const longestReviewMs = 30 * 60_000;

/** Reviews what agents did where that is due, each checkout in a process of its own that works there. */
function review(home: string, entry: string): void {
  for (const due of dueReviews(home)) {
    const words = ["--home", home, "--quiet", "on-stop", "--run", "--agent", due.host];
    const options = { cwd: due.folder, stdio: "ignore", windowsHide: true, timeout: longestReviewMs } as const;
    children()?.spawnSync(process.execPath, [entry, ...words], options);
    endDue(due);
  }
}

/** Takes a home's spool in and makes the reviews that are due, unless another process does. */
export function backgroundIngest(home: string): void {
  const [, entry] = process.argv;
  if (entry === undefined) return;
  setPriority(constants.priority.PRIORITY_LOW);
  for (let round = 0; round < mostRounds && isDue(home) && claim(home); round += 1) {
    try {
      if (areEventsWaiting(home)) {
        children()?.spawnSync(process.execPath, [entry, "--home", home, "--quiet", "spend", "summary"], {
          cwd: home,
          stdio: "ignore",
          windowsHide: true,
        });
      }
    } finally {
      rmSync(note(home), { force: true });
    }
    review(home, entry);
  }
}
