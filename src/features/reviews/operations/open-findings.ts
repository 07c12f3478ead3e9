import * as z from "zod";
import { projectFilter } from "../../shared/fields.ts";
import { defineOperation } from "../../shared/operation.ts";
import { type Finding, severities } from "../model/finding.ts";
import { isBlocking } from "../model/is-blocking.ts";
import { fetchRun } from "./show.ts";
import { findingView, runView } from "./to-views.ts";
import type { FindingView, RunView } from "./views.ts";

/** The findings of a project's latest run; `run` is null if there is none. */
export type OpenFindingsView = Readonly<{
  run: RunView | null;
  /** The top folder of the checkout, else the working directory: paths of findings are relative to it. */
  top: string;
  /** The most severe findings, at most as many as requested. */
  findings: readonly FindingView[];
  total: number;
}>;

const severityRank = (one: Finding): number => (isBlocking(one) ? 0 : 1 + severities.indexOf(one.severity));

export const openFindings = defineOperation({
  name: "open findings",
  summary: "List the findings of a project's newest run, the gravest first",
  input: z.object({ project: projectFilter, limit: z.int().min(1).default(1_000).describe("Maximum number of findings") }),
  effect: "read",
  async run({ ledger, surroundings }, { project, limit }): Promise<OpenFindingsView> {
    const top = await surroundings.top();
    const row = await ledger.ask(({ review }) => review.history({ project, limit: 1 })[0]);
    if (row === undefined) return { run: null, top, findings: [], total: 0 };
    const { findings } = (await fetchRun(ledger, row)).report;
    const mostSevere = findings.toSorted((a, b) => severityRank(a) - severityRank(b)).slice(0, limit);
    return { run: runView(row), top, findings: mostSevere.map(findingView), total: findings.length };
  },
});
