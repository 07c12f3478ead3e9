import type { CostSliceView, ModelTotalView, SliceUnit } from "../../features/costs/operations/views.ts";
import { type Column, countColumn, moneyColumn, textColumn } from "../shared/table/columns.ts";
import type { Texts } from "../shared/texts.ts";
import { seriesName } from "./fill-legend.tsx";
import type { Series } from "./series.ts";
import { sliceStart } from "./time-buckets.ts";

/** A slice as a row; `index` is its place among all slices. */
export type CostRow = Readonly<{ slice: CostSliceView; index: number }>;

/** One column per series. Amounts of 0 are left blank, so that the others are easy to find. */
export const seriesColumns = <Row extends Readonly<{ index: number }>>(
  texts: Texts,
  series: readonly Series[],
): readonly Column<Row>[] =>
  series.map((one) => {
    const column = moneyColumn<Row>(texts, one.key, seriesName(texts, one), ({ index }) => one.amounts[index] ?? 0);
    return { ...column, text: (row) => ((one.amounts[row.index] ?? 0) === 0 ? "" : column.text(row)) };
  });

/** The column with the start of a row's slice. */
export const sliceColumn = <Row extends Readonly<{ slice: Readonly<{ start: string }> }>>(
  texts: Texts,
  unit: SliceUnit,
): Column<Row> => ({
  ...textColumn<Row>("start", texts.t(`costs.slice.${unit}`), ({ slice }) => slice.start),
  text: ({ slice }) => sliceStart(texts, unit, slice.start),
});

/** The columns of costs over time, with one per series. */
export function costColumns(texts: Texts, unit: SliceUnit, series: readonly Series[]): readonly Column<CostRow>[] {
  const incompleteNote = ({ slice }: CostRow): string => (slice.complete ? "" : texts.t("costs.incomplete"));
  return [
    sliceColumn<CostRow>(texts, unit),
    countColumn(texts, "runs", texts.t("table.runs"), ({ slice }) => slice.runs),
    countColumn(texts, "passed", texts.t("costs.passedTests"), ({ slice }) => slice.passed),
    moneyColumn(texts, "cost", texts.t("tile.cost"), ({ slice }) => slice.cost_usd),
    textColumn("known", texts.t("costs.known"), incompleteNote),
    moneyColumn(texts, "each", texts.t("costs.perPassed"), ({ slice }) => slice.per_passed_usd),
    ...seriesColumns<CostRow>(texts, series),
  ];
}

/** A model of the period as a row. `fill` is its fill in the bars, null if it has none. */
export type ModelRow = Readonly<{ model: ModelTotalView; fill: number | null; share: number | null }>;

/** The text that shows how the cost of a model is known. */
export const basisText = (texts: Texts, { basis, model }: ModelTotalView): string =>
  texts.t(model === null ? "costs.basis.rest" : `costs.basis.${basis}`);

/** The name of a model. */
export const modelName = (texts: Texts, { model }: ModelTotalView): string => model ?? texts.t("costs.rest");
