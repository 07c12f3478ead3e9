import * as vscode from "vscode";
import { toErrorView } from "../../kernel/ledger-error.ts";
import type { Logger } from "../../ports/ports.ts";
import type { Summary } from "../../ports/summary.ts";
import { summaryLimits } from "../../ports/summary-limits.ts";
import type { TimeStyle } from "../format/time-text.ts";
import { readSettings } from "../settings.ts";
import type { Store } from "../store/client.ts";
import type { SurroundingsOf } from "../workspace/environment.ts";
import { diskFolders } from "../workspace/folders.ts";
import type { Memory, Projects } from "../workspace/projects.ts";
import { askToShowOnce } from "./ask-to-show.ts";
import { createFindingBadges } from "./badges.ts";
import { createFindingDiagnostics } from "./diagnostics.ts";
import { createFindingHover } from "./hover.ts";
import { createOpenFiles } from "./open-files.ts";

export type FindingsOptions = Readonly<{
  store: Pick<Store, "call">;
  surroundingsOf: SurroundingsOf;
  projects: Projects;
  summary(): Summary | undefined;
  /** State of the user, shared by all windows. */
  memory: Memory;
  style(): TimeStyle;
  log: Logger;
}>;

/**
 * Shows the findings of the newest run of each folder's project: in the Problems view, as hovers in the code, and as file badges.
 */
export type Findings = Readonly<{
  /** Call when the ledger or the setting has changed. */
  refresh(): Promise<void>;
  dispose(): void;
}>;

const enabledFolders = (): readonly string[] =>
  diskFolders().filter((folder) => readSettings(vscode.Uri.file(folder))["diagnostics.enabled"]);

/** A fingerprint of a project's runs in the summary: it changes whenever the newest run does. Empty without a run. */
function runsFingerprint(summary: Summary | undefined, project: string): string {
  const entries = (summary?.projects ?? []).filter((one) => one.project === project);
  return entries.map(({ agent, last_run_at, runs, coin_tenths }) => [agent, last_run_at, runs, coin_tenths].join(" ")).join("\n");
}

export function composeFindings({ store, surroundingsOf, projects, summary, memory, style, log }: FindingsOptions): Findings {
  const files = createOpenFiles();
  const fingerprints = new Map<string, string>();
  const queue: { tail: Promise<void> } = { tail: Promise.resolve() };

  /** @returns the number of findings that are newly shown */
  const refreshFolder = async (folder: string): Promise<number> => {
    const cachedProject = projects.known(folder);
    const currentSummary = summary();
    // The summary lists a limited number of projects; for one that is missing, the store is asked.
    const isComplete = (currentSummary?.projects.length ?? 0) < summaryLimits.projects;
    const isEmpty = isComplete && (currentSummary === undefined || currentSummary.agents.length === 0);
    const project = isEmpty ? cachedProject : (cachedProject ?? (await projects.ask(folder)));
    const fingerprint = project === undefined ? "" : runsFingerprint(currentSummary, project);
    if (fingerprint === (fingerprints.get(folder) ?? "") && isComplete) return 0;
    const view = await store.call("open findings", { project }, { surroundings: surroundingsOf(vscode.Uri.file(folder)) });
    const shown = await files.show(folder, view);
    fingerprints.set(folder, fingerprint);
    if (view.total > view.findings.length) {
      log.info(`The Problems view lists ${view.findings.length} of ${view.total} findings in ${folder}, the gravest ones.`);
    }
    return shown;
  };
  const refresh = async (): Promise<void> => {
    const folders = enabledFolders();
    await vscode.commands.executeCommand("setContext", "rewardLedger.findingsShown", folders.length > 0);
    files.keep(folders);
    for (const folder of fingerprints.keys()) if (!folders.includes(folder)) fingerprints.delete(folder);
    let count = 0;
    for (const folder of folders) count += await refreshFolder(folder);
    void askToShowOnce(memory, count).then(undefined, (error: unknown) => log.warn(toErrorView(error).message));
  };
  const parts = [
    files,
    createFindingDiagnostics(files),
    createFindingHover(files, store, style),
    createFindingBadges(files),
    vscode.workspace.onDidChangeWorkspaceFolders(() => enqueue()),
  ];
  /** Runs refreshes sequentially, so that an older answer cannot replace a newer one. */
  const enqueue = (): Promise<void> => {
    queue.tail = queue.tail.then(refresh).catch((error: unknown) => {
      // The views show the error; the next change of the ledger tries again.
      log.warn(`Could not list the findings of the last run: ${toErrorView(error).message}`);
    });
    return queue.tail;
  };
  return { refresh: enqueue, dispose: () => vscode.Disposable.from(...parts).dispose() };
}
