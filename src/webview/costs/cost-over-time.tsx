import type { JSX } from "preact";
import { useCallback, useMemo } from "preact/hooks";
import type { EvalSpendingView } from "../../features/costs/operations/views.ts";
import type { TrendsFilter } from "../../protocol/trends-panel.ts";
import { FillLegend, FillSample, seriesName } from "../coins/pattern-legend.tsx";
import { barsOf, type Series, seriesOf } from "../shared/chart/series.ts";
import { usePalette } from "../shared/chart/use-palette.ts";
import { useTexts } from "../shared/contexts.ts";
import { PresentationSwitch } from "../shared/presentation-switch.tsx";
import type { Presentation } from "../shared/state.ts";
import { DataTable } from "../shared/table/data-table.tsx";
import type { Texts } from "../shared/texts.ts";
import { costColumns } from "./cost-table.tsx";
import { atLeast } from "./cost-tiles.tsx";
import { type CostsState, toggled } from "./costs-state.ts";
import { StackChart } from "./stack-chart.tsx";
import type { LineScene, StackScene } from "./stack-plot.ts";
import { periodOfSlice, sliceName } from "./time-buckets.ts";

type Props = Readonly<{
  view: EvalSpendingView;
  costs: CostsState;
  as: Presentation;
  onPresent(as: Presentation): void;
  onCosts(costs: Partial<CostsState>): void;
  onFilter(filter: Partial<TrendsFilter>): void;
}>;

export const costChartId = "cost-chart";

/** When a slice was, and whether it is whole. */
export const sliceTime = (
  texts: Texts,
  unit: EvalSpendingView["unit"],
  slice: Readonly<{ start: string; partial: boolean }>,
): string =>
  slice.partial ? texts.t("costs.partial", { time: sliceName(texts, unit, slice.start) }) : sliceName(texts, unit, slice.start);

/** What evals cost over time, stacked by model, and what a passed test cost. */
export function CostOverTime({ view, costs, as, onPresent, onCosts, onFilter }: Props): JSX.Element {
  const texts = useTexts();
  const palette = usePalette();
  const { slices, unit } = view;
  const { hiddenModels: hidden } = costs;
  const series = useMemo(
    () =>
      seriesOf(
        view.models.map(({ model }) => model),
        slices,
      ),
    [view.models, slices],
  );
  const scene = useMemo<StackScene>(
    () => ({
      bars: barsOf(
        slices.map(({ start, complete }) => ({ start, atLeast: !complete, limit: null })),
        series,
        hidden,
      ),
      unit,
      palette,
      texts,
    }),
    [slices, series, hidden, unit, palette, texts],
  );
  const line = useMemo<LineScene>(
    () => ({
      values: slices.map(({ per_passed_usd: each }) => each),
      starts: slices.map(({ start }) => start),
      palette,
      texts,
    }),
    [slices, palette, texts],
  );
  const open = useCallback(
    (slice: number): void => {
      const start = slices[slice]?.start;
      if (start !== undefined) onFilter(periodOfSlice(unit, start));
    },
    [slices, unit, onFilter],
  );
  const columns = useMemo(() => costColumns(texts, unit, series), [texts, unit, series]);
  const shown = series.filter(({ key }) => !hidden.includes(key));
  // A single one needs no switch, but its name.
  const only = series.length === 1 ? (series[0] ?? null) : null;
  const incomplete = slices.some(({ complete }) => !complete);

  return (
    <section class="section" aria-labelledby="cost-title">
      <div class="section-head">
        <h2 id="cost-title">{texts.t(`costs.per.${unit}`)}</h2>
        <PresentationSwitch as={as} onChange={onPresent} />
      </div>
      {as === "table" ? (
        <DataTable
          label={texts.t("table.costs")}
          fileName="reward-ledger-costs.csv"
          columns={columns}
          rows={slices.map((slice, index) => ({ slice, index }))}
          rowKey={({ slice }) => slice.start}
          firstSort={{ key: "start", descending: true }}
        />
      ) : (
        <>
          {series.length > 1 && (
            <FillLegend series={series} hidden={hidden} onToggle={(key) => onCosts({ hiddenModels: toggled(hidden, key) })} />
          )}
          {series.length > 0 && shown.length === 0 ? (
            <p class="nothing">{texts.t("costs.allHidden")}</p>
          ) : (
            <StackChart
              id={costChartId}
              label={texts.t("costs.chart", { per: texts.t(`costs.per.${unit}`) })}
              keys={texts.t("costs.chart.keys")}
              scene={scene}
              line={{ title: texts.t("costs.perPassed"), scene: line }}
              sentence={(slice) => costSentence(texts, view, shown, slice)}
              tooltip={(slice) => <CostTooltip view={view} series={shown} slice={slice} partly={shown.length < series.length} />}
              onOpen={unit === "day" ? null : open}
            />
          )}
          <div class="chart-foot">
            {only !== null && (
              <p class="with-mark">
                <FillSample fill={only.fill} />
                {seriesName(texts, only)}
              </p>
            )}
            {incomplete && (
              <p class="with-mark">
                <OpenEndSample />
                {texts.t("costs.openEnd", { reasons: openEndReasons(texts, view).join("; ") })}
              </p>
            )}
          </div>
        </>
      )}
    </section>
  );
}

/** More names than this make no sentence. */
const mostNamed = 3;

/** Why amounts are known in part only: models that have no price, in part or at all, and runs that tell no cost. */
function openEndReasons(texts: Texts, { models, tiles }: EvalSpendingView): readonly string[] {
  const names = models.flatMap(({ model, basis }) =>
    model !== null && (basis === "unpriced" || basis === "partly") ? [model] : [],
  );
  const others = names.length - mostNamed;
  const named = texts.list(others > 1 ? [...names.slice(0, mostNamed), texts.count("costs.others", others)] : names);
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

/** A slice in one sentence. */
function costSentence(texts: Texts, view: EvalSpendingView, series: readonly Series[], index: number): string {
  const slice = view.slices[index];
  if (slice === undefined) return "";
  const parts = series.flatMap((one) => {
    const amount = one.amounts[index] ?? 0;
    return amount > 0 ? [`${seriesName(texts, one)} ${texts.money(amount)}`] : [];
  });
  return [
    sliceTime(texts, view.unit, slice),
    atLeast(texts, slice.cost_usd, slice.complete),
    texts.count("count.runs", slice.runs),
    ...parts,
    ...(slice.per_passed_usd === null
      ? []
      : [`${texts.t("costs.perPassed")} ${atLeast(texts, slice.per_passed_usd, slice.each_complete)}`]),
  ].join(", ");
}

/** The format of amounts that add up to a total: cents, where the total has some. */
export const partMoney = (texts: Texts, total: number): ((usd: number) => string) => texts.moneyOf(total >= 1 ? 2 : 4);

type TooltipProps = Readonly<{ view: EvalSpendingView; series: readonly Series[]; slice: number; partly: boolean }>;

/** What a slice cost, model by model from the top of its bar. */
function CostTooltip({ view, series, slice: index, partly }: TooltipProps): JSX.Element | null {
  const texts = useTexts();
  const slice = view.slices[index];
  if (slice === undefined) return null;
  const rows = series.filter(({ amounts }) => (amounts[index] ?? 0) > 0).toReversed();
  const amount = partMoney(texts, slice.cost_usd);
  return (
    <>
      <div class="tooltip-head">
        <strong>{atLeast(texts, slice.cost_usd, slice.complete)}</strong>
        <span class="tooltip-agent">{texts.count("count.runs", slice.runs)}</span>
      </div>
      <div class="muted">{sliceTime(texts, view.unit, slice)}</div>
      <dl class="sums">
        {rows.map((one) => (
          <div key={one.key}>
            <dt class="with-mark">
              <FillSample fill={one.fill} />
              <span class="sum-name">{seriesName(texts, one)}</span>
            </dt>
            <dd>{amount(one.amounts[index] ?? 0)}</dd>
          </div>
        ))}
        {slice.per_passed_usd !== null && (
          <div class="total">
            <dt>{texts.t("costs.perPassed")}</dt>
            <dd>{atLeast(texts, slice.per_passed_usd, slice.each_complete)}</dd>
          </div>
        )}
      </dl>
      {slice.runs > 0 && (
        <div class="muted">
          {texts.t("tile.passRate.count", { passed: texts.number(slice.passed), total: texts.number(slice.tests) })}
        </div>
      )}
      {slice.untold_runs > 0 && <div class="muted">{texts.count("costs.untold", slice.untold_runs)}</div>}
      {partly && <div class="muted">{texts.t("costs.someHidden")}</div>}
      {view.unit !== "day" && <div class="muted hint">{texts.t(`costs.open.${view.unit}`)}</div>}
    </>
  );
}
