import type { JSX } from "preact";
import type { EvalSpendingView } from "../../features/costs/operations/views.ts";
import { atLeast } from "../shared/at-least.ts";
import { useTexts } from "../shared/contexts.ts";
import type { Presentation } from "../shared/state.ts";
import type { Texts } from "../shared/texts.ts";
import { costColumns } from "./cost-table.tsx";
import type { CostsState } from "./costs-state.ts";
import { FillSample, seriesName } from "./fill-legend.tsx";
import { SlicesOverTime } from "./slices-over-time.tsx";

type Props = Readonly<{
  view: EvalSpendingView;
  costs: CostsState;
  as: Presentation;
  onPresent(as: Presentation): void;
  onCosts(costs: Partial<CostsState>): void;
}>;

export const costChartId = "cost-chart";

/** The cost of evals over time, stacked by model, and the cost per passed test. */
export function CostOverTime({ view, costs, as, onPresent, onCosts }: Props): JSX.Element {
  const texts = useTexts();
  const { slices, unit } = view;
  const per = texts.t(`costs.per.${unit}`);
  const incomplete = slices.some(({ complete }) => !complete);
  return (
    <section class="section" aria-labelledby="cost-title">
      <SlicesOverTime
        heading={<h2 id="cost-title">{per}</h2>}
        as={as}
        onPresent={onPresent}
        unit={unit}
        slices={slices}
        models={view.models.map(({ model }) => model)}
        hidden={costs.hiddenModels}
        onHidden={(hiddenModels) => onCosts({ hiddenModels })}
        bar={({ complete }) => ({ atLeast: !complete, limit: null })}
        line={{ title: texts.t("costs.perPassed"), value: ({ per_passed_usd: each }) => each }}
        table={{ label: texts.t("table.costs"), fileName: "reward-ledger-costs.csv" }}
        columns={(series) => costColumns(texts, unit, series)}
        chart={{ id: costChartId, label: texts.t("costs.chart", { per }) }}
        sentence={(slice, parts) => [
          atLeast(texts, slice.cost_usd, slice.complete),
          texts.count("count.runs", slice.runs),
          ...parts,
          ...(slice.per_passed_usd === null
            ? []
            : [`${texts.t("costs.perPassed")} ${atLeast(texts, slice.per_passed_usd, slice.each_complete)}`]),
        ]}
        facts={(slice) => ({
          head: atLeast(texts, slice.cost_usd, slice.complete),
          tag: texts.count("count.runs", slice.runs),
          total: slice.cost_usd,
          sums: slice.per_passed_usd !== null && (
            <div class="total">
              <dt>{texts.t("costs.perPassed")}</dt>
              <dd>{atLeast(texts, slice.per_passed_usd, slice.each_complete)}</dd>
            </div>
          ),
          notes: (
            <>
              {slice.runs > 0 && (
                <div class="muted">
                  {texts.t("tile.passRate.count", { passed: texts.number(slice.passed), total: texts.number(slice.tests) })}
                </div>
              )}
              {slice.untold_runs > 0 && <div class="muted">{texts.count("costs.untold", slice.untold_runs)}</div>}
            </>
          ),
        })}
        foot={(_, [first, second]) => (
          <>
            {first !== undefined && second === undefined && (
              // A single series needs no switch, but its name is shown.
              <p class="with-mark">
                <FillSample fill={first.fill} />
                {seriesName(texts, first)}
              </p>
            )}
            {incomplete && (
              <p class="with-mark">
                <OpenEndSample />
                {texts.t("costs.openEnd", { reasons: openEndReasons(texts, view).join("; ") })}
              </p>
            )}
          </>
        )}
      />
    </section>
  );
}

/** Maximum number of names in a sentence. */
const maxNamed = 3;

/** Returns why amounts are only partly known: models without a price for some or all usage, and runs that report no cost. */
function openEndReasons(texts: Texts, { models, tiles }: EvalSpendingView): readonly string[] {
  const names = models.flatMap(({ model, basis }) =>
    model !== null && (basis === "unpriced" || basis === "partly") ? [model] : [],
  );
  const others = names.length - maxNamed;
  const named = texts.list(others > 1 ? [...names.slice(0, maxNamed), texts.count("costs.others", others)] : names);
  return [
    ...(names.length > 0 ? [texts.t("costs.openEnd.models", { models: named })] : []),
    ...(tiles.untold_runs > 0 ? [texts.count("costs.untold", tiles.untold_runs)] : []),
  ];
}

const OpenEndSample = (): JSX.Element => (
  <svg class="tick-sample" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
    <path d="M2 8L6 4L10 8" />
  </svg>
);
