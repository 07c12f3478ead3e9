import * as vscode from "vscode";
import { evalWatchDocument } from "../../features/evals/documents/watch.ts";
import type { EvalWatchView } from "../../features/evals/operations/views.ts";
import type { Logger } from "../../ports/ports.ts";
import type { TimeStyle } from "../format/time-text.ts";
import type { ReportContent, ReportDocuments } from "../report/documents.ts";
import type { Store } from "../store/client.ts";
import { type CollectorWatch, watchCollector } from "./collector.ts";
import type { EvalList } from "./nodes.ts";
import { evalSource } from "./pages.ts";
import { createCollectorProgress } from "./progress.ts";
import { createEvalsTree } from "./tree.ts";

export type EvalsOptions = Readonly<{
  store: Store;
  documents: ReportDocuments;
  home(): string;
  /** The project that the window is limited to; undefined: all. */
  scope(): Promise<string | undefined>;
  style(): TimeStyle;
  /** Number of latest runs over which tests are classified. */
  window(): number;
  /** Called with an error that occurs while the view is filled; the view then shows its failure content. */
  failed(error: unknown): void;
  /** Called when the view has been filled. */
  filled(): void;
  log: Logger;
}>;

/** The parts for evals that exist as long as the window. */
export type Evals = Readonly<{
  refresh(): void;
  loadMore(of: EvalList): void;
  /** Shows what the collector does, and updates the document while it is open. */
  watchCollector(): Promise<void>;
  /** Call when the home may have been created. */
  look(): void;
  /** Call when the home has changed. */
  moveHome(): void;
  dispose(): void;
}>;

/** Delay in ms between startup and the first check for a running collector. */
const firstCheckMs = 2_000;
/** Minimum interval in ms between checks of a collector. */
const minCheckMs = 500;
/** Interval in ms at which a running collector is polled, because writing its results causes no file event. */
const pollMs = 1_000;
/** Time in ms for which the end of a run stays in the status bar. */
const outcomeShownMs = 30_000;

/** Builds the Evals view and the collector watch, and connects them. */
export function composeEvals(options: EvalsOptions): Evals {
  const { store, documents, style, log } = options;
  const { t } = vscode.l10n;
  const source = evalSource(store, options.scope, options.window);
  const tree = createEvalsTree({
    source: {
      ...source,
      roots: async () => {
        const roots = await source.roots();
        options.filled();
        return roots;
      },
    },
    style,
    failed: options.failed,
  });
  const progress = createCollectorProgress(style, outcomeShownMs);
  const reportName = t("Eval Collector");
  const report =
    (view: EvalWatchView): ReportContent =>
    (words) =>
      evalWatchDocument(view, { ...words, interactive: true }, "failed-first");
  const state: { watched: boolean; collector: CollectorWatch } = { watched: false, collector: follow() };

  function follow(): CollectorWatch {
    return watchCollector({
      home: options.home(),
      ask: () => store.call("eval watch", {}),
      onPicture: (view) => {
        progress.show(view);
        if (state.watched) documents.update(reportName, report(view));
      },
      log,
      delay: firstCheckMs,
      every: minCheckMs,
      lookAgain: pollMs,
    });
  }

  return {
    refresh: tree.refresh,
    loadMore: tree.loadMore,
    watchCollector: async () => {
      const view = await store.call("eval watch", {});
      state.watched = true;
      await documents.show(reportName, report(view));
    },
    look: () => state.collector.look(),
    moveHome: () => {
      state.collector.dispose();
      progress.hide();
      state.collector = follow();
    },
    dispose: () => {
      state.collector.dispose();
      progress.dispose();
      tree.dispose();
    },
  };
}
