import type { JSX } from "preact";
import { useCallback, useMemo } from "preact/hooks";
import type { SpendTrendsView } from "../../features/costs/operations/views.ts";
import type { TrendsFilter } from "../../protocol/trends-panel.ts";
import { FillLegend, FillSample, seriesName } from "../coins/pattern-legend.tsx";
import { VerdictMark } from "../runs/verdict-mark.tsx";
import { barsOf, type Series, seriesOf } from "../shared/chart/series.ts";
import { usePalette } from "../shared/chart/use-palette.ts";
import { useTexts } from "../shared/contexts.ts";
import { PresentationSwitch } from "../shared/presentation-switch.tsx";
import { DataTable } from "../shared/table/data-table.tsx";
import type { Texts } from "../shared/texts.ts";
import { partMoney, sliceTime } from "./cost-over-time.tsx";
import { type CostsState, toggled } from "./costs-state.ts";
import { ceilingShare, spendColumns } from "./spend-table.tsx";
import { StackChart } from "./stack-chart.tsx";
import { type StackScene, showsLimits } from "./stack-plot.ts";
import { periodOfSlice } from "./time-buckets.ts";

type Props = Readonly<{
  view: SpendTrendsView;
  costs: CostsState;
  onCosts(costs: Partial<CostsState>): void;
  onFilter(filter: Partial<TrendsFilter>): void;
}>;

/** What the agent spent over time, stacked by model, against the ceiling of each day, week or month. */
export function SpendOverTime({ view, costs, onCosts, onFilter }: Props): JSX.Element {
  const texts = useTexts();
  const palette = usePalette();
  const { slices, unit, models } = view;
  const { hiddenSpend: hidden } = costs;
  const series = useMemo(
    () =>
      seriesOf(
        models.map(({ name }) => name),
        slices,
      ),
    [models, slices],
  );
  const scene = useMemo<StackScene>(
    () => ({
      bars: barsOf(
        slices.map(({ start, ceiling_usd: limit }) => ({ start, atLeast: false, limit })),
        series,
        hidden,
      ),
      unit,
      palette,
      texts,
    }),
    [slices, series, hidden, unit, palette, texts],
  );
  const columns = useMemo(() => spendColumns(texts, unit, series), [texts, unit, series]);
  const open = useCallback(
    (slice: number): void => {
      const start = slices[slice]?.start;
      if (start !== undefined) onFilter(periodOfSlice(unit, start));
    },
    [slices, unit, onFilter],
  );
  const shown = series.filter(({ key }) => !hidden.includes(key));
  const ceiling = slices.at(-1)?.ceiling_usd ?? 0;
  return (
    <>
      <div class="section-head">
        <h3>{texts.t(`spend.per.${unit}`)}</h3>
        <PresentationSwitch as={costs.spend} onChange={(spend) => onCosts({ spend })} />
      </div>
      {costs.spend === "table" ? (
        <DataTable
          label={texts.t(`spend.per.${unit}`)}
          fileName="reward-ledger-spend.csv"
          columns={columns}
          rows={slices.map((slice, index) => ({ slice, index }))}
          rowKey={({ slice }) => slice.start}
          firstSort={{ key: "start", descending: true }}
        />
      ) : (
        <>
          {series.length > 1 && (
            <FillLegend series={series} hidden={hidden} onToggle={(key) => onCosts({ hiddenSpend: toggled(hidden, key) })} />
          )}
          {series.length > 0 && shown.length === 0 ? (
            <p class="nothing">{texts.t("costs.allHidden")}</p>
          ) : (
            <StackChart
              id="spend-chart"
              label={texts.t("spend.chart", { per: texts.t(`spend.per.${unit}`) })}
              keys={texts.t("costs.chart.keys")}
              scene={scene}
              line={null}
              sentence={(slice) => spendSentence(texts, view, shown, slice)}
              tooltip={(slice) => <SpendTooltip view={view} series={shown} slice={slice} partly={shown.length < series.length} />}
              onOpen={unit === "day" ? null : open}
            />
          )}
          <div class="chart-foot">
            {showsLimits(scene.bars) ? (
              <LimitKey />
            ) : (
              <p class="muted">{texts.t("spend.ceilingFar", { ceiling: texts.money(ceiling) })}</p>
            )}
          </div>
        </>
      )}
    </>
  );
}

/** Says what the lines and marks mean. */
function LimitKey(): JSX.Element {
  const texts = useTexts();
  return (
    <ul class="mark-key" aria-label={texts.t("coins.key")}>
      <li>
        <svg class="tick-sample limit" viewBox="0 0 24 12" width="24" height="12" aria-hidden="true">
          <path d="M0 6H24" />
        </svg>
        {texts.t("spend.key.ceiling")}
      </li>
      <li>
        <svg class="tick-sample warn" viewBox="0 0 24 12" width="24" height="12" aria-hidden="true">
          <path d="M0 6H24" stroke-dasharray="5 4" />
        </svg>
        {texts.t("spend.key.warning", { share: texts.percent(0.8) })}
      </li>
      <li>
        <VerdictMark verdict="PASS_WITH_ADVISORY" />
        {texts.t("spend.key.near")}
      </li>
      <li>
        <VerdictMark verdict="FAIL" />
        {texts.t("spend.key.over")}
      </li>
    </ul>
  );
}

/** A slice in one sentence, for a screen reader. */
function spendSentence(texts: Texts, view: SpendTrendsView, series: readonly Series[], index: number): string {
  const slice = view.slices[index];
  if (slice === undefined) return "";
  const parts = series.flatMap((one) => {
    const amount = one.amounts[index] ?? 0;
    return amount > 0 ? [`${seriesName(texts, one)} ${texts.money(amount)}`] : [];
  });
  return [
    sliceTime(texts, view.unit, slice),
    texts.money(slice.spent_usd),
    texts.t("spend.shareOf", { share: texts.percent(ceilingShare(slice)), ceiling: texts.money(slice.ceiling_usd) }),
    ...parts,
  ].join(", ");
}

type TooltipProps = Readonly<{ view: SpendTrendsView; series: readonly Series[]; slice: number; partly: boolean }>;

function SpendTooltip({ view, series, slice: index, partly }: TooltipProps): JSX.Element | null {
  const texts = useTexts();
  const slice = view.slices[index];
  if (slice === undefined) return null;
  const rows = series.filter(({ amounts }) => (amounts[index] ?? 0) > 0).toReversed();
  const amount = partMoney(texts, slice.spent_usd);
  return (
    <>
      <div class="tooltip-head">
        <strong>{texts.money(slice.spent_usd)}</strong>
        <span class="tooltip-agent">{texts.count("count.calls", slice.calls)}</span>
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
        <div class="total">
          <dt>{texts.t("spend.ceiling")}</dt>
          <dd>{texts.money(slice.ceiling_usd)}</dd>
        </div>
        {slice.extended_usd > 0 && (
          <div>
            <dt>{texts.t("spend.extended")}</dt>
            <dd>{texts.money(slice.extended_usd)}</dd>
          </div>
        )}
      </dl>
      <div class="muted">
        {texts.t("spend.shareOf", { share: texts.percent(ceilingShare(slice)), ceiling: texts.money(slice.ceiling_usd) })}
      </div>
      {partly && <div class="muted">{texts.t("costs.someHidden")}</div>}
      {view.unit !== "day" && <div class="muted hint">{texts.t(`costs.open.${view.unit}`)}</div>}
    </>
  );
}
