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
export const toggled = (list: readonly string[], one: string): readonly string[] =>
  list.includes(one) ? list.filter((other) => other !== one) : [...list, one];

const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
const presentation = (value: unknown): "chart" | "table" => (value === "table" ? "table" : "chart");

/** Parses the persisted state. Invalid parts get their defaults. */
export function parseCosts(value: Readonly<Record<string, unknown>>): CostsState {
  return {
    hiddenModels: texts(value["hiddenModels"]),
    hiddenSpend: texts(value["hiddenSpend"]),
    outcomesBy: value["outcomesBy"] === "model" ? "model" : "tier",
    outcomes: presentation(value["outcomes"]),
    spend: presentation(value["spend"]),
    hiddenHosts: texts(value["hiddenHosts"]),
    sessions: presentation(value["sessions"]),
  };
}
