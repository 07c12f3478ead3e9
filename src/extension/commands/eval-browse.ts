import * as vscode from "vscode";
import { evalCompareDocument } from "../../features/evals/documents/compare.ts";
import { evalCostDocument, evalShowDocument } from "../../features/evals/documents/show.ts";
import { evalTrendDocument } from "../../features/evals/documents/trend.ts";
import type { TestKey } from "../../features/evals/model/run.ts";
import type { EvalListView, EvalTrendView } from "../../features/evals/operations/views.ts";
import type { OperationInput } from "../../features/operations.ts";
import type { Words } from "../../kernel/document.ts";
import { editorWords } from "../../render/markdown/words.ts";
import { type Choice, pick } from "../dialogs/pick.ts";
import { maxEvalRuns, pickEvalFile, pickEvalRun } from "../dialogs/pick-eval-run.ts";
import { withProgress } from "../dialogs/with-progress.ts";
import type { EvalList } from "../evals/nodes.ts";
import { nodeText, runLabel } from "../evals/texts.ts";
import { healthIcon } from "../evals/tree.ts";
import { firstDay, type TimeStyle } from "../format/time-text.ts";
import type { ReportDocuments } from "../report/documents.ts";
import type { Store } from "../store/client.ts";
import type { SurroundingsOf } from "../workspace/environment.ts";
import { evalListArgument, evalRunArgument, evalTestArgument } from "./arguments.ts";
import type { Handler } from "./register.ts";

export type EvalBrowseCommandOptions = Readonly<{
  store: Store;
  documents: ReportDocuments;
  surroundingsOf: SurroundingsOf;
  /** The project that the window is limited to; undefined: all. */
  scope(): Promise<string | undefined>;
  style(): TimeStyle;
  /** Number of latest runs over which tests are classified. */
  evalWindow(): number;
  /** Opens the evals tab of the trends panel at a run or a test. */
  openEvals(show: Readonly<{ eval_run: string } | { test: TestKey }>): void;
  loadMoreEvals(of: EvalList): void;
  /** Shows what the running collector does, and keeps it up to date. */
  watchCollector(): Promise<void>;
}>;

type EvalBrowseCommands = Readonly<
  Record<
    | "evalList"
    | "evalShow"
    | "evalCompare"
    | "evalComparePrevious"
    | "evalCompareWith"
    | "evalPin"
    | "evalUnpin"
    | "evalTrend"
    | "evalCost"
    | "evalWatch"
    | "evalOpenTest"
    | "evalOpenRun"
    | "evalCopyId"
    | "evalLoadMore",
    Handler
  >
>;

/** Maximum number of tests in the trend's quick pick; the Evals view has them all. */
const maxTests = 500;

/** Functions that show eval runs, comparisons and costs as documents. */
export function createEvalReports(
  options: Pick<EvalBrowseCommandOptions, "store" | "documents" | "surroundingsOf" | "scope" | "style">,
) {
  const { store, documents, surroundingsOf, style } = options;
  const { t } = vscode.l10n;
  const words = (): Words => editorWords(style(), t);
  return {
    async show(run: string): Promise<void> {
      const project = await options.scope();
      const view = await withProgress(t("Reading the eval run"), (signal) =>
        store.call("eval show", { run, project }, { signal, surroundings: surroundingsOf() }),
      );
      // Ids created at the same moment share a prefix, so the end of the id distinguishes runs.
      const name = `${runLabel(view.run, words())} · ${view.run.id.slice(-6)}`;
      await documents.show(t("Eval Run {0}", name), (reportWords) => evalShowDocument(view, reportWords));
    },
    async compare(before: string | undefined, after: string): Promise<void> {
      const project = await options.scope();
      const view = await withProgress(t("Comparing eval runs"), (signal) =>
        store.call("eval compare", { a: before, b: after, project }, { signal, surroundings: surroundingsOf() }),
      );
      await documents.show(t("Eval Comparison"), (reportWords) =>
        evalCompareDocument(view, reportWords, Number.POSITIVE_INFINITY),
      );
    },
    async cost(subject: string, input: OperationInput<"eval cost">): Promise<void> {
      const project = await options.scope();
      const view = await withProgress(t("Adding up the costs"), (signal) =>
        store.call("eval cost", { ...input, project }, { signal, surroundings: surroundingsOf() }),
      );
      await documents.show(`${t("Eval Costs")}: ${subject}`, (reportWords) => evalCostDocument(view, reportWords));
    },
  };
}

/** Commands that show eval runs and tests, and those that pin or unpin a baseline. Called on a row, they use its run or test. */
export function evalBrowseCommands(options: EvalBrowseCommandOptions): EvalBrowseCommands {
  const { store, documents, style } = options;
  const { t } = vscode.l10n;
  const evalReports = createEvalReports(options);
  const runs = async (): Promise<readonly EvalListView[]> =>
    (await store.call("eval list", { project: await options.scope(), limit: maxEvalRuns })).runs;
  const pickRun = (placeholder: string, files: boolean, first: readonly Choice<string>[]): Promise<string | undefined> =>
    pickEvalRun(placeholder, { runs: runs(), style: style(), files, first });
  const keywordChoice = (label: string, value: string, icon: string): Choice<string> => ({
    label,
    value,
    iconPath: new vscode.ThemeIcon(icon),
  });
  const latest = (): Choice<string> => keywordChoice(t("Latest Run"), "latest", "arrow-circle-up");
  const previous = (): Choice<string> => keywordChoice(t("The Previous Run"), "previous", "arrow-circle-left");
  const baseline = (): Choice<string> => keywordChoice(t("Baseline"), "baseline", "pinned");
  const defaultBefore = "";
  const defaultChoice = (): Choice<string> => ({
    ...keywordChoice(t("The Run Before It"), defaultBefore, "sparkle"),
    description: t("the baseline, else the run before"),
  });
  const pin = async (run: string, unpin: boolean): Promise<void> => {
    const view = await store.call("eval baseline", { run, unpin }, { surroundings: options.surroundingsOf() });
    const message =
      view.run === null
        ? t("{0} has no baseline; runs are compared with the one before.", view.tier)
        : t("Later runs of {0} are compared with {1}.", view.tier, runLabel(view.run, editorWords(style(), t)));
    vscode.window.setStatusBarMessage(message, 8_000);
  };

  return {
    evalList: async () => {
      const run = await pickRun(t("Eval runs, newest first; choose one to see its tests and costs"), false, []);
      if (run !== undefined) await evalReports.show(run);
    },
    evalShow: async (row) => {
      const run = evalRunArgument(row) ?? (await pickRun(t("Show which eval run?"), true, [latest(), previous(), baseline()]));
      if (run !== undefined) await evalReports.show(run);
    },
    evalCompare: async () => {
      const after = await pickRun(t("Compare which run?"), true, [latest(), previous()]);
      if (after === undefined) return;
      const before = await pickRun(t("Compare with which earlier run?"), true, [defaultChoice(), previous(), baseline()]);
      if (before !== undefined) await evalReports.compare(before === defaultBefore ? undefined : before, after);
    },
    evalComparePrevious: async (row) => evalReports.compare(undefined, evalRunArgument(row) ?? "latest"),
    evalCompareWith: async (row) => {
      const after = evalRunArgument(row) ?? (await pickRun(t("Compare which run?"), true, [latest(), previous()]));
      if (after === undefined) return;
      const before = await pickRun(t("Compare with which earlier run?"), true, [baseline()]);
      if (before !== undefined) await evalReports.compare(before, after);
    },
    evalPin: async (row) => {
      const run = evalRunArgument(row) ?? (await pickRun(t("Compare later runs with which one?"), false, [latest()]));
      if (run !== undefined) await pin(run, false);
    },
    evalUnpin: async (row) => pin(evalRunArgument(row) ?? "baseline", true),
    evalTrend: async () => {
      const project = await options.scope();
      const runWindow = options.evalWindow();
      const all = Symbol("all tests");
      const choices = store
        .call("eval tests", { project, over: runWindow, limit: maxTests })
        .then(({ tests }): readonly Choice<TestKey | typeof all>[] => [
          { label: t("All Tests"), iconPath: new vscode.ThemeIcon("beaker"), value: all },
          ...tests.map(testChoice(style())),
        ]);
      const chosen = await pick(t("The trend of which test?"), choices);
      if (chosen === undefined) return;
      if (chosen !== all) return options.openEvals({ test: chosen });
      const trends = await withProgress(t("Reading the trends"), (signal) =>
        store.call("eval trend", { project, limit: runWindow }, { signal }),
      );
      await documents.show(t("Eval Trends"), (words) =>
        evalTrendDocument(trends, words, { limit: runWindow, markdown: false, csv: false }),
      );
    },
    evalCost: async (row) => {
      const run = evalRunArgument(row);
      if (run !== undefined) return evalReports.cost(t("one run"), { run });
      const subject = await pick(t("The costs of what?"), costChoices(style()));
      if (subject === undefined) return;
      if (subject.kind === "period") return evalReports.cost(subject.of, subject.input);
      if (subject.kind === "run") {
        const chosen = await pickRun(t("The costs of which run?"), false, [latest(), previous(), baseline()]);
        return chosen === undefined ? undefined : evalReports.cost(t("one run"), { run: chosen });
      }
      const file = await pickEvalFile(t("Choose"));
      if (file !== undefined) await evalReports.cost(vscode.workspace.asRelativePath(file), { run: file });
    },
    evalWatch: options.watchCollector,
    evalOpenTest: (row) => {
      const test = evalTestArgument(row);
      if (test !== undefined) options.openEvals({ test });
    },
    evalOpenRun: (row) => {
      const run = evalRunArgument(row);
      if (run !== undefined) options.openEvals({ eval_run: run });
    },
    evalCopyId: async (row) => {
      const run = evalRunArgument(row);
      if (run !== undefined) await vscode.env.clipboard.writeText(run);
    },
    evalLoadMore: (row) => {
      const list = evalListArgument(row);
      if (list !== undefined) options.loadMoreEvals(list);
    },
  };
}

const testChoice =
  (style: TimeStyle) =>
  (trend: EvalTrendView): Choice<TestKey> => {
    const { label, description } = nodeText({ kind: "test", trend }, style, vscode.l10n.t);
    const { tier, suite, name } = trend;
    return { label, description, iconPath: healthIcon(trend.health), value: { tier, suite, name } };
  };

type CostSubject =
  | Readonly<{ kind: "period"; of: string; input: OperationInput<"eval cost"> }>
  | Readonly<{ kind: "run" | "file" }>;

function costChoices(style: TimeStyle): readonly Choice<CostSubject>[] {
  const { t } = vscode.l10n;
  const period = (label: string, input: OperationInput<"eval cost">): Choice<CostSubject> => ({
    label,
    iconPath: new vscode.ThemeIcon("calendar"),
    value: { kind: "period", of: label, input },
  });
  return [
    { ...period(t("Latest Run"), { run: "latest" }), iconPath: new vscode.ThemeIcon("arrow-circle-up") },
    { label: t("A Run…"), iconPath: new vscode.ThemeIcon("history"), value: { kind: "run" } },
    { label: t("A File…"), iconPath: new vscode.ThemeIcon("file"), value: { kind: "file" } },
    period(t("Last 7 days"), { since: firstDay(7, style) }),
    period(t("Last 30 days"), { since: firstDay(30, style) }),
    period(t("Last 90 days"), { since: firstDay(90, style) }),
    period(t("All runs"), {}),
  ];
}
