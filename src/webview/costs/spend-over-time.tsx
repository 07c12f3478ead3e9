import type { JSX } from "preact";
import type { SpendSliceView, SpendTrendsView } from "../../features/costs/operations/views.ts";
import { useTexts } from "../shared/contexts.ts";
import { VerdictMark } from "../shared/verdict-mark.tsx";
import type { CostsState } from "./costs-state.ts";
import { SlicesOverTime } from "./slices-over-time.tsx";
import { limitShare, spendColumns } from "./spend-table.tsx";
import { showsLimits } from "./stack-plot.ts";

type Props = Readonly<{ view: SpendTrendsView; costs: CostsState; onCosts(costs: Partial<CostsState>): void }>;

/** The agent's spending over time, stacked by model, against the limit of each day, week or month. */
export function SpendOverTime({ view, costs, onCosts }: Props): JSX.Element {
  const texts = useTexts();
  const { slices, unit } = view;
  const per = texts.t(`spend.per.${unit}`);
  const limit = texts.money(slices.at(-1)?.limit_usd ?? 0);
  const share = (slice: SpendSliceView): string =>
    texts.t("spend.shareOf", { share: texts.percent(limitShare(slice)), limit: texts.money(slice.limit_usd) });
  return (
    <SlicesOverTime
      heading={<h3>{per}</h3>}
      as={costs.spend}
      onPresent={(spend) => onCosts({ spend })}
      unit={unit}
      slices={slices}
      models={view.models.map(({ name }) => name)}
      hidden={costs.hiddenSpend}
      onHidden={(hiddenSpend) => onCosts({ hiddenSpend })}
      bar={({ limit_usd }) => ({ atLeast: false, limit: limit_usd })}
      line={null}
      table={{ label: per, fileName: "reward-ledger-spend.csv" }}
      columns={(series) => spendColumns(texts, unit, series)}
      chart={{ id: "spend-chart", label: texts.t("spend.chart", { per }) }}
      sentence={(slice, parts) => [texts.money(slice.spent_usd), share(slice), ...parts]}
      facts={(slice) => ({
        head: texts.money(slice.spent_usd),
        tag: texts.count("count.calls", slice.calls),
        total: slice.spent_usd,
        sums: (
          <>
            <div class="total">
              <dt>{texts.t("spend.limit")}</dt>
              <dd>{texts.money(slice.limit_usd)}</dd>
            </div>
            {slice.extended_usd > 0 && (
              <div>
                <dt>{texts.t("spend.extended")}</dt>
                <dd>{texts.money(slice.extended_usd)}</dd>
              </div>
            )}
          </>
        ),
        notes: <div class="muted">{share(slice)}</div>,
      })}
      foot={(bars) => (showsLimits(bars) ? <LimitKey /> : <p class="muted">{texts.t("spend.limitFar", { limit: limit })}</p>)}
    />
  );
}

/** The legend of the lines and marks. */
function LimitKey(): JSX.Element {
  const texts = useTexts();
  return (
    <ul class="mark-key" aria-label={texts.t("coins.key")}>
      <li>
        <svg class="tick-sample limit" viewBox="0 0 24 12" width="24" height="12" aria-hidden="true">
          <path d="M0 6H24" />
        </svg>
        {texts.t("spend.key.limit")}
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
