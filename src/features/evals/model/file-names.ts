import * as z from "zod";
import type { ModelTier } from "./tier.ts";

/**
 * Characters outside `[A-Za-z0-9._-]` become `-`; leading characters that would hide a file or mark an incomplete run are
 * removed.
 */
const toSafeName = (part: string): string => {
  const name = part
    .replace(/[^A-Za-z0-9._-]/g, "-")
    .replace(/^[._-]+/, "")
    .slice(0, 60);
  return name === "" ? "unknown" : name;
};

/** The values that make up the name of a run's file. */
export type RunNaming = Readonly<{ version: string; git_branch: string; tier: string }>;

/**
 * Returns the name of the file of a finished run: `<version>-<branch>-<tier>-<YYYY-MM-DD-HHMMSS-mmm>-<suffix>.json`, UTC.
 * @param suffix a few random characters, so that two runs of one millisecond do not overwrite each other
 */
export function runFileName(run: RunNaming, at: Date, suffix: string): string {
  const [date = "", time = ""] = at.toISOString().replace("Z", "").split("T");
  const stamp = `${date}-${time.replaceAll(":", "").replace(".", "-")}`;
  return `${[run.version, run.git_branch, run.tier].map(toSafeName).join("-")}-${stamp}-${toSafeName(suffix)}.json`;
}

/** Error message for an invalid id of a run. The id is also the name of the folder of the run's parts. */
const runIdRule = "must be 1 to 64 of the characters A-Z a-z 0-9 . _ - and must not start with a dot";

/** Id of a run that is being collected: safe as the name of a folder. */
export const runId = () => z.string().regex(/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$/, { error: runIdRule });

/**
 * Returns the name of the file of one worker of a run, in the folder of its suite.
 * @param suffix distinguishes it from other workers of its process, such as threads, and from processes with the same pid in other
 * containers
 */
export const workerFileName = (pid: number, suffix: string): string => `worker_${pid}_${suffix}.json`;

/** Whether a file in a run's folder holds the results of one worker. */
export const isWorkerFileName = (name: string): boolean => /^worker_\d+(?:_[0-9a-f]+)?\.json$/.test(name);

/** Whether a file in a folder of runs is a finished run: JSON, and not an incomplete run or a worker's file. */
export const isRunFileName = (name: string): boolean =>
  name.endsWith(".json") && !name.startsWith("_") && !name.startsWith("worker_");

/**
 * Returns the folder of a file that holds one class of a run, by the name that Surefire, Gradle and others give such files;
 * undefined for all others. The files of one folder are parts of one run.
 */
export const classFileFolder = (file: string): string | undefined => /^(.*[\\/]|)TEST-[^\\/]*\.xml$/s.exec(file)?.[1];

/**
 * Returns the label of a run that was not given one: `EVAL_LABEL`, else the branch with unsafe characters replaced; followed by
 * `_fast` or `_full` when the run does not use the standard tier.
 */
export function runLabel(label: string | undefined, branch: string, tier: ModelTier): string {
  const base = label === undefined || label.trim() === "" ? toSafeName(branch) : label.trim();
  return tier === "standard" ? base : `${base}_${tier}`;
}
