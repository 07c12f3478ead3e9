import * as doc from "../../../kernel/document.ts";
import type { EvalBaselineView, EvalCostView, EvalShowView, EvalTestView } from "../operations/views.ts";
import { duration, orDash, passRate, passText, runCostText, runRemarks, testName, usdWithBound } from "./figures.ts";

/** A run's tests, failed ones first; columns without any known value are left out. */
function testTable(all: readonly EvalTestView[], words: doc.Words): doc.Block {
  const { t, number, usd } = words;
  const tests = all.toSorted((a, b) => Number(a.passed) - Number(b.passed));
  const columnIfKnown = (
    key: "turns_used" | "detection_rate" | "cost_usd" | "judge_scores",
    column: doc.Column<EvalTestView>,
  ): readonly doc.Column<EvalTestView>[] => (tests.some((test) => test[key] !== null) ? [column] : []);
  const scores = (judgeScores: Readonly<Record<string, number>>): string =>
    Object.entries(judgeScores)
      .map(([name, score]) => `${name} ${number(score)}`)
      .join(", ");
  const attempts: doc.Column<EvalTestView> = {
    head: t("Attempts"),
    align: "right",
    cell: (test) => (test.attempts > 1 ? doc.caution(number(test.attempts)) : number(test.attempts)),
  };
  return doc.table<EvalTestView>(
    [
      { head: "", cell: ({ passed }) => passText(passed, words) },
      { head: t("Test"), shrink: 16, cell: testName },
      ...columnIfKnown("turns_used", {
        head: t("Turns"),
        align: "right",
        drop: 1,
        cell: (test) => orDash(test.turns_used, number),
      }),
      ...columnIfKnown("detection_rate", {
        head: t("Bugs found"),
        align: "right",
        drop: 2,
        cell: (test) => orDash(test.detection_rate, number),
      }),
      ...columnIfKnown("judge_scores", {
        head: t("Scores"),
        shrink: 12,
        drop: 4,
        cell: (test) => orDash(test.judge_scores, scores),
      }),
      ...columnIfKnown("cost_usd", { head: t("Cost"), align: "right", cell: (test) => orDash(test.cost_usd, usd) }),
      { head: t("Duration"), align: "right", cell: (test) => orDash(test.duration_ms, (ms) => duration(ms / 1000)) },
      ...(tests.some((test) => test.attempts > 1) ? [attempts] : []),
      { head: t("Reason"), shrink: 10, drop: 3, cell: ({ error, exit_reason }) => doc.muted(error ?? exit_reason ?? "") },
    ],
    tests,
  );
}

/** Branch, commit and version, if the results state them. */
function originFields({ git_branch, git_sha, version }: EvalShowView["run"], { t }: doc.Words): Parameters<typeof doc.fields>[0] {
  const value = `${git_branch} ${git_sha.slice(0, 12)}`.trim();
  if (value === "" && version === "") return [];
  return [{ label: t("From"), value: value === "" ? "-" : value, remark: version === "" ? "" : t("version {0}", version) }];
}

/** One run: its origin, its tests, its costs. */
export function evalShowDocument(view: EvalShowView, words: doc.Words): doc.Document {
  const { t, number, time } = words;
  const { run, tests, costs, warnings } = view;
  const cost = runCostText(view, words);
  const skipped = view.skipped === null ? [] : [t("{0} did not run", number(view.skipped))];
  return [
    doc.fields([
      {
        label: t("Run"),
        value: run.id,
        remark: [...(view.baseline ? [t("baseline")] : []), ...[runRemarks(run, words)].filter((mark) => mark !== null)].join(
          ", ",
        ),
      },
      { label: t("Time"), value: time(run.timestamp) },
      ...originFields(run, words),
      ...(run.project === null ? [] : [{ label: t("Project"), value: run.project }]),
      { label: t("Tier"), value: run.tier, remark: run.label },
      {
        label: t("Passed"),
        value: passRate(run, words),
        remark: [...skipped, ...(cost === null ? [] : [cost]), duration(run.duration_seconds)].join(", "),
      },
    ]),
    tests.length === 0 ? doc.paragraph(t("The run has no tests.")) : testTable(tests, words),
    ...(view.left_out === 0 ? [] : [doc.paragraph(doc.muted(t("and {0} more", number(view.left_out))))]),
    ...(costs.entries.length === 0 ? [] : [doc.heading(t("Costs")), ...evalCostDocument(costs, words)]),
    ...(warnings.length === 0 ? [] : [doc.group(...warnings.map(doc.warning))]),
  ];
}

/** The run that later runs are compared with. */
export const evalBaselineDocument = ({ run, tier }: EvalBaselineView, { t }: doc.Words): doc.Document => [
  run === null
    ? doc.paragraph(t("{0} has no baseline; runs are compared with the one before.", tier))
    : doc.paragraph([doc.good(t("Baseline")), ` ${t("of {0}: {1} on {2}", tier, run.id, run.git_branch)}`]),
];

type Entry = EvalCostView["entries"][number];

function costText({ cost_usd: cost, priced, exact }: Entry, { t, usd }: doc.Words): doc.Text {
  if (cost === null) return priced ? "-" : doc.caution(t("unpriced"));
  if (!priced) return doc.caution(t("{0} and unpriced calls", usd(cost)));
  return `${exact ? "" : "~"}${usd(cost)}`;
}

/** Costs by model, with what the same tokens would cost with each tier's model. */
export function evalCostDocument(view: EvalCostView, words: doc.Words): doc.Document {
  const { t, usd, number } = words;
  const { entries, prices } = view;
  if (entries.length === 0 && view.total_usd === 0) return [doc.paragraph(t("No costs are recorded for the chosen runs."))];
  const columns: readonly doc.Column<Entry>[] = [
    { head: t("Model"), shrink: 14, cell: ({ model }) => model },
    { head: t("Calls"), align: "right", cell: ({ calls }) => number(calls) },
    { head: t("Input"), align: "right", drop: 1, cell: (entry) => number(entry.input_tokens) },
    { head: t("Cache read"), align: "right", drop: 3, cell: (entry) => number(entry.cache_read_tokens) },
    { head: t("Cache write"), align: "right", drop: 4, cell: (entry) => number(entry.cache_creation_tokens) },
    { head: t("Output"), align: "right", drop: 2, cell: (entry) => number(entry.output_tokens) },
    { head: t("Cost"), align: "right", cell: (entry) => costText(entry, words) },
  ];
  const list =
    prices.fallback === null
      ? t("{0} of {1}", prices.source, prices.date)
      : t("{0} of {1}, then {2}", prices.source, prices.date, prices.fallback);
  const [fast, standard, full] = [view.at_fast_tier_usd, view.at_standard_tier_usd, view.at_full_tier_usd];
  const total: doc.Text = [
    `${t("Total")}  ${usdWithBound(view.total_usd, view.complete, words)}`,
    ...(view.complete ? [] : ["  ", doc.caution(t("incomplete: some costs are not known"))]),
  ];
  return [
    ...(entries.length === 0 ? [] : [doc.table(columns, entries)]),
    doc.group(
      ...(view.unsplit_usd === 0 ? [] : [doc.paragraph(t("Not split by model by the runs: {0}", usd(view.unsplit_usd)))]),
      doc.paragraph(total),
      ...(entries.length === 0
        ? []
        : [
            doc.paragraph(
              t(
                "The same tokens with the fast tier's model {0}, the standard tier's {1}, the full tier's {2}",
                orDash(fast, usd),
                orDash(standard, usd),
                orDash(full, usd),
              ),
            ),
            doc.paragraph(doc.muted(t("~ is an estimate, made when the run was recorded. Price list: {0}.", list))),
          ]),
    ),
  ];
}
