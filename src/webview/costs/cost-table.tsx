import type { CostSliceView, ModelTotalView, SliceUnit } from "../../features/costs/operations/views.ts";
import { seriesName } from "../coins/pattern-legend.tsx";
import type { Series } from "../shared/chart/series.ts";
import type { Column } from "../shared/table/columns.ts";
import type { Texts } from "../shared/texts.ts";
import { sliceStart } from "./time-buckets.ts";

/** Decimals of amounts in columns: what a test cost is often less than a cent. */
const decimals = 4;

/** A slice as a row; `index` is its place among all slices. */
export type CostRow = Readonly<{ slice: CostSliceView; index: number }>;

function numeric<Row>(
  key: string,
  title: string,
  value: (row: Row) => number | null,
  format: (value: number) => string,
): Column<Row> {
  return {
    key,
    title,
    numeric: true,
    value,
    text: (row) => {
      const amount = value(row);
      return amount === null ? "" : format(amount);
    },
  };
}

/** A column of amounts. */
export const moneyColumn = <Row,>(texts: Texts, key: string, title: string, value: (row: Row) => number | null): Column<Row> =>
  numeric(key, title, value, texts.moneyOf(decimals));

/** A column of counts. */
export const countColumn = <Row,>(texts: Texts, key: string, title: string, value: (row: Row) => number | null): Column<Row> =>
  numeric(key, title, value, texts.number);

/** A column a series; what a series has nothing of is left blank, so that amounts are easy to find. */
export const partColumns = <Row extends Readonly<{ index: number }>>(
  texts: Texts,
  series: readonly Series[],
): readonly Column<Row>[] =>
  series.map((one) => {
    const column = moneyColumn<Row>(texts, one.key, seriesName(texts, one), ({ index }) => one.amounts[index] ?? 0);
    return { ...column, text: (row) => ((one.amounts[row.index] ?? 0) === 0 ? "" : column.text(row)) };
  });

/** The columns of costs over time, with one a series. */
export function costColumns(texts: Texts, unit: SliceUnit, series: readonly Series[]): readonly Column<CostRow>[] {
  const whole = ({ slice }: CostRow): string => (slice.complete ? "" : texts.t("costs.incomplete"));
  return [
    {
      key: "start",
      title: texts.t(`costs.slice.${unit}`),
      numeric: false,
      value: ({ slice }) => slice.start,
      text: ({ slice }) => sliceStart(texts, unit, slice.start),
    },
    countColumn(texts, "runs", texts.t("table.runs"), ({ slice }) => slice.runs),
    countColumn(texts, "passed", texts.t("costs.passedTests"), ({ slice }) => slice.passed),
    moneyColumn(texts, "cost", texts.t("tile.cost"), ({ slice }) => slice.cost_usd),
    { key: "known", title: texts.t("costs.known"), numeric: false, value: whole, text: whole },
    moneyColumn(texts, "each", texts.t("costs.perPassed"), ({ slice }) => slice.per_passed_usd),
    ...partColumns<CostRow>(texts, series),
  ];
}

/** A model of the period as a row; `fill` is its look in the bars, null when it has none. */
export type ModelRow = Readonly<{ model: ModelTotalView; fill: number | null; share: number | null }>;

/** How the cost of a model is known, in words. */
export const basisText = (texts: Texts, { basis, model }: ModelTotalView): string =>
  texts.t(model === null ? "costs.basis.rest" : `costs.basis.${basis}`);

/** The name of a model. */
export const modelName = (texts: Texts, { model }: ModelTotalView): string => model ?? texts.t("costs.rest");
