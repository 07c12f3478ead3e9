import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { EvalSpendingView, ModelTotalView } from "../../features/costs/operations/views.ts";
import { otherFill } from "../shared/chart/patterns.ts";
import { useTexts } from "../shared/contexts.ts";
import { type Column, countColumn, moneyColumn, shareColumn, textColumn } from "../shared/table/columns.ts";
import { DataTable } from "../shared/table/data-table.tsx";
import type { Texts } from "../shared/texts.ts";
import { basisText, type ModelRow, modelName } from "./cost-table.tsx";
import { pricesWords } from "./cost-tiles.tsx";
import { BarCell, FillSample } from "./fill-legend.tsx";
import { type Series, seriesOf } from "./series.ts";

type Props = Readonly<{ view: EvalSpendingView }>;

export const modelCostsId = "model-costs";

/** The fill of a model in the bars; null if it has none. */
function fillOf(series: readonly Series[], model: string | null): number | null {
  const own = series.find((one) => (model === null ? one.kind === "rest" : one.names.includes(model)));
  return own === undefined ? null : own.fill;
}

function columnsOf(texts: Texts, maxCost: number): readonly Column<ModelRow>[] {
  const amount = texts.moneyOf(4);
  const costText = ({ basis: known }: ModelTotalView, usd: number): string =>
    known === "partly" ? texts.t("costs.atLeast", { amount: amount(usd) }) : amount(usd);
  const count = (key: string, title: string, value: (row: ModelRow) => number): Column<ModelRow> =>
    // Costs that are not split by model have neither calls nor tokens.
    countColumn(texts, key, title, (row) => (row.model.model === null ? null : value(row)));
  return [
    {
      ...textColumn<ModelRow>("model", texts.t("costs.model"), ({ model }) => modelName(texts, model)),
      cell: ({ model, fill }) => (
        <span class="with-mark">
          <span class="fill-place">{fill !== null && <FillSample fill={fill} />}</span>
          {modelName(texts, model)}
        </span>
      ),
    },
    {
      ...moneyColumn<ModelRow>(texts, "cost", texts.t("tile.cost"), ({ model }) => model.cost_usd),
      cell: ({ model, fill }) =>
        model.cost_usd === null ? (
          <span class="muted">{texts.t("costs.noPrice")}</span>
        ) : (
          <BarCell fill={fill ?? otherFill} share={model.cost_usd / maxCost} text={costText(model, model.cost_usd)} />
        ),
    },
    shareColumn(texts, texts.t("costs.share"), ({ share }) => share),
    textColumn("basis", texts.t("costs.known"), ({ model }) => basisText(texts, model)),
    count("runs", texts.t("table.runs"), ({ model }) => model.runs),
    count("calls", texts.t("costs.calls"), ({ model }) => model.calls),
    count("input", texts.t("costs.input"), ({ model }) => model.input_tokens),
    count("output", texts.t("costs.output"), ({ model }) => model.output_tokens),
    count("cacheRead", texts.t("costs.cacheRead"), ({ model }) => model.cache_read_tokens),
    count("cacheWrite", texts.t("costs.cacheWrite"), ({ model }) => model.cache_creation_tokens),
  ];
}

/** The cost of each model in the period, with its calls and tokens, and how the cost is known. */
export function ModelCosts({ view }: Props): JSX.Element {
  const texts = useTexts();
  const { models, slices, tiles } = view;
  const rows = useMemo(() => {
    const series = seriesOf(
      models.map(({ model }) => model),
      slices,
    );
    return models.map(
      (model): ModelRow => ({
        model,
        fill: fillOf(series, model.model),
        share: model.cost_usd === null || tiles.cost_usd === 0 ? null : model.cost_usd / tiles.cost_usd,
      }),
    );
  }, [models, slices, tiles.cost_usd]);
  const maxCost = Math.max(1e-6, ...models.map(({ cost_usd: cost }) => cost ?? 0));
  const columns = useMemo(() => columnsOf(texts, maxCost), [texts, maxCost]);
  return (
    <section class="section" aria-labelledby={modelCostsId}>
      <div class="section-head">
        <h2 id={modelCostsId} tabIndex={-1}>
          {texts.t("costs.byModel")}
        </h2>
      </div>
      <DataTable
        label={texts.t("costs.byModel")}
        fileName="reward-ledger-models.csv"
        columns={columns}
        rows={rows}
        rowKey={({ model }) => `${model.model === null ? "rest" : "="}${model.model ?? ""}`}
        firstSort={{ key: "cost", descending: true }}
      />
      <p class="muted foot">{texts.t("costs.estimates", { prices: pricesWords(texts, view.prices) })}</p>
    </section>
  );
}
