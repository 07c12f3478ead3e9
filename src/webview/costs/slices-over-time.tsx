import type { ComponentChildren, JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { SliceUnit } from "../../features/costs/operations/views.ts";
import { usePalette } from "../shared/chart/use-palette.ts";
import { usePanel, useTexts } from "../shared/contexts.ts";
import { PresentationSwitch } from "../shared/presentation-switch.tsx";
import type { Presentation } from "../shared/state.ts";
import type { Column } from "../shared/table/columns.ts";
import { DataTable } from "../shared/table/data-table.tsx";
import type { Texts } from "../shared/texts.ts";
import { toggleEntry } from "./costs-state.ts";
import { FillLegend, FillSample, seriesName } from "./fill-legend.tsx";
import { barsOf, type Series, seriesOf } from "./series.ts";
import { StackChart } from "./stack-chart.tsx";
import type { Bar, LineScene, StackScene } from "./stack-plot.ts";
import { periodOfSlice, sliceName } from "./time-buckets.ts";

type AnySlice = Readonly<{ start: string; partial: boolean; by_model: readonly number[] }>;

/** The content of a slice's tooltip in addition to its amounts. */
type SliceFacts = Readonly<{
  head: string;
  tag: string;
  total: number;
  /** Rows below the amounts. */
  sums: ComponentChildren;
  /** Lines below the rows. */
  notes: ComponentChildren;
}>;

type Props<Slice extends AnySlice> = Readonly<{
  heading: JSX.Element;
  as: Presentation;
  onPresent(as: Presentation): void;
  unit: SliceUnit;
  slices: readonly Slice[];
  /** In the order of `by_model`. */
  models: readonly (string | null)[];
  hidden: readonly string[];
  onHidden(hidden: readonly string[]): void;
  bar(slice: Slice): Pick<Bar, "atLeast" | "limit">;
  line: Readonly<{ title: string; value(slice: Slice): number | null }> | null;
  table: Readonly<{ label: string; fileName: string }>;
  columns(series: readonly Series[]): readonly Column<Readonly<{ slice: Slice; index: number }>>[];
  chart: Readonly<{ id: string; label: string }>;
  /** The texts that describe a slice for a screen reader. @param parts its amounts as texts */
  sentence(slice: Slice, parts: readonly string[]): readonly string[];
  facts(slice: Slice): SliceFacts;
  foot(bars: readonly Bar[], series: readonly Series[]): ComponentChildren;
}>;

/** The time of a slice, with a note if the slice is partial. */
const sliceTime = (texts: Texts, unit: SliceUnit, { start, partial }: AnySlice): string =>
  partial ? texts.t("costs.partial", { time: sliceName(texts, unit, start) }) : sliceName(texts, unit, start);

/** Amounts over time, stacked by model, as a chart or as a table. A week or month can be opened. */
export function SlicesOverTime<Slice extends AnySlice>(props: Props<Slice>): JSX.Element {
  const { unit, slices, models, hidden, chart, table, line } = props;
  const texts = useTexts();
  const palette = usePalette();
  const { dispatch } = usePanel();
  const series = useMemo(() => seriesOf(models, slices), [JSON.stringify(models), slices]);
  const scene = useMemo<StackScene>(() => {
    const bars = barsOf(
      slices.map((slice) => ({ start: slice.start, ...props.bar(slice) })),
      series,
      hidden,
    );
    return { bars, unit, palette, texts };
  }, [slices, series, hidden, unit, palette, texts]);
  const lineScene = useMemo<LineScene | null>(
    () => line && { values: slices.map((slice) => line.value(slice)), starts: slices.map(({ start }) => start), palette, texts },
    [slices, palette, texts],
  );
  const columns = useMemo(() => props.columns(series), [texts, unit, series]);
  const shown = series.filter(({ key }) => !hidden.includes(key));
  const open = (index: number): void => {
    const start = slices[index]?.start;
    if (start !== undefined) dispatch({ type: "filter", filter: periodOfSlice(unit, start) });
  };
  const sentence = (index: number): string => {
    const slice = slices[index];
    if (slice === undefined) return "";
    const parts = shown.flatMap((one) => {
      const amount = one.amounts[index] ?? 0;
      return amount > 0 ? [`${seriesName(texts, one)} ${texts.money(amount)}`] : [];
    });
    return [sliceTime(texts, unit, slice), ...props.sentence(slice, parts)].join(", ");
  };
  const tooltip = (index: number): JSX.Element | null => {
    const slice = slices[index];
    if (slice === undefined) return null;
    const { head, tag, total, sums, notes } = props.facts(slice);
    // Two decimals from a total of one dollar on, else four.
    const amount = texts.moneyOf(total >= 1 ? 2 : 4);
    const rows = shown.filter(({ amounts }) => (amounts[index] ?? 0) > 0).toReversed();
    return (
      <>
        <div class="tooltip-head">
          <strong>{head}</strong>
          <span class="tooltip-agent">{tag}</span>
        </div>
        <div class="muted">{sliceTime(texts, unit, slice)}</div>
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
          {sums}
        </dl>
        {notes}
        {shown.length < series.length && <div class="muted">{texts.t("costs.someHidden")}</div>}
        {unit !== "day" && <div class="muted hint">{texts.t(`costs.open.${unit}`)}</div>}
      </>
    );
  };
  return (
    <>
      <div class="section-head">
        {props.heading}
        <PresentationSwitch as={props.as} onChange={props.onPresent} />
      </div>
      {props.as === "table" ? (
        <DataTable
          label={table.label}
          fileName={table.fileName}
          columns={columns}
          rows={slices.map((slice, index) => ({ slice, index }))}
          rowKey={({ slice }) => slice.start}
          firstSort={{ key: "start", descending: true }}
        />
      ) : (
        <>
          {series.length > 1 && (
            <FillLegend series={series} hidden={hidden} onToggle={(key) => props.onHidden(toggleEntry(hidden, key))} />
          )}
          {series.length > 0 && shown.length === 0 ? (
            <p class="nothing">{texts.t("costs.allHidden")}</p>
          ) : (
            <StackChart
              id={chart.id}
              label={chart.label}
              keys={texts.t("costs.chart.keys")}
              scene={scene}
              line={line && lineScene && { title: line.title, scene: lineScene }}
              sentence={sentence}
              tooltip={tooltip}
              onOpen={unit === "day" ? null : open}
            />
          )}
          <div class="chart-foot">{props.foot(scene.bars, series)}</div>
        </>
      )}
    </>
  );
}
