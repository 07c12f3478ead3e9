import * as doc from "../../../kernel/document.ts";
import type { EvalCompareView, EvalDeltaView, EvalRunView } from "../../evals/operations/views.ts";
import { shortIds } from "../../shared/short-ids.ts";
import type { EvalReportView } from "../operations/views.ts";
import { evalRunText, missingText, signed } from "./text.ts";

type Difference = NonNullable<EvalReportView["difference"]>;

const pointsText = (share: number, { number }: doc.Words): string => signed(Math.round(share * 1000) / 10, number);

/** Shows a difference with its interval; if the interval contains zero, there is no clear change. */
function differenceText(
  { value, low, high, tests }: Difference,
  words: doc.Words,
): Readonly<{ value: doc.Text; remark: string }> {
  const { t } = words;
  const change = t("{0} points", pointsText(value, words));
  const verdict = low > 0 ? doc.good(t("better")) : high < 0 ? doc.bad(t("worse")) : t("no clear change");
  return {
    value: [change, ": ", verdict],
    remark: `${t("95% interval {0} to {1}", pointsText(low, words), pointsText(high, words))}, ${doc.counted(words, tests, "{0} test in both runs", "{0} tests in both runs")}`,
  };
}

function changeText(change: EvalDeltaView["change"], { t }: doc.Words): doc.Text {
  return {
    improved: doc.good(t("improved")),
    regressed: doc.bad(t("regressed")),
    unchanged: t("unchanged"),
    added: t("added"),
    removed: t("removed"),
  }[change];
}

function changedTests(deltas: readonly EvalDeltaView[], words: doc.Words): readonly doc.Block[] {
  const { t } = words;
  const order: readonly EvalDeltaView["change"][] = ["regressed", "improved", "added", "removed"];
  const changed = order.flatMap((change) => deltas.filter((delta) => delta.change === change));
  const resultText = (one: EvalDeltaView["before"]): doc.Text =>
    one === null ? "-" : one.passed ? doc.good(t("PASS")) : doc.bad(t("FAIL"));
  if (changed.length === 0) return [];
  return [
    doc.table<EvalDeltaView>(
      [
        { head: t("Test"), shrink: 16, cell: ({ suite, name }) => (suite === "" ? name : `${suite} / ${name}`) },
        { head: t("Before"), cell: ({ before }) => resultText(before) },
        { head: t("After"), cell: ({ after }) => resultText(after) },
        { head: "", cell: ({ change }) => changeText(change, words) },
      ],
      changed,
    ),
  ];
}

const passedText = (run: EvalRunView, { number }: doc.Words): string => `${number(run.passed)}/${number(run.total)}`;

const costText = (run: EvalRunView, { usd }: doc.Words): string => `${run.cost_complete ? "" : "≥ "}${usd(run.cost_usd)}`;

/** Whether any cost is known; for most tests, which call no model, none is. */
const isCostKnown = (run: EvalRunView): boolean => run.cost_usd > 0 || run.cost_complete;

/** Shows the cost of a run and its difference to the compared run. */
function costFields(after: EvalRunView, compared: EvalCompareView | null, words: doc.Words): readonly doc.Field[] {
  const { t, usd } = words;
  if (!isCostKnown(after)) return [];
  const change = compared === null || !isCostKnown(compared.before) ? null : signed(compared.total_cost_delta_usd, usd);
  const remark =
    change === null || compared?.cost_complete === true ? change : t("about {0}: some of it has no known price", change);
  return [{ label: t("Cost"), value: costText(after, words), remark }];
}

/** Shows one tier: the compared runs, pass rate, cost, and the tests that changed. */
export function evalBlocks({ comparison, difference }: EvalReportView, against: string, words: doc.Words): doc.Document {
  const { t } = words;
  const compared = comparison.before === null ? null : comparison;
  const { after } = comparison;
  const short = shortIds(compared === null ? [after.id] : [after.id, compared.before.id]);
  return [
    doc.heading(t("Evals: {0}", after.tier)),
    doc.fields(
      [
        { label: t("Run"), value: evalRunText(after, short, words) },
        {
          label: t("Compared with"),
          value: compared === null ? doc.caution(missingText(against, words)) : evalRunText(compared.before, short, words),
        },
      ],
      true,
    ),
    doc.fields([
      {
        label: t("Passed"),
        value: passedText(after, words),
        remark: compared === null ? null : t("before: {0}", passedText(compared.before, words)),
      },
      ...(difference === null ? [] : [{ label: t("Pass rate"), ...differenceText(difference, words) }]),
      ...costFields(after, compared, words),
    ]),
    ...changedTests(compared?.deltas ?? [], words),
    ...(compared?.warnings ?? []).map(doc.warning),
  ];
}
