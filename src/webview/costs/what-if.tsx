import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { EvalSpendingView } from "../../features/costs/operations/views.ts";
import { otherFill } from "../shared/chart/patterns.ts";
import { useTexts } from "../shared/contexts.ts";
import { type Column, moneyColumn, numberColumn, textColumn } from "../shared/table/columns.ts";
import { DataTable } from "../shared/table/data-table.tsx";
import type { Texts } from "../shared/texts.ts";
import { pricesWords } from "./cost-tiles.tsx";
import { BarCell } from "./fill-legend.tsx";

type Row = Readonly<{ name: string; model: string; cost: number | null; change: number | null; billed: boolean }>;

function rowsOf(texts: Texts, { what_if: whatIf }: EvalSpendingView): readonly Row[] {
  const { billed_usd: billed, complete, tiers } = whatIf;
  return [
    { name: texts.t("costs.billed"), model: "", cost: billed, change: null, billed: true },
    ...tiers.map(({ tier, model, cost_usd: cost }) => ({
      name: texts.t(`costs.tier.${tier}`),
      model,
      cost,
      change: cost === null || billed === 0 || !complete ? null : cost / billed - 1,
      billed: false,
    })),
  ];
}

function columnsOf(texts: Texts, maxCost: number, complete: boolean): readonly Column<Row>[] {
  const amount = texts.moneyOf(4);
  const costText = ({ cost, billed }: Row): string => {
    if (cost === null) return texts.t("costs.noPrice");
    return billed && !complete ? texts.t("costs.atLeast", { amount: amount(cost) }) : amount(cost);
  };
  return [
    textColumn("name", texts.t("costs.whatIf.at"), ({ name }) => name),
    textColumn("model", texts.t("costs.model"), ({ model }) => model),
    {
      ...moneyColumn<Row>(texts, "cost", texts.t("tile.cost"), ({ cost }) => cost),
      text: costText,
      cell: (row) => <BarCell fill={row.billed ? 0 : otherFill} share={(row.cost ?? 0) / maxCost} text={costText(row)} />,
    },
    numberColumn("change", texts.t("table.change"), ({ change }) => change, texts.signedPercent),
  ];
}

/** The cost of the same tokens with each tier's model. */
export function WhatIf({ view }: Readonly<{ view: EvalSpendingView }>): JSX.Element {
  const texts = useTexts();
  const rows = useMemo(() => rowsOf(texts, view), [texts, view]);
  const maxCost = Math.max(1e-6, ...rows.map(({ cost }) => cost ?? 0));
  const columns = useMemo(() => columnsOf(texts, maxCost, view.what_if.complete), [texts, maxCost, view.what_if.complete]);
  return (
    <section class="section" aria-labelledby="what-if-title">
      <div class="section-head">
        <h2 id="what-if-title">{texts.t("costs.whatIf")}</h2>
      </div>
      <DataTable
        label={texts.t("costs.whatIf")}
        fileName="reward-ledger-what-if.csv"
        columns={columns}
        rows={rows}
        rowKey={({ name }) => name}
        // Unsorted: the actual cost first, then the tiers in ascending order.
        firstSort={{ key: "", descending: false }}
      />
      <p class="muted foot">{texts.t("costs.whatIf.note", { prices: pricesWords(texts, view.prices) })}</p>
    </section>
  );
}
