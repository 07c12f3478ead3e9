import type { EvalPanelFrame } from "../../../src/operations/eval-panel-views.ts";

/** What the tabs of evals are told by a ledger without evals. */
export const noEvals: EvalPanelFrame = {
  zone: "Europe/Berlin",
  filter: { from: null, to: null },
  recorded: false,
  projects: [],
  members: [],
  tiers: [],
  branches: [],
};
