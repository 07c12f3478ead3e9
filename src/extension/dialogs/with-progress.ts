import * as vscode from "vscode";
import type { OnProgress } from "../../kernel/progress.ts";

/** Delay in ms before progress is shown. */
const progressDelayMs = 700;

/**
 * Runs work that may take long: quick work shows nothing, longer work shows a cancellable progress notification.
 * @throws what the work throws
 */
export async function withProgress<T>(
  title: string,
  work: (signal: AbortSignal, onProgress: OnProgress) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const reporter: { report: OnProgress } = { report: () => {} };
  const result = work(controller.signal, (progress) => reporter.report(progress));
  const quick = Symbol("quick");
  const timeout: { timer: NodeJS.Timeout | undefined } = { timer: undefined };
  const first = await Promise.race([
    result.then(
      () => quick,
      () => quick,
    ),
    new Promise<undefined>((done) => {
      timeout.timer = setTimeout(() => done(undefined), progressDelayMs);
    }),
  ]);
  clearTimeout(timeout.timer);
  if (first === quick) return result;
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    (progress, token) => {
      token.onCancellationRequested(() => controller.abort());
      const state = { percent: 0 };
      reporter.report = ({ done, total, message }) => {
        const percent = total === undefined || total === 0 ? state.percent : Math.min(100, (done / total) * 100);
        progress.report({ message, increment: Math.max(0, percent - state.percent) });
        state.percent = Math.max(state.percent, percent);
      };
      return result;
    },
  );
}
