import * as vscode from "vscode";
import type { Logger } from "../../ports/ports.ts";
import { scanWith } from "./scan-by.ts";
import type { Intake } from "./watch.ts";

export type IntakeLifecycleOptions = Readonly<{
  /** Whether the settings allow the intake of files. */
  enabled(): boolean;
  /** Starts watching with the current settings. */
  watch(): Promise<Intake>;
  /** Called when watching or a scan fails. */
  failed(error: unknown): void;
  /** Delay in ms of the first scan after startup, so that it does not compete with the window's startup. */
  delay: number;
  /**
   * Delay in ms of each further scan after the previous one. VS Code does not report when a watcher is really active, so files
   * that appear between the first scan and that moment would otherwise be missed.
   */
  further: readonly number[];
  log: Logger;
}>;

/** The intake, which runs while settings, workspace trust and folders allow it. */
export type IntakeLifecycle = Readonly<{
  /** Restarts with the current settings. */
  restart(): void;
  /** Scans once at the user's request, even if the intake is off. @returns undefined if the workspace is not trusted */
  scan(): Promise<Awaited<ReturnType<Intake["scan"]>> | undefined>;
  dispose(): void;
}>;

/**
 * Runs the intake, except in an untrusted workspace: its author could have put reports in it, and recordings count for all
 * projects.
 */
export function runIntake({ enabled, watch, failed, delay, further, log }: IntakeLifecycleOptions): IntakeLifecycle {
  const state: { intake: Intake | undefined; timer: NodeJS.Timeout | undefined; turn: number } = {
    intake: undefined,
    timer: undefined,
    turn: 0,
  };
  const stop = (): void => {
    state.turn += 1;
    clearTimeout(state.timer);
    state.intake?.dispose();
    state.intake = undefined;
  };
  const restart = (): void => {
    stop();
    if (!enabled() || vscode.workspace.workspaceFolders === undefined) return;
    if (!vscode.workspace.isTrusted) {
      log.info("Reports are not recorded automatically: this workspace is not trusted");
      return;
    }
    const turn = state.turn;
    const scan = async (intake: Intake, [next, ...later]: readonly number[]): Promise<void> => {
      const { found, fresh } = await intake.scan("settled");
      log.info(`Looked for reports and eval results: ${found} found, ${fresh} of them new`);
      if (next === undefined || turn !== state.turn) return;
      state.timer = setTimeout(() => void scan(intake, later).catch(failed), next);
    };
    const begin = async (): Promise<void> => {
      const intake = await watch();
      if (turn !== state.turn) return intake.dispose();
      state.intake = intake;
      await scan(intake, further);
    };
    state.timer = setTimeout(() => void begin().catch(failed), delay);
  };
  const changes = vscode.Disposable.from(
    vscode.workspace.onDidGrantWorkspaceTrust(restart),
    vscode.workspace.onDidChangeWorkspaceFolders(restart),
    // Watchers miss files on network drives and beyond the system's watch limit, so a scan runs when the user returns.
    vscode.window.onDidChangeWindowState(({ focused }) => {
      if (focused) state.intake?.scan("settled").catch(failed);
    }),
  );
  restart();
  return {
    restart,
    scan: async () => {
      if (!vscode.workspace.isTrusted) return undefined;
      return scanWith(
        () => state.intake,
        async () => {
          const once = await watch();
          try {
            return await once.scan("now");
          } finally {
            once.dispose();
          }
        },
      );
    },
    dispose: () => {
      changes.dispose();
      stop();
    },
  };
}
