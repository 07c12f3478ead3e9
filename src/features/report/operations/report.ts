import * as z from "zod";
import { usage } from "../../../kernel/errors.ts";
import { paired95 } from "../../../kernel/statistics/paired.ts";
import type { Ports } from "../../../ports/ports.ts";
import { compareRuns } from "../../evals/model/compare.ts";
import type { EvalRunRow } from "../../evals/model/queries.ts";
import { fetchRecordedRun } from "../../evals/operations/find-run.ts";
import { evalCompareView, evalRunView } from "../../evals/operations/to-views.ts";
import type { Finding } from "../../reviews/model/finding.ts";
import { isBlocking } from "../../reviews/model/is-blocking.ts";
import { runView } from "../../reviews/operations/to-views.ts";
import { agentFilter, projectField } from "../../shared/fields.ts";
import { memberScopeKeys, memberScopeOf } from "../../shared/member-scope.ts";
import { defineOperation } from "../../shared/operation.ts";
import { reportDocument } from "../documents/report.ts";
import { matchFindings } from "../model/match-findings.ts";
import { comparedEval, comparedRun, previous, reportedEvals, reportedRun, type Side } from "./compared-runs.ts";
import type { EvalReportView, ReportFinding, ReportRun, ReportView, ReviewReportView } from "./views.ts";

const input = z.object({
  against: z
    .string()
    .trim()
    .normalize("NFC")
    .min(1)
    .default(previous)
    .describe("What to compare with: previous, the id of a run, or a branch or commit, whose latest run is meant"),
  run: z.string().trim().normalize("NFC").min(1).optional().describe("Id of the review run to report on; default the latest"),
  agent: agentFilter,
  project: projectField.describe("Project to report on; default owner/repo of the git remote, else the folder's name"),
  tier: z
    .string()
    .trim()
    .normalize("NFC")
    .min(1)
    .optional()
    .describe("Only eval runs of this tier; default the latest of each tier"),
  messages: z.boolean().default(false).describe("Include the messages of violations, which may quote code"),
  markdown: z.boolean().default(false).describe("Write Markdown, as comments and job summaries take it"),
  html: z.boolean().default(false).describe("Write an HTML page that needs no other file"),
  ...memberScopeKeys,
});

const toReportRun = ({ row, recorded }: Side): ReportRun => ({
  run: runView(row),
  branch: recorded.branch,
  commit: recorded.commit,
});

/** Returns all findings of a run, including those in older code, and whether the run recorded all of them. */
function findingsOf({ recorded: { report, existing = [], existing_count = existing.length } }: Side) {
  return { findings: [...report.findings, ...existing], complete: existing.length >= existing_count };
}

function reviewReport(after: Side, before: Side | null, messages: boolean): ReviewReportView {
  const finding = (one: Finding): ReportFinding => {
    const { tool, rule, severity, file, line, fixable, message } = one;
    return { tool, rule, severity, file, line, fixable, blocking: isBlocking(one), message: messages ? message : null };
  };
  const own = new Set(after.recorded.report.findings);
  const [beforeFindings, afterFindings] = [before === null ? null : findingsOf(before), findingsOf(after)];
  const matched = beforeFindings === null ? null : matchFindings(beforeFindings.findings, afterFindings.findings);
  const added = matched?.added.filter((one) => own.has(one)) ?? null;
  return {
    after: toReportRun(after),
    before: before === null ? null : toReportRun(before),
    score_delta: before === null ? null : after.row.score - before.row.score,
    violations: own.size,
    new: added?.map(finding) ?? null,
    fixed: afterFindings.complete ? (matched?.fixed.map(finding) ?? null) : null,
    unchanged: added === null ? null : afterFindings.findings.length - added.length,
  };
}

async function evalReport(ports: Ports, after: EvalRunRow, before: EvalRunRow | undefined): Promise<EvalReportView> {
  if (before === undefined) return { comparison: { before: null, after: evalRunView(after) }, difference: null };
  const [recordedBefore, recordedAfter] = [await fetchRecordedRun(ports, before), await fetchRecordedRun(ports, after)];
  const comparison = compareRuns(recordedBefore.data.run, recordedAfter.data.run);
  const { improved, regressed, unchanged } = comparison.counts;
  const tests = improved + regressed + unchanged;
  return {
    comparison: evalCompareView(before, after, comparison),
    difference: tests === 0 ? null : { ...paired95(improved, regressed, tests), tests },
  };
}

export const report = defineOperation({
  name: "report",
  summary: "Report what changed since another run: score, violations, evals and cost",
  input,
  effect: "read",
  examples: [
    { run: "reward-ledger report --against main", does: "the latest run against the latest of the branch main" },
    { run: "reward-ledger report --markdown --against main > report.md", does: "as Markdown, for a pull request" },
    { run: "reward-ledger report --html --against review-7d0f > report.html", does: "as a page, against one run" },
  ],
  document: reportDocument,
  page: ({ project }: ReportView, { markdown, html }) =>
    markdown || html ? { format: html ? "html" : "markdown", title: `Reward Ledger: ${project}` } : null,
  async run(ports, { against, run, agent, project: named, tier, messages, markdown, html, ...members }): Promise<ReportView> {
    if (markdown && html) throw usage("Wrong use of report: --markdown and --html exclude each other", "Give only one of them.");
    const whose = await memberScopeOf(ports, members);
    const project = named ?? (await ports.surroundings.project());
    const request = { scope: { project, agent }, whose, against };
    const after = await reportedRun(ports, request, run);
    const before = after === null ? null : await comparedRun(ports, request, after);
    const evals = await ports.ledger.ask(
      (queries) =>
        reportedEvals(queries, request, tier, [after, before]).map((row) => ({ row, base: comparedEval(queries, row, against) })),
      whose,
    );
    const reports: EvalReportView[] = [];
    for (const { row, base } of evals) reports.push(await evalReport(ports, row, base));
    return { project, against, review: after === null ? null : reviewReport(after, before, messages), evals: reports };
  },
});
