import type { JSX } from "preact";
import type { EvalSpendingView } from "../../operations/cost-views.ts";
import type { TrendsFilter } from "../../protocol/trends-panel.ts";
import { useTexts } from "../panel/contexts.ts";
import type { Host } from "../panel/host.ts";
import type { PanelAction, PanelState } from "../panel/state.ts";
import { EmptyFilter } from "./empty-filter.tsx";
import { EmptyLedger } from "./empty-ledger.tsx";

type Props = Readonly<{
  host: Host;
  view: EvalSpendingView;
  state: PanelState;
  dispatch(action: PanelAction): void;
  onFilter(filter: Partial<TrendsFilter>): void;
}>;

/** What evals cost over time. */
export function CostsTab({ host, view, state, dispatch, onFilter }: Props): JSX.Element {
  const texts = useTexts();
  if (!view.recorded) return <EmptyLedger host={host} />;
  return (
    <section class="section" aria-label={texts.t("tab.costs")}>
      <EmptyFilter
        onAll={state.filter.period === "all" ? null : () => onFilter({ period: "all" })}
        onReset={() => dispatch({ type: "resetFilter" })}
      />
    </section>
  );
}
