import * as z from "zod";
import type { EvalSpendingView, SpendTrendsView } from "../features/costs/operations/views.ts";
import type { EvalOverviewView, EvalRunDetailView, EvalTestHistoryView } from "../features/evals/operations/panel-views.ts";
import type { RunDetailView, RunView, TrendsView } from "../features/reviews/operations/views.ts";
import type { ErrorView } from "../kernel/errors.ts";

/*
 * Messages between the trends panel (webview) and its host (extension). The webview imports types only; the host parses every
 * message that comes in. The webview is disposable: it keeps its filter with `setState` and asks again when it is shown.
 */

export const trendsTabs = ["coins", "violations", "evals", "costs"] as const;
export type TrendsTab = (typeof trendsTabs)[number];

/** Named periods end now; `all` has no start. Custom bounds are local days `YYYY-MM-DD`, both inclusive. */
export const periods = ["7d", "30d", "90d", "365d", "all", "custom"] as const;

export const trendsFilter = z.object({
  agent: z.string().nullable(),
  compare_with: z.string().nullable(),
  project: z.string().nullable(),
  /** Whose runs: null the user's own, `team` everybody's, else a member's by address. */
  whose: z.string().nullable(),
  period: z.enum(periods),
  since: z.iso.date().nullable(),
  until: z.iso.date().nullable(),
});
export type TrendsFilter = Readonly<z.infer<typeof trendsFilter>>;

/** What narrows evals beside project, whose and period of `trendsFilter`; agents play no part in evals. */
export const evalsFilter = z.object({
  tier: z.string().nullable(),
  suite: z.string().nullable(),
  branch: z.string().nullable(),
});
export type EvalsFilter = Readonly<z.infer<typeof evalsFilter>>;

/** What tells one test of the evals from another; a test without a suite has an empty one. */
export const evalTestKey = z.object({ tier: z.string(), suite: z.string(), name: z.string() });
export type EvalTestKey = Readonly<z.infer<typeof evalTestKey>>;

const evalsParams = z.object({ filter: trendsFilter, evals: evalsFilter });

/** Requests of the webview: each has a method, its parameters and exactly one reply with the same id. */
const id = z.int();
export const panelRequest = z.discriminatedUnion("method", [
  z.object({ type: z.literal("request"), id, method: z.literal("trends"), params: trendsFilter }),
  z.object({ type: z.literal("request"), id, method: z.literal("run"), params: z.object({ fact_id: z.uuid() }) }),
  z.object({
    type: z.literal("request"),
    id,
    method: z.literal("runsBreaking"),
    params: z.object({ rule: z.string(), filter: trendsFilter, limit: z.int().min(1).max(500) }),
  }),
  z.object({ type: z.literal("request"), id, method: z.literal("evals"), params: evalsParams }),
  z.object({ type: z.literal("request"), id, method: z.literal("costs"), params: evalsParams }),
  /** The agent's own spending: of whose and when; its ceilings hold for all projects. */
  z.object({ type: z.literal("request"), id, method: z.literal("spend"), params: trendsFilter }),
  z.object({
    type: z.literal("request"),
    id,
    method: z.literal("evalTest"),
    params: z.object({ test: evalTestKey, ...evalsParams.shape }),
  }),
  z.object({
    type: z.literal("request"),
    id,
    method: z.literal("evalRun"),
    /** `compare`: also with the pinned baseline, else with the run before it. */
    params: z.object({ run: z.uuid(), whose: z.string().nullable(), compare: z.boolean() }),
  }),
  z.object({
    type: z.literal("request"),
    id,
    method: z.literal("openFinding"),
    params: z.object({ fact_id: z.uuid(), file: z.string(), line: z.int().min(1) }),
  }),
  /** Copies plain text (a table as CSV or Markdown) to the clipboard. */
  z.object({ type: z.literal("request"), id, method: z.literal("copy"), params: z.object({ text: z.string().max(5_000_000) }) }),
  /** Offers to save text under a suggested file name. */
  z.object({
    type: z.literal("request"),
    id,
    method: z.literal("save"),
    params: z.object({ suggested_name: z.string(), text: z.string().max(20_000_000) }),
  }),
]);
export type PanelRequest = z.infer<typeof panelRequest>;

/** What the webview says without awaiting a reply. `painted` carries the milliseconds from data to first paint, for the log. */
export const panelNotice = z.discriminatedUnion("type", [
  z.object({ type: z.literal("ready") }),
  z.object({ type: z.literal("painted"), ms: z.number(), points: z.int() }),
  z.object({ type: z.literal("failed"), message: z.string() }),
  /** Runs one of the product's commands (empty state's buttons). */
  z.object({
    type: z.literal("command"),
    command: z.enum([
      "updateFromFile",
      "import",
      "evalPush",
      "evalImport",
      "openWalkthrough",
      "showOutput",
      "setBudget",
      "extendBudget",
    ]),
  }),
]);
export type PanelNotice = z.infer<typeof panelNotice>;

export const panelMessage = z.union([panelRequest, panelNotice]);

/** Result of each request. */
export type PanelResults = Readonly<{
  trends: TrendsView;
  run: RunDetailView;
  runsBreaking: readonly RunView[];
  evals: EvalOverviewView;
  costs: EvalSpendingView;
  spend: SpendTrendsView;
  evalTest: EvalTestHistoryView;
  evalRun: EvalRunDetailView;
  openFinding: null;
  copy: null;
  save: Readonly<{ saved: boolean }>;
}>;
export type PanelMethod = keyof PanelResults;

/**
 * What the host sends. `init` answers `ready` before anything else: the display language (BCP 47) and its translations by their
 * English text, as VS Code's l10n bundles have them; what is missing stays in English. `show` opens a tab, a filter, a run,
 * an eval run (by its id) or a test of the evals; `changed` says that the ledger has news.
 */
export type HostMessage =
  | Readonly<{ type: "init"; locale: string; strings: Readonly<Record<string, string>> }>
  | Readonly<{ type: "reply"; id: number; ok: true; result: PanelResults[PanelMethod] }>
  | Readonly<{ type: "reply"; id: number; ok: false; error: ErrorView }>
  | Readonly<{
      type: "show";
      tab?: TrendsTab;
      filter?: Partial<TrendsFilter>;
      fact_id?: string;
      eval_run?: string;
      test?: EvalTestKey;
    }>
  | Readonly<{ type: "changed" }>;
