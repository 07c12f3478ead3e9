import * as vscode from "vscode";
import type { OnProgress } from "../../kernel/progress.ts";

/** Delay in ms before progress is shown. */
const patience = 700;

/**
 * Runs work that may take long: quick work shows nothing, longer work shows a cancellable progress notification.
 * @throws what the work throws
 */
export async function withPatience<T>(
  title: string,
  work: (signal: AbortSignal, onProgress: OnProgress) => Promise<T>,
): Promise<T> {
  const abort = new AbortController();
  const shown: { report: OnProgress } = { report: () => {} };
  const result = work(abort.signal, (progress) => shown.report(progress));
  const quick = Symbol("quick");
  const timeout: { timer: NodeJS.Timeout | undefined } = { timer: undefined };
  const first = await Promise.race([
    result.then(
      () => quick,
      () => quick,
    ),
    new Promise<undefined>((done) => {
      timeout.timer = setTimeout(() => done(undefined), patience);
    }),
  ]);
  clearTimeout(timeout.timer);
  if (first === quick) return result;
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    (progress, token) => {
      token.onCancellationRequested(() => abort.abort());
      const at = { percent: 0 };
      shown.report = ({ done, total, message }) => {
        const percent = total === undefined || total === 0 ? at.percent : Math.min(100, (done / total) * 100);
        progress.report({ message, increment: Math.max(0, percent - at.percent) });
        at.percent = Math.max(at.percent, percent);
      };
      return result;
    },
  );
}
