import * as doc from "../../../kernel/document.ts";
import type { EvalLeaderboardView, EvalSummaryView } from "../operations/views.ts";
import { orDash, percent, testName, usdWithBound } from "./figures.ts";
import { noEvalRuns } from "./run-list.ts";

type Tier = EvalSummaryView["tiers"][number];
type Branch = EvalSummaryView["branches"][number];
type Flaky = EvalSummaryView["flaky"][number];

const maxFlaky = 20;

/** Spending by tier, detection by branch, and the flaky tests. */
export function evalSummaryDocument(
  view: EvalSummaryView,
  words: doc.Words,
  _input?: unknown,
  explicitInput: Readonly<Record<string, unknown>> = {},
): doc.Document {
  const { t, number, time } = words;
  if (view.from === null || view.to === null) return noEvalRuns(explicitInput, words);
  const tiers: readonly doc.Column<Tier>[] = [
    { head: t("Tier"), shrink: 8, cell: ({ tier }) => tier },
    { head: t("Runs"), align: "right", cell: ({ runs }) => number(runs) },
    { head: t("Spent"), align: "right", cell: (one) => usdWithBound(one.total_cost_usd, one.cost_complete, words) },
    { head: t("A run"), align: "right", cell: (one) => usdWithBound(one.average_cost_usd, one.average_complete, words) },
  ];
  const branches: readonly doc.Column<Branch>[] = [
    { head: t("Tier"), shrink: 8, cell: ({ tier }) => tier },
    { head: t("Branch"), shrink: 10, cell: ({ branch }) => branch },
    { head: t("Runs"), align: "right", cell: ({ runs }) => number(runs) },
    {
      head: t("Bugs found, on average"),
      align: "right",
      cell: ({ average_detection: found }) => orDash(found, (mean) => number(Math.round(mean * 10) / 10)),
    },
  ];
  const flaky: readonly doc.Column<Flaky>[] = [
    { head: t("Flaky test"), shrink: 16, cell: testName },
    { head: t("Tier"), shrink: 6, cell: ({ tier }) => tier },
    { head: t("Passed"), align: "right", cell: (one) => percent(one.pass_rate, words) },
    { head: t("Results"), align: "right", cell: ({ results }) => number(results) },
  ];
  const more = view.flaky.length - maxFlaky;
  const runs = doc.counted(words, view.runs, "{0} run", "{0} runs");
  const incomplete = view.partial_runs === 0 ? "" : ` (${t("{0} incomplete", number(view.partial_runs))})`;
  return [
    doc.paragraph([
      `${runs}${incomplete}, ${usdWithBound(view.total_cost_usd, view.cost_complete, words)}, `,
      doc.muted(t("{0} to {1}", time(view.from), time(view.to))),
    ]),
    doc.table(tiers, view.tiers),
    doc.table(branches, view.branches),
    ...(view.flaky.length === 0
      ? [doc.paragraph(t("No flaky tests."))]
      : [
          doc.group(
            doc.table(flaky, view.flaky.slice(0, maxFlaky)),
            ...(more > 0 ? [doc.paragraph(t("and {0} more", number(more)))] : []),
            doc.action(t("Show flaky tests"), "reward-ledger eval trend --status flaky"),
          ),
        ]),
  ];
}

type Ranked = EvalLeaderboardView["members"][number] & Readonly<{ rank: number }>;

/** The team's members, most runs first, with totals. */
export function evalLeaderboardDocument(view: EvalLeaderboardView, words: doc.Words): doc.Document {
  const { t, number } = words;
  const { members, runs } = view;
  const days = doc.counted(words, view.days, "{0} day", "{0} days");
  if (!view.team)
    return [
      doc.group(
        doc.paragraph(t("No team is set up here, or it was never synced.")),
        doc.paragraph(t("Set one up with `reward-ledger sync setup`, then run `reward-ledger sync now`.")),
      ),
    ];
  if (members.length === 0) return [doc.paragraph(t("No eval runs in the last {0}.", days))];
  const columns: readonly doc.Column<Ranked>[] = [
    { head: "#", align: "right", cell: ({ rank }) => number(rank) },
    { head: t("Member"), shrink: 12, cell: ({ member, me }) => (me ? doc.strong(member) : member) },
    { head: t("Runs"), align: "right", cell: (one) => number(one.runs) },
    { head: t("Passed, on average"), align: "right", cell: (one) => orDash(one.pass_rate, (rate) => percent(rate, words)) },
    { head: t("Spent"), align: "right", cell: (one) => usdWithBound(one.total_cost_usd, one.cost_complete, words) },
  ];
  const people = doc.counted(words, members.length, "{0} member", "{0} members");
  const all = `${people}, ${doc.counted(words, runs, "{0} run", "{0} runs")}`;
  const spent = usdWithBound(view.total_cost_usd, view.cost_complete, words);
  return [
    doc.group(
      doc.table(
        columns,
        members.map((member, index) => ({ ...member, rank: index + 1 })),
      ),
      doc.paragraph(t("{0}, {1} in {2}", all, spent, days)),
    ),
  ];
}
