import type { HealthState } from "../../features/evals/model/health.ts";
import type { EvalsFilter, EvalTestKey, TrendsFilter, TrendsTab } from "../../protocol/trends-panel.ts";
import { type CostsState, initialCosts, parseCosts } from "../costs/costs-state.ts";

/** States of health in the order in which tests need attention. */
export const testHealths = [
  "broken",
  "degrading",
  "flaky",
  "recovering",
  "too-few",
  "healthy",
] as const satisfies readonly HealthState[];

/** Periods in the order of the filter's options. */
export const periodChoices = ["7d", "30d", "90d", "365d", "all", "custom"] as const satisfies readonly TrendsFilter["period"][];

/** A span of the time axis, seconds since the epoch. */
export type Span = Readonly<{ min: number; max: number }>;

export type Presentation = "chart" | "table";

/** An eval run or test that the drawer shows. */
export type EvalPlace = Readonly<{ type: "run"; run: string }> | Readonly<{ type: "test"; test: EvalTestKey }>;

/** The panel's persistent state: enough to restore what was shown before a reload. */
export type PanelState = Readonly<{
  tab: TrendsTab;
  filter: TrendsFilter;
  evals: EvalsFilter;
  zoom: Span | null;
  /** The chosen presentation by tab; a tab without a choice shows its chart. */
  presentation: Readonly<Partial<Record<TrendsTab, Presentation>>>;
  /** Agents switched off in the legend. */
  hiddenAgents: readonly string[];
  /** Text in the rules' search box. */
  ruleQuery: string;
  openRule: string | null;
  /** Fact id of the run in the drawer. */
  openRun: string | null;
  /** Lists only tests in this state of health; null: all. */
  testHealth: HealthState | null;
  /** Text in the tests' search box. */
  testQuery: string;
  /** The navigation history of the drawer's eval places; the last one is shown. */
  evalPlaces: readonly EvalPlace[];
  costs: CostsState;
  scrollTop: number;
}>;

export const defaultFilter: TrendsFilter = {
  agent: null,
  compare_with: null,
  project: null,
  whose: null,
  period: "90d",
  since: null,
  until: null,
};

export const defaultEvals: EvalsFilter = { tier: null, suite: null, branch: null };

export const initialState: PanelState = {
  tab: "coins",
  filter: defaultFilter,
  evals: defaultEvals,
  zoom: null,
  presentation: {},
  hiddenAgents: [],
  ruleQuery: "",
  openRule: null,
  openRun: null,
  testHealth: null,
  testQuery: "",
  evalPlaces: [],
  costs: initialCosts,
  scrollTop: 0,
};

export type PanelAction =
  | Readonly<{ type: "tab"; tab: TrendsTab }>
  | Readonly<{ type: "filter"; filter: Partial<TrendsFilter> }>
  | Readonly<{ type: "evals"; evals: Partial<EvalsFilter> }>
  | Readonly<{ type: "resetFilter" }>
  | Readonly<{ type: "zoom"; zoom: Span | null }>
  | Readonly<{ type: "present"; tab: TrendsTab; as: Presentation }>
  | Readonly<{ type: "toggleAgent"; agent: string }>
  | Readonly<{ type: "ruleQuery"; query: string }>
  | Readonly<{ type: "openRule"; rule: string }>
  | Readonly<{ type: "openRun"; factId: string }>
  | Readonly<{ type: "testHealth"; health: HealthState | null }>
  | Readonly<{ type: "testQuery"; query: string }>
  /** Opens an eval run or test; `from` is the navigation history to go back to. */
  | Readonly<{ type: "openEval"; place: EvalPlace; from: readonly EvalPlace[] }>
  | Readonly<{ type: "closeEval" }>
  | Readonly<{ type: "costs"; costs: Partial<CostsState> }>
  /** Closes the run, and shows the rule from which it was opened. */
  | Readonly<{ type: "closeRun" }>
  | Readonly<{ type: "closeDrawer" }>
  | Readonly<{ type: "scroll"; top: number }>;

/** Maximum length of the navigation history; the oldest entries are dropped. */
const maxPlaces = 16;

/** Makes a filter consistent: a comparison needs an agent and a different second one; days need a custom period. */
function normalizeFilter(filter: TrendsFilter): TrendsFilter {
  const noComparison = filter.agent === null || filter.compare_with === filter.agent;
  const custom = filter.period === "custom";
  return {
    ...filter,
    compare_with: noComparison ? null : filter.compare_with,
    since: custom ? filter.since : null,
    until: custom ? filter.until : null,
  };
}

/** Returns the next state. A change of `filter` also resets the zoom, because it can change the time axis. */
export function reduce(state: PanelState, action: PanelAction): PanelState {
  switch (action.type) {
    case "tab":
      return { ...state, tab: action.tab };
    case "filter":
      return { ...state, filter: normalizeFilter({ ...state.filter, ...action.filter }), zoom: null };
    case "evals":
      return { ...state, evals: { ...state.evals, ...action.evals } };
    case "resetFilter":
      return {
        ...state,
        filter: defaultFilter,
        evals: defaultEvals,
        zoom: null,
        hiddenAgents: [],
        costs: { ...state.costs, hiddenModels: [], hiddenSpend: [] },
      };
    case "zoom":
      return { ...state, zoom: action.zoom };
    case "present":
      return { ...state, presentation: { ...state.presentation, [action.tab]: action.as } };
    case "toggleAgent": {
      const hidden = state.hiddenAgents.includes(action.agent);
      return {
        ...state,
        hiddenAgents: hidden
          ? state.hiddenAgents.filter((agent) => agent !== action.agent)
          : [...state.hiddenAgents, action.agent],
      };
    }
    case "ruleQuery":
      return { ...state, ruleQuery: action.query };
    case "openRule":
      return { ...state, openRule: action.rule, openRun: null, evalPlaces: [] };
    case "openRun":
      return { ...state, openRun: action.factId, evalPlaces: [] };
    case "testHealth":
      return { ...state, testHealth: action.health };
    case "testQuery":
      return { ...state, testQuery: action.query };
    case "openEval":
      return { ...state, openRule: null, openRun: null, evalPlaces: [...action.from, action.place].slice(-maxPlaces) };
    case "closeEval":
      return { ...state, evalPlaces: state.evalPlaces.slice(0, -1) };
    case "costs":
      return { ...state, costs: { ...state.costs, ...action.costs } };
    case "closeRun":
      return { ...state, openRun: null };
    case "closeDrawer":
      return { ...state, openRule: null, openRun: null, evalPlaces: [] };
    case "scroll":
      return { ...state, scrollTop: action.top };
    default:
      return action satisfies never;
  }
}

type JsonObject = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value);
const textOrNull = (value: unknown): string | null => (typeof value === "string" ? value : null);
const dayOrNull = (value: unknown): string | null =>
  typeof value === "string" && /^\d{4}-\d\d-\d\d$/.test(value) ? value : null;
const oneOf = <const Choice extends string>(choices: readonly Choice[], value: unknown, otherwise: Choice): Choice =>
  choices.find((choice) => choice === value) ?? otherwise;

function parseZoom(value: unknown): Span | null {
  if (!isObject(value)) return null;
  const { min, max } = value;
  return typeof min === "number" && typeof max === "number" && min < max ? { min, max } : null;
}

function parseFilter(value: unknown): TrendsFilter {
  if (!isObject(value)) return defaultFilter;
  return normalizeFilter({
    agent: textOrNull(value["agent"]),
    compare_with: textOrNull(value["compare_with"]),
    project: textOrNull(value["project"]),
    whose: textOrNull(value["whose"]),
    period: oneOf(periodChoices, value["period"], defaultFilter.period),
    since: dayOrNull(value["since"]),
    until: dayOrNull(value["until"]),
  });
}

function parseEvals(value: unknown): EvalsFilter {
  if (!isObject(value)) return defaultEvals;
  return { tier: textOrNull(value["tier"]), suite: textOrNull(value["suite"]), branch: textOrNull(value["branch"]) };
}

function parsePlace(value: unknown): readonly EvalPlace[] {
  if (!isObject(value)) return [];
  const { type, run, test } = value;
  if (type === "run" && typeof run === "string") return [{ type, run }];
  if (type !== "test" || !isObject(test)) return [];
  const { tier, suite, name } = test;
  if (typeof tier !== "string" || typeof suite !== "string" || typeof name !== "string") return [];
  return [{ type, test: { tier, suite, name } }];
}

function parsePresentation(value: unknown, tabs: readonly TrendsTab[]): PanelState["presentation"] {
  if (!isObject(value)) return {};
  const chosen = tabs.filter((tab) => value[tab] === "chart" || value[tab] === "table");
  return Object.fromEntries(chosen.map((tab) => [tab, value[tab]]));
}

/**
 * Parses the value of `getState`. It may come from another version, so each invalid part gets its default.
 * @param tabs ids of the existing tabs
 */
export function parseState(value: unknown, tabs: readonly TrendsTab[]): PanelState {
  if (!isObject(value)) return initialState;
  const hidden = value["hiddenAgents"];
  const places = value["evalPlaces"];
  const top = value["scrollTop"];
  return {
    tab: oneOf(tabs, value["tab"], initialState.tab),
    filter: parseFilter(value["filter"]),
    evals: parseEvals(value["evals"]),
    zoom: parseZoom(value["zoom"]),
    presentation: parsePresentation(value["presentation"], tabs),
    hiddenAgents: Array.isArray(hidden) ? hidden.filter((agent): agent is string => typeof agent === "string") : [],
    ruleQuery: textOrNull(value["ruleQuery"]) ?? "",
    openRule: textOrNull(value["openRule"]),
    openRun: textOrNull(value["openRun"]),
    testHealth: testHealths.find((health) => health === value["testHealth"]) ?? null,
    testQuery: textOrNull(value["testQuery"]) ?? "",
    evalPlaces: Array.isArray(places) ? places.flatMap(parsePlace) : [],
    costs: isObject(value["costs"]) ? parseCosts(value["costs"]) : initialCosts,
    scrollTop: typeof top === "number" && top >= 0 ? top : 0,
  };
}
