import type { SliceUnit, SpendSliceView, SpendTrendsView } from "../../features/costs/operations/views.ts";
import { type Column, countColumn, moneyColumn, shareColumn, textColumn } from "../shared/table/columns.ts";
import type { Texts } from "../shared/texts.ts";
import { seriesColumns, sliceColumn } from "./cost-table.tsx";
import type { Series } from "./series.ts";

/** A slice as a row; `index` is its place among all slices. */
export type SpendRow = Readonly<{ slice: SpendSliceView; index: number }>;

/** The share of its limit that a slice has spent; 1 for a limit of 0, which allows nothing. */
export const limitShare = ({ spent_usd: spent, limit_usd: limit }: SpendSliceView): number => (limit === 0 ? 1 : spent / limit);

/** The columns of spending over time against its limits, with one per series. */
export function spendColumns(texts: Texts, unit: SliceUnit, series: readonly Series[]): readonly Column<SpendRow>[] {
  return [
    sliceColumn<SpendRow>(texts, unit),
    countColumn(texts, "calls", texts.t("costs.calls"), ({ slice }) => slice.calls),
    moneyColumn(texts, "spent", texts.t("spend.spent"), ({ slice }) => slice.spent_usd),
    moneyColumn(texts, "limit", texts.t("spend.limit"), ({ slice }) => slice.limit_usd),
    shareColumn(texts, texts.t("spend.ofLimit"), ({ slice }) => limitShare(slice)),
    ...(unit === "day"
      ? [moneyColumn<SpendRow>(texts, "extended", texts.t("spend.extended"), ({ slice }) => slice.extended_usd)]
      : []),
    ...seriesColumns<SpendRow>(texts, series),
  ];
}

/** A sum of spending by task or by model. `fill` is its fill in the bars, null if it has none. */
export type SumRow = Readonly<{ sum: SpendTrendsView["tasks"][number]; fill: number | null; share: number | null }>;

/** The columns of sums by task or by model. @param title head of the name column @param nothing name of a sum without one */
export function sumColumns(
  texts: Texts,
  title: string,
  nothing: string,
  amountCell: NonNullable<Column<SumRow>["cell"]>,
): readonly Column<SumRow>[] {
  return [
    textColumn("name", title, ({ sum }) => sum.name ?? nothing),
    { ...moneyColumn<SumRow>(texts, "spent", texts.t("spend.spent"), ({ sum }) => sum.usd), cell: amountCell },
    shareColumn(texts, texts.t("costs.share"), ({ share }) => share),
    countColumn(texts, "calls", texts.t("costs.calls"), ({ sum }) => sum.calls),
    countColumn(texts, "input", texts.t("costs.input"), ({ sum }) => sum.input_tokens),
    countColumn(texts, "output", texts.t("costs.output"), ({ sum }) => sum.output_tokens),
    countColumn(texts, "cacheRead", texts.t("costs.cacheRead"), ({ sum }) => sum.cache_read_tokens),
    countColumn(texts, "cacheWrite", texts.t("costs.cacheWrite"), ({ sum }) => sum.cache_create_tokens),
  ];
}
