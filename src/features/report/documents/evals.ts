import {
  type Block,
  bad,
  caution,
  counted,
  type Document,
  type Field,
  fields,
  good,
  heading,
  type Text,
  table,
  type Words,
  warning,
} from "../../../kernel/document.ts";
import type { EvalCompareView, EvalDeltaView, EvalRunView } from "../../evals/operations/views.ts";
import { shortIds } from "../../shared/short-ids.ts";
import type { EvalReportView } from "../operations/views.ts";
import { evalRunText, missingText, signed } from "./text.ts";

type Difference = NonNullable<EvalReportView["difference"]>;

const points = (share: number, { number }: Words): string => signed(Math.round(share * 1000) / 10, number);

/** A difference whose interval has zero in it may be chance. */
function differenceText({ value, low, high, tests }: Difference, words: Words): Readonly<{ value: Text; remark: string }> {
  const { t } = words;
  const change = t("{0} points", points(value, words));
  const verdict = low > 0 ? good(t("better")) : high < 0 ? bad(t("worse")) : t("no clear change");
  return {
    value: [change, ": ", verdict],
    remark: `${t("95% interval {0} to {1}", points(low, words), points(high, words))}, ${counted(words, tests, "{0} test in both runs", "{0} tests in both runs")}`,
  };
}

function changeText(change: EvalDeltaView["change"], { t }: Words): Text {
  return {
    improved: good(t("improved")),
    regressed: bad(t("regressed")),
    unchanged: t("unchanged"),
    added: t("added"),
    removed: t("removed"),
  }[change];
}

function changedTests(deltas: readonly EvalDeltaView[], words: Words): readonly Block[] {
  const { t } = words;
  const order: readonly EvalDeltaView["change"][] = ["regressed", "improved", "added", "removed"];
  const changed = order.flatMap((change) => deltas.filter((delta) => delta.change === change));
  const state = (one: EvalDeltaView["before"]): Text => (one === null ? "-" : one.passed ? good(t("PASS")) : bad(t("FAIL")));
  if (changed.length === 0) return [];
  return [
    table<EvalDeltaView>(
      [
        { head: t("Test"), shrink: 16, cell: ({ suite, name }) => (suite === "" ? name : `${suite} / ${name}`) },
        { head: t("Before"), cell: ({ before }) => state(before) },
        { head: t("After"), cell: ({ after }) => state(after) },
        { head: "", cell: ({ change }) => changeText(change, words) },
      ],
      changed,
    ),
  ];
}

const passed = (run: EvalRunView, { number }: Words): string => `${number(run.passed)}/${number(run.total)}`;

const costText = (run: EvalRunView, { usd }: Words): string => `${run.cost_complete ? "" : "≥ "}${usd(run.cost_usd)}`;

/** Of most tests, which call no model, nothing is known. */
const isCostKnown = (run: EvalRunView): boolean => run.cost_usd > 0 || run.cost_complete;

/** What a run cost, and how much more or less than the one before. */
function costFields(after: EvalRunView, compared: EvalCompareView | null, words: Words): readonly Field[] {
  const { t, usd } = words;
  if (!isCostKnown(after)) return [];
  const change = compared === null || !isCostKnown(compared.before) ? null : signed(compared.total_cost_delta_usd, usd);
  const remark =
    change === null || compared?.cost_complete === true ? change : t("about {0}: some of it has no known price", change);
  return [{ label: t("Cost"), value: costText(after, words), remark }];
}

/** One tier: which runs are compared, pass rate and cost, and the tests that changed. */
export function evalBlocks({ comparison, difference }: EvalReportView, against: string, words: Words): Document {
  const { t } = words;
  const compared = comparison.before === null ? null : comparison;
  const { after } = comparison;
  const short = shortIds(compared === null ? [after.id] : [after.id, compared.before.id]);
  return [
    heading(t("Evals: {0}", after.tier)),
    fields(
      [
        { label: t("Run"), value: evalRunText(after, short, words) },
        {
          label: t("Compared with"),
          value: compared === null ? caution(missingText(against, words)) : evalRunText(compared.before, short, words),
        },
      ],
      true,
    ),
    fields([
      {
        label: t("Passed"),
        value: passed(after, words),
        remark: compared === null ? null : t("before: {0}", passed(compared.before, words)),
      },
      ...(difference === null ? [] : [{ label: t("Pass rate"), ...differenceText(difference, words) }]),
      ...costFields(after, compared, words),
    ]),
    ...changedTests(compared?.deltas ?? [], words),
    ...(compared?.warnings ?? []).map(warning),
  ];
}
