import * as vscode from "vscode";
import type { Logger } from "../../ports/ports.ts";
import { scanBy } from "./scan-by.ts";
import type { Intake } from "./watch.ts";

export type IntakeLifecycleOptions = Readonly<{
  /** Whether the settings want files taken in. */
  enabled(): boolean;
  /** Starts watching, with the settings of then. */
  watch(): Promise<Intake>;
  /** Told when watching or the first scan could not begin. */
  failed(error: unknown): void;
  /** How long the first scan waits after the start, so that it does not compete with the window's own, in ms. */
  delay: number;
  /**
   * How long each further scan waits after the one before, in ms. VS Code does not report when a watcher is really in place, so files
   * that appear between the first scan and that moment would otherwise stay unseen.
   */
  further: readonly number[];
  log: Logger;
}>;

/** The intake, running while settings, trust and folders allow it. */
export type IntakeLifecycle = Readonly<{
  /** Starts anew with the settings as they are. */
  restart(): void;
  /** Scans once on the user's demand, even where the intake is off. @returns undefined where the workspace is not trusted */
  scan(): Promise<Awaited<ReturnType<Intake["scan"]>> | undefined>;
  dispose(): void;
}>;

/**
 * Runs the intake. Not in a workspace that is not trusted: whoever sent it could have put reports in it, and what is recorded
 * counts for all projects.
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
      const { found, fresh } = await intake.scan();
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
    // Watchers miss files on network drives and beyond the system's limit of watches; whoever comes back expects to see them.
    vscode.window.onDidChangeWindowState(({ focused }) => {
      if (focused) state.intake?.scan().catch(failed);
    }),
  );
  restart();
  return {
    restart,
    scan: async () => {
      if (!vscode.workspace.isTrusted) return undefined;
      return scanBy(
        () => state.intake,
        async () => {
          const once = await watch();
          try {
            return await once.scan();
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
