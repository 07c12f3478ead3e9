import { randomBytes } from "node:crypto";
import { lstat, mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { mergeWorkers } from "../features/evals/model/collector.ts";
import type { CollectorTrace } from "../features/evals/model/collector-state.ts";
import { isRunFileName, isWorkerFileName, workerFileName } from "../features/evals/model/file-names.ts";
import { type Heartbeat, heartbeat } from "../features/evals/model/heartbeat.ts";
import { readEvalRun } from "../features/evals/model/read-eval-run.ts";
import type { EvalRun } from "../features/evals/model/run.ts";
import { writeEvalRun } from "../features/evals/model/write.ts";
import { storeUnwritable } from "../kernel/errors.ts";
import { ifMissing, inputFailure, isMissing, writeFailure } from "./disk/failure.ts";
import { isRunning } from "./disk/process-status.ts";
import { replaceFile, sweepAbandoned } from "./disk/replace-file.ts";

const heartbeatFile = "heartbeat.json";

async function writeJson(path: string, content: unknown): Promise<void> {
  try {
    await replaceFile(path, `${JSON.stringify(content)}\n`, { mode: 0o600, sweep: false });
  } catch (error) {
    throw writeFailure(path, error);
  }
}

/** Parses a JSON file; undefined when it is missing or incomplete, as a file of another program may be. */
async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, "utf8").catch(ifMissing(undefined, (error) => inputFailure(path, error)));
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // Invalid JSON counts as missing: the file is written again with the next result.
    return undefined;
  }
}

/** Whether a real folder is at a path, not a link to a folder elsewhere. */
async function isOwnFolder(path: string): Promise<boolean> {
  return (await lstat(path).catch(ifMissing(undefined)))?.isDirectory() === true;
}

/**
 * The traces of running collectors below a folder: `heartbeat.json`, and per run a folder with one file per worker. Each file is
 * replaced atomically, so that a reader never sees half a run and a killed worker loses nothing that it had added. Run ids are
 * those that `runId` of the domain accepts; no link is followed out of a run's folder, and nothing but that folder is removed.
 */
export function collectorFiles(root: string) {
  const folderOf = (runId: string): string => join(root, runId);
  const workerFile = workerFileName(process.pid, randomBytes(4).toString("hex"));

  /** The runs of all workers so far, ordered by file name. */
  const workers = async (runId: string): Promise<readonly EvalRun[]> => {
    let names: readonly string[];
    try {
      if (!(await isOwnFolder(folderOf(runId)))) return [];
      const entries = await readdir(folderOf(runId), { withFileTypes: true });
      names = entries.flatMap((entry) => (entry.isFile() && isWorkerFileName(entry.name) ? [entry.name] : []));
    } catch (error) {
      if (isMissing(error)) return [];
      throw inputFailure(folderOf(runId), error);
    }
    const runs: EvalRun[] = [];
    for (const name of names.toSorted()) {
      const read = readEvalRun(await readJson(join(folderOf(runId), name)), "standard");
      if (read.valid) runs.push(read.run);
    }
    return runs;
  };

  /** A finished run; undefined when its file is missing. @param name the file's name below the folder */
  const finishedRun = async (name: string | null): Promise<EvalRun | undefined> => {
    if (name === null || /[/\\]/.test(name) || !isRunFileName(name)) return undefined;
    const read = readEvalRun(await readJson(join(root, name)), "standard");
    return read.valid ? read.run : undefined;
  };

  return {
    async prepare(runId: string): Promise<void> {
      try {
        await mkdir(folderOf(runId), { recursive: true, mode: 0o700 });
        if (await isOwnFolder(folderOf(runId))) {
          for (const folder of [root, folderOf(runId)]) await sweepAbandoned(folder);
          return;
        }
      } catch (error) {
        throw writeFailure(folderOf(runId), error);
      }
      throw storeUnwritable(folderOf(runId), "it is a link, and a run needs a folder of its own");
    },
    beat: (beat: Heartbeat): Promise<void> => writeJson(join(root, heartbeatFile), beat),
    save: (runId: string, run: EvalRun): Promise<void> =>
      writeJson(join(folderOf(runId), workerFile), writeEvalRun(run, "standard")),
    workers,
    /** Writes a finished run beside the others and removes its partial files. @returns the file's path */
    async finish(runId: string, name: string, run: EvalRun): Promise<string> {
      const path = join(root, name);
      await writeJson(path, writeEvalRun(run, "standard"));
      try {
        // Links in the folder are removed as links; a link in place of the folder stays, and so does its target.
        if (await isOwnFolder(folderOf(runId))) await rm(folderOf(runId), { recursive: true, force: true });
      } catch (error) {
        throw writeFailure(folderOf(runId), error);
      }
      return path;
    },
    /** The state that the latest collector left. */
    async trace(): Promise<CollectorTrace> {
      const beat = heartbeat.safeParse(await readJson(join(root, heartbeatFile))).data;
      const [first, ...others] = beat === undefined ? [] : await workers(beat.runId);
      return {
        beat,
        partial: first === undefined ? await finishedRun(beat?.file ?? null) : mergeWorkers(first, others),
        alive: beat !== undefined && isRunning(beat.pid),
        folder: beat === undefined ? null : folderOf(beat.runId),
      };
    },
  };
}
