/** The persisted state of the Costs tab, except for the presentation of its first chart. */
export type CostsState = Readonly<{
  /** Models switched off in the legend of the bars, by key of their series. */
  hiddenModels: readonly string[];
  /** The same for the agent's spending. */
  hiddenSpend: readonly string[];
  /** What the marks of runs distinguish. */
  outcomesBy: "tier" | "model";
  outcomes: "chart" | "table";
  spend: "chart" | "table";
  /** Hosts switched off in the legend of the sessions. */
  hiddenHosts: readonly string[];
  sessions: "chart" | "table";
}>;

export const initialCosts: CostsState = {
  hiddenModels: [],
  hiddenSpend: [],
  outcomesBy: "tier",
  outcomes: "chart",
  spend: "chart",
  hiddenHosts: [],
  sessions: "chart",
};

/** Returns the list without the entry if it has it, else with it. */
export const toggleEntry = (list: readonly string[], entry: string): readonly string[] =>
  list.includes(entry) ? list.filter((other) => other !== entry) : [...list, entry];

const toStrings = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
const toPresentation = (value: unknown): "chart" | "table" => (value === "table" ? "table" : "chart");

/** Parses the persisted state. Invalid parts get their defaults. */
export function parseCosts(value: Readonly<Record<string, unknown>>): CostsState {
  return {
    hiddenModels: toStrings(value["hiddenModels"]),
    hiddenSpend: toStrings(value["hiddenSpend"]),
    outcomesBy: value["outcomesBy"] === "model" ? "model" : "tier",
    outcomes: toPresentation(value["outcomes"]),
    spend: toPresentation(value["spend"]),
    hiddenHosts: toStrings(value["hiddenHosts"]),
    sessions: toPresentation(value["sessions"]),
  };
}
