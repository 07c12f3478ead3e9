import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { SpendTrendsView } from "../../features/costs/operations/views.ts";
import { otherFill } from "../shared/chart/patterns.ts";
import { useTexts } from "../shared/contexts.ts";
import { DataTable } from "../shared/table/data-table.tsx";
import { BarCell } from "./fill-legend.tsx";
import { seriesOf } from "./series.ts";
import { type SumRow, sumColumns } from "./spend-table.tsx";

type Props = Readonly<{ view: SpendTrendsView }>;

/** The agent's spending by task and by model. */
export function SpendSums({ view }: Props): JSX.Element {
  const texts = useTexts();
  const { models, tasks, slices, total } = view;
  const [byModel, byTask] = useMemo(() => {
    const series = seriesOf(
      models.map(({ name }) => name),
      slices,
    );
    const share = (usd: number): number | null => (total.usd === 0 ? null : usd / total.usd);
    const fillOf = (model: string): number | null => series.find(({ names }) => names.includes(model))?.fill ?? null;
    return [
      models.map((sum): SumRow => ({ sum, fill: fillOf(sum.name), share: share(sum.usd) })),
      tasks.map((sum): SumRow => ({ sum, fill: null, share: share(sum.usd) })),
    ];
  }, [models, tasks, slices, total.usd]);
  return (
    <>
      <SumTable title={texts.t("spend.byModel")} head={texts.t("costs.model")} file="spend-models" rows={byModel} />
      <SumTable title={texts.t("spend.byTask")} head={texts.t("spend.task")} file="spend-tasks" rows={byTask} />
      {view.task_count > tasks.length && (
        <p class="muted foot">
          {texts.t("spend.tasksCut", { n: texts.number(tasks.length), total: texts.number(view.task_count) })}
        </p>
      )}
    </>
  );
}

type TableProps = Readonly<{ title: string; head: string; file: string; rows: readonly SumRow[] }>;

function SumTable({ title, head, file, rows }: TableProps): JSX.Element {
  const texts = useTexts();
  const maxUsd = Math.max(1e-6, ...rows.map(({ sum }) => sum.usd));
  const columns = useMemo(() => {
    const amount = texts.moneyOf(4);
    return sumColumns(texts, head, texts.t("spend.noTask"), ({ sum, fill }) => (
      <BarCell fill={fill ?? otherFill} share={sum.usd / maxUsd} text={amount(sum.usd)} />
    ));
  }, [texts, head, maxUsd]);
  return (
    <>
      <div class="section-head">
        <h3>{title}</h3>
      </div>
      <DataTable
        label={title}
        fileName={`reward-ledger-${file}.csv`}
        columns={columns}
        rows={rows}
        rowKey={({ sum }) => (sum.name === null ? "nothing" : `=${sum.name}`)}
        firstSort={{ key: "spent", descending: true }}
      />
    </>
  );
}
